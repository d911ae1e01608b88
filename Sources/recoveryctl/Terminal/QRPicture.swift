import ArgumentParser

/// How a QR code is shown.
enum QRForm: ExpressibleByArgument, Equatable {
    /// Two characters for a module.
    case full
    /// Half a character for a module.
    case half
    case ascii
    case png(String)
    case svg(String)
    case none

    init?(argument: String) {
        switch argument {
        case "full": self = .full
        case "half": self = .half
        case "ascii": self = .ascii
        case "none": self = .none
        case _ where argument.hasPrefix("png:") && argument.count > 4: self = .png(String(argument.dropFirst(4)))
        case _ where argument.hasPrefix("svg:") && argument.count > 4: self = .svg(String(argument.dropFirst(4)))
        default: return nil
        }
    }

    /// The file, if it goes into one.
    var file: String? {
        switch self {
        case .png(let path), .svg(let path): path
        case .full, .half, .ascii, .none: nil
        }
    }

    var isVector: Bool {
        if case .svg = self { true } else { false }
    }
}

/// Pictures of a code: black on white whatever the terminal's colours are, with four modules of quiet zone, which
/// readers need (ISO/IEC 18004 §9.1).
extension QRCode {
    private static let quiet = 4

    private var range: Range<Int> { -Self.quiet..<size + Self.quiet }

    func lines(_ form: QRForm) -> [String] {
        switch form {
        case .full:
            range.map { row in range.map { self[$0, row] ? "\u{1B}[40m  " : "\u{1B}[107m  " }.joined() + "\u{1B}[0m" }
        case .half:
            stride(from: range.lowerBound, to: range.upperBound, by: 2).map { row in
                "\u{1B}[30;107m" + range.map { half(self[$0, row], self[$0, row + 1]) }.joined() + "\u{1B}[0m"
            }
        case .ascii: range.map { row in range.map { self[$0, row] ? "##" : "  " }.joined() }
        case .png, .svg, .none: []
        }
    }

    private func half(_ upper: Bool, _ lower: Bool) -> String {
        switch (upper, lower) {
        case (true, true): "█"
        case (true, false): "▀"
        case (false, true): "▄"
        case (false, false): " "
        }
    }

    /// A scalable picture, ten units to a module.
    var svg: [UInt8] {
        let side = range.count * 10
        var path = ""
        for row in 0..<size {
            for column in 0..<size where self[column, row] {
                path += "M\((column + Self.quiet) * 10 ) \((row + Self.quiet) * 10)h10v10h-10z"
            }
        }
        return Array(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">
            <rect width="\(side)" height="\(side)" fill="#fff"/><path d="\(path)" fill="#000"/></svg>

            """.utf8
        )
    }

    /// A PNG (ISO/IEC 15948) of one bit a pixel and eight pixels to a module, stored without compression.
    var png: [UInt8] {
        let scale = 8
        // Eight pixels of one bit: a module is one byte wide.
        let rows = range.flatMap { row in
            let line: [UInt8] = [0] + range.map { self[$0, row] ? 0x00 : 0xff }
            return (0..<scale).flatMap { _ in line }
        }
        let side = UInt32(range.count * scale)
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
            + PNGChunk.bytes("IHDR", PNGChunk.number(side) + PNGChunk.number(side) + [1, 0, 0, 0, 0])
            + PNGChunk.bytes("IDAT", PNGChunk.stored(rows)) + PNGChunk.bytes("IEND", [])
    }
}

private enum PNGChunk {
    static func bytes(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + data
        return number(UInt32(data.count)) + body + number(checksum(body))
    }

    static func number(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// A zlib stream (RFC 1950) of stored blocks (RFC 1951 §3.2.4).
    static func stored(_ data: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var rest = data[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            let length = UInt16(block.count)
            stream.append(rest.isEmpty ? 1 : 0)
            for value in [length, ~length] { stream += [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }
            stream += block
        } while !rest.isEmpty
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in data {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return stream + number(high << 16 | low)
    }

    /// CRC-32 (ISO/IEC 15948 Annex D).
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1) * 0xedb8_8320 }
        }
    }
}
