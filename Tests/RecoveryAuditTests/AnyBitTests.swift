import Foundation
import RecoveryAudit
import Testing

@testable import RecoveryTestSupport

/// No bit of the good bundle can be changed unnoticed: audit-log.md §14, the property below the table.
@Suite struct AnyBitTests {
    /// A file, and its bits that are tried.
    struct Bits: Sendable, CustomTestStringConvertible {
        let path: String
        let first: Int
        /// Past the last; `nil` for the end of the file.
        var end: Int?
        let stride: Int
        /// How many the file must have, lest the vectors shrink unseen.
        let atLeast: Int

        var testDescription: String { "\(path) from bit \(first) by \(stride)" }
    }

    private static let entries = "tile/entries/000.p/27"

    static let bits: [Bits] = [
        // Two whole records: an EVENT and the ERASE.
        Bits(path: entries, first: 8 * 6_986, end: 8 * 7_172, stride: 1, atLeast: 1_488),
        Bits(path: entries, first: 8 * 8_129, end: 8 * 8_316, stride: 1, atLeast: 1_496),
        // All others, in steps that are no multiple of eight.
        Bits(path: entries, first: 3, stride: step(97), atLeast: 800),
        Bits(path: "tile/0/000.p/27", first: 0, stride: step(13), atLeast: 500),
        Bits(path: "index.jsonl", first: 1, stride: step(61), atLeast: 300),
        Bits(path: "private.jsonl", first: 0, stride: step(17), atLeast: 100),
        Bits(path: "checkpoint", first: 0, end: nil, stride: step(5), atLeast: 300),
    ]

    /// Every bit takes a quarter of an hour; every so many take a minute.
    private static func step(_ short: Int) -> Int {
        ProofLength.choose(short: short, long: 1)
    }

    @Test(arguments: bits) func `finds any single bit that was changed`(bits: Bits) throws {
        let bundle = try VectorFile.bundle("bundle")
        let file = try #require(bundle.files[bits.path])
        // Of the checkpoint, up to the end of the line that the log signed: the line of the witness is its own affair.
        let end = bits.path == "checkpoint" ? try Self.endOfLogLine(file) * 8 : bits.end ?? file.count * 8
        let positions = Array(stride(from: bits.first, to: end, by: bits.stride))
        try #require(positions.count >= bits.atLeast, "\(positions.count)")
        let unnoticed = positions.filter { position in
            var damaged = bundle
            damaged.files[bits.path]?[position / 8] ^= 1 << UInt8(position % 8)
            return LogVerifier(.vectors).verify(damaged).outcome != .tampered
        }
        #expect(unnoticed == [])
    }

    /// The control: without a change there is nothing to find.
    @Test func `finds nothing where no bit was changed`() throws {
        #expect(LogVerifier(.vectors).verify(try VectorFile.bundle("bundle")).outcome == .intact)
    }

    private static func endOfLogLine(_ note: [UInt8]) throws -> Int {
        let newlines = note.indices.filter { note[$0] == UInt8(ascii: "\n") }
        try #require(newlines.count == 6)
        return newlines[4] + 1
    }
}
