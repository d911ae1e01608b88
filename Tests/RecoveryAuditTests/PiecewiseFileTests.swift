import Testing

@testable import RecoveryAudit

/// A file that is longer than what is read at once.
@Suite struct PiecewiseFileTests {
    private static let lines = (0..<60_000).map {
        "{\"number\":\($0),\"text\":\"\(String(repeating: "x", count: $0 % 90))\"}"
    }
    private static let bytes = lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }

    private func file(_ bytes: [UInt8], failingAt end: Int = .max) -> PiecewiseFile {
        PiecewiseFile { offset, count in
            Int(offset) >= end ? nil : Array(bytes.dropFirst(Int(offset)).prefix(count))
        }
    }

    @Test func `gives every line whole, wherever a piece ends`() throws {
        try #require(Self.bytes.count > 3 << 20)
        var file = file(Self.bytes)
        var count = 0
        let isWhole = file.forEachLine { line in
            defer { count += 1 }
            return line.indices.map { line[$0] } == Array(Self.lines[count].utf8)
        }
        let isAtEnd = file.isAtEnd()
        #expect(isWhole && isAtEnd && count == Self.lines.count)
    }

    @Test func `goes past the lines that were expected, and stops at another`() {
        var file = file(Self.bytes)
        let wrong = 40_000
        for (index, line) in Self.lines.enumerated().prefix(wrong + 1) {
            let isNext = file.skip(Array((index == wrong ? line + " " : line).utf8))
            #expect(isNext == (index != wrong))
        }
        let (isAtEnd, isNext) = (file.isAtEnd(), file.skip(Array(Self.lines[wrong].utf8)))
        #expect(!isAtEnd && isNext)
        var again = file.fromTheBeginning
        let isFirst = again.skip(Array(Self.lines[0].utf8))
        #expect(isFirst)
    }

    @Test func `refuses a last line without an end, and objects that are none`() {
        for (text, isGood) in [("{}\n{}", false), ("{}\n[]\n", false), ("{}\n{}\n", true), ("", true)] {
            var file = file(Array(text.utf8))
            let isRead = file.forEachObject { _, _ in true }
            #expect(isRead == isGood, "\(text)")
        }
    }

    @Test func `refuses a line of more than sixteen mebibytes before it has read the whole`() {
        var asked = 0
        var endless = PiecewiseFile { _, count in
            asked += count
            return [UInt8](repeating: UInt8(ascii: "x"), count: count)
        }
        let isRead = endless.forEachLine { _ in true }
        #expect(!isRead)
        #expect(asked <= 18 << 20)
    }

    @Test func `says when a piece cannot be read`() {
        var file = file(Self.bytes, failingAt: 1 << 20)
        let isRead = file.forEachLine { _ in true }
        #expect(!isRead && file.hasFailed)
    }
}
