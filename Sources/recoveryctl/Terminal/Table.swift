/// Columns of text, each as wide as its widest cell. The last one is not padded.
enum Table {
    static func lines(_ rows: [[String]], gap: Int = 2) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.indices.contains(column) ? width(of: $0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                guard column < row.count - 1 else { break }
                line += String(repeating: " ", count: widths[column] - width(of: cell) + gap)
            }
            return line
        }
    }

    /// Cells of a terminal that the text takes. East Asian wide and full-width characters take two (UAX #11), marks
    /// that join the letter before none. Colours take none.
    static func width(of text: String) -> Int {
        var width = 0
        var isEscape = false
        for character in text {
            if isEscape {
                isEscape = character != "m"
            } else if character == "\u{1B}" {
                isEscape = true
            } else {
                width += cells(of: character)
            }
        }
        return width
    }

    private static func cells(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.properties.generalCategory == .nonspacingMark || first.properties.generalCategory == .format {
            return 0
        }
        return wide.contains { $0.contains(first.value) } ? 2 : 1
    }

    /// The blocks of UAX #11 whose characters are W or F, as far as names and addresses use them.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf,
        0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6,
        0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd,
    ]
}
