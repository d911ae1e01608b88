/// A QR code of bytes (ISO/IEC 18004): byte mode, error correction level M, versions 1 to 20.
///
/// Written here because what it shows is a secret: it must not pass through a library or a program that might keep it.
struct QRCode {
    /// Modules on a side: 21 to 97.
    let size: Int
    /// Row by row; `true` is black.
    private(set) var modules: [Bool]
    /// Modules that belong to the pattern, not to the data.
    private var isFixed: [Bool]

    /// Bytes that the largest version takes.
    static let longest = 666

    /// Returns `nil` for more bytes than ``longest``.
    init?(_ bytes: [UInt8]) {
        guard let version = (1...20).first(where: { Layout(version: $0).capacity >= bytes.count }) else { return nil }
        let layout = Layout(version: version)
        size = layout.size
        modules = Array(repeating: false, count: size * size)
        isFixed = modules
        drawPatterns(layout)
        draw(layout.interleaved(Self.codewords(of: bytes, in: layout)))
        var best: (penalty: Int, code: QRCode)?
        for mask in 0..<8 {
            var candidate = self
            candidate.apply(mask)
            candidate.drawFormat(mask)
            let penalty = candidate.penalty
            if penalty < best?.penalty ?? .max { best = (penalty, candidate) }
        }
        guard let best else { return nil }
        modules = best.code.modules
    }

    subscript(column: Int, row: Int) -> Bool {
        (0..<size).contains(column) && (0..<size).contains(row) && modules[row * size + column]
    }

    /// Mode, length, bytes, terminator and padding (§7.4).
    private static func codewords(of bytes: [UInt8], in layout: Layout) -> [UInt8] {
        var bits: [Bool] = []
        func append(_ value: Int, _ count: Int) {
            for bit in (0..<count).reversed() { bits.append(value >> bit & 1 == 1) }
        }
        append(0b0100, 4)
        append(bytes.count, layout.lengthBits)
        for byte in bytes { append(Int(byte), 8) }
        append(0, min(4, layout.dataCodewords * 8 - bits.count))
        append(0, (8 - bits.count % 8) % 8)
        var words = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        for index in 0..<(layout.dataCodewords - words.count) { words.append(index.isMultiple(of: 2) ? 0xec : 0x11) }
        return words
    }
}

// MARK: Drawing

extension QRCode {
    private mutating func set(_ column: Int, _ row: Int, _ isBlack: Bool) {
        modules[row * size + column] = isBlack
        isFixed[row * size + column] = true
    }

    private mutating func drawPatterns(_ layout: Layout) {
        for index in 0..<size {
            set(6, index, index.isMultiple(of: 2))
            set(index, 6, index.isMultiple(of: 2))
        }
        for (column, row) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(column, row) }
        let places = layout.alignments
        for column in places {
            for row in places where !isFinder(column, row) {
                for y in -2...2 { for x in -2...2 { set(column + x, row + y, max(abs(x), abs(y)) != 1) } }
            }
        }
        drawFormat(0)
        guard layout.version >= 7 else { return }
        let bits = layout.version << 12 | Self.remainder(of: layout.version, steps: 12, polynomial: 0x1f25)
        for index in 0..<18 {
            let isBlack = bits >> index & 1 == 1
            set(size - 11 + index % 3, index / 3, isBlack)
            set(index / 3, size - 11 + index % 3, isBlack)
        }
    }

    private mutating func drawFinder(_ column: Int, _ row: Int) {
        for y in -4...4 {
            for x in -4...4 where (0..<size).contains(column + x) && (0..<size).contains(row + y) {
                let distance = max(abs(x), abs(y))
                set(column + x, row + y, distance != 2 && distance != 4)
            }
        }
    }

    /// Whether an alignment pattern there would lie on a finder.
    private func isFinder(_ column: Int, _ row: Int) -> Bool {
        (column == 6 && row == 6) || (column == 6 && row == size - 7) || (column == size - 7 && row == 6)
    }

    /// Fifteen bits, twice: the level, which is 00 for M, and the mask (§7.9).
    private mutating func drawFormat(_ mask: Int) {
        let bits = (mask << 10 | Self.remainder(of: mask, steps: 10, polynomial: 0x537)) ^ 0x5412
        func bit(_ index: Int) -> Bool { bits >> index & 1 == 1 }
        for index in 0...5 { set(8, index, bit(index)) }
        set(8, 7, bit(6))
        set(8, 8, bit(7))
        set(7, 8, bit(8))
        for index in 9..<15 { set(14 - index, 8, bit(index)) }
        for index in 0..<8 { set(size - 1 - index, 8, bit(index)) }
        for index in 8..<15 { set(8, size - 15 + index, bit(index)) }
        set(8, size - 8, true)
    }

    /// The rest of a division by a binary polynomial (Annex C, D).
    private static func remainder(of value: Int, steps: Int, polynomial: Int) -> Int {
        (0..<steps).reduce(value) { rest, _ in rest << 1 ^ (rest >> (steps - 1) & 1) * polynomial }
    }

    /// Lays the codewords in columns of two, upwards and downwards in turn (§7.7.3).
    private mutating func draw(_ words: [UInt8]) {
        var index = 0
        for right in stride(from: size - 1, through: 1, by: -2).map({ $0 <= 6 ? $0 - 1 : $0 }) {
            for step in 0..<size {
                let isUpward = (right + 1) & 2 == 0
                let row = isUpward ? size - 1 - step : step
                for column in [right, right - 1] where !isFixed[row * size + column] && index < words.count * 8 {
                    modules[row * size + column] = words[index >> 3] >> (7 - index & 7) & 1 == 1
                    index += 1
                }
            }
        }
    }

    private mutating func apply(_ mask: Int) {
        for y in 0..<size {
            for x in 0..<size where !isFixed[y * size + x] && Self.isInverted(x, y, by: mask) {
                modules[y * size + x].toggle()
            }
        }
    }

    /// The eight masks (Table 10).
    private static func isInverted(_ x: Int, _ y: Int, by mask: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (x / 3 + y / 2) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: ((x + y) % 2 + x * y % 3) % 2 == 0
        }
    }

    /// How hard the code is to read (§7.8.3): runs, blocks, patterns that look like finders, and imbalance.
    private var penalty: Int {
        var sum = 0
        let rows = (0..<size).map { Array(modules[$0 * size..<$0 * size + size]) }
        let columns = (0..<size).map { column in (0..<size).map { modules[$0 * size + column] } }
        let finder = [true, false, true, true, true, false, true]
        let quiet = [false, false, false, false]
        for line in rows + columns {
            var run = 1
            for index in 1...size {
                if index < size, line[index] == line[index - 1] {
                    run += 1
                } else {
                    if run >= 5 { sum += run - 2 }
                    run = 1
                }
            }
            for start in 0...(size - 11) {
                let part = Array(line[start..<start + 11])
                if part == finder + quiet || part == quiet + finder { sum += 40 }
            }
        }
        for y in 0..<size - 1 {
            for x in 0..<size - 1
            where rows[y][x] == rows[y][x + 1] && rows[y][x] == rows[y + 1][x] && rows[y][x] == rows[y + 1][x + 1] {
                sum += 3
            }
        }
        let black = modules.count { $0 }
        return sum + abs(black * 20 - modules.count * 10) / modules.count * 10
    }
}
