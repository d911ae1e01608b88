import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import RecoveryTestSupport

/// An index in order is compared byte by byte, until a line is another. What is said of it then must not depend on where
/// that line stands.
@Suite struct IndexOrderTests {
    /// What is done to a good index at one row, and what must be said of it.
    struct Edit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout [[UInt8]], _ row: Int) -> Void
        let findings: @Sendable (_ row: Int, _ last: Int) -> [Said]
    }

    struct Said: Hashable {
        let code: FindingCode
        var seq: UInt64?
    }

    static let edits: [Edit] = [
        Edit(testDescription: "nothing", change: { _, _ in }, findings: { _, _ in [] }),
        Edit(testDescription: "moved to the end", change: { $0.append($0.remove(at: $1)) }, findings: { _, _ in [] }),
        Edit(testDescription: "moved to the front", change: { $0.insert($0.remove(at: $1), at: 0) }) { _, _ in [] },
        Edit(testDescription: "gone", change: { $0.remove(at: $1) }) { row, _ in
            [Said(code: .indexMissing, seq: UInt64(row))]
        },
        Edit(testDescription: "twice", change: { $0.insert($0[$1], at: $1) }) { _, _ in [Said(code: .indexExtra)] },
        Edit(testDescription: "again at the end", change: { $0.append($0[$1]) }) { _, _ in [Said(code: .indexExtra)] },
        Edit(testDescription: "of another type", change: { $0[$1] = retyped($0[$1]) }) { row, _ in
            [Said(code: .indexShadow, seq: UInt64(row))]
        },
        // The later of two rows counts, also where the earlier was found right already.
        Edit(testDescription: "again at the end, of another type", change: { $0.append(retyped($0[$1])) }) { row, _ in
            [Said(code: .indexShadow, seq: UInt64(row)), Said(code: .indexExtra)]
        },
        Edit(testDescription: "of another type, put right at the end") {
            $0.append($0[$1])
            $0[$1] = retyped($0[$1])
        } findings: { _, _ in
            [Said(code: .indexExtra)]
        },
        Edit(testDescription: "with a space", change: { $0[$1].insert(UInt8(ascii: " "), at: 1) }, findings: malformed),
        Edit(testDescription: "empty", change: { $0[$1] = [UInt8(ascii: "\n")] }, findings: malformed),
        Edit(testDescription: "no row", change: { $0[$1] = Array("{}\n".utf8) }, findings: malformed),
        Edit(testDescription: "joined to the next", change: { $0[$1].removeLast() }, findings: malformed),
    ]

    private static func malformed(_ row: Int, _ last: Int) -> [Said] { [Said(code: .bundleMalformed)] }

    /// The same row with a 9 before its type: still canonical JSON.
    private static func retyped(_ line: [UInt8]) -> [UInt8] {
        let end = Array("\"type\":".utf8)
        let place = line.indices.last { line[$0...].starts(with: end) } ?? line.startIndex
        return line[..<(place + end.count)] + [UInt8(ascii: "9")] + line[(place + end.count)...]
    }

    private static let said: Set<FindingCode> = [
        .indexMissing, .indexShadow, .indexExtra, .bundleMalformed, .bundleMissing,
    ]

    @Test(arguments: edits) func `says the same of a row wherever it stands`(edit: Edit) throws {
        let good = try Forgery()
        let lines = try good.index().map { CanonicalJSON.writeLine($0) }
        let last = lines.count - 1
        try #require(last == 26)
        for row in lines.indices {
            var forgery = good
            var edited = lines
            edit.change(&edited, row)
            forgery.bundle.files["index.jsonl"] = edited.flatMap(\.self)
            let verdict = LogVerifier(.vectors).verify(forgery.bundle)
            let found = verdict.findings.map { Said(code: $0.code, seq: $0.seq) }.filter { Self.said.contains($0.code) }
            #expect(Set(found) == Set(edit.findings(row, last)), "row \(row): \(verdict.text)")
            #expect(Set(found).count == found.count, "nothing is said twice of row \(row)")
        }
    }

    @Test func `takes the rows in any order`() throws {
        var forgery = try Forgery()
        forgery.bundle.files["index.jsonl"] = try forgery.index().reversed().flatMap { CanonicalJSON.writeLine($0) }
        #expect(Judgement(LogVerifier(.vectors).verify(forgery.bundle)) == Judgement(.intact))
    }

    @Test(arguments: [0, 1, 13, 26]) func `refuses an index that ends within a line`(whole: Int) throws {
        var forgery = try Forgery()
        let lines = try forgery.index().map { CanonicalJSON.writeLine($0) }
        forgery.bundle.files["index.jsonl"] = lines[..<whole].flatMap(\.self) + lines[whole].dropLast()
        let verdict = LogVerifier(.vectors).verify(forgery.bundle)
        #expect(Judgement(verdict) == Judgement(.tampered, .bundleMalformed), "\(verdict.text)")
    }
}
