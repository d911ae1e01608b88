import RecoveryAudit
import Testing

@testable import RecoveryTestSupport

/// A log of more than one file of entries.
@Suite struct LongLogTests {
    private static let size = 600

    private static let long = Result {
        var forgery = try Forgery()
        while forgery.entries.count < size { try forgery.append(.event, ["event": "audit.full", "free": 1]) }
        try forgery.publish()
        return forgery
    }

    @Test func `reads all files of entries and all levels of tiles`() throws {
        let forgery = try Self.long.get()
        try #require(forgery.bundle.files["tile/entries/001"] != nil)
        try #require(forgery.bundle.files["tile/1/000.p/2"] != nil)
        let verdict = LogVerifier(.vectors).verify(forgery.bundle)
        #expect(Judgement(verdict) == Judgement(.intact), "\(verdict.text)")
        #expect(verdict.size == UInt64(Self.size))
        #expect(verdict.macs == .checked)
        #expect(verdict.completeness == .anchored)
    }

    @Test(arguments: [0, 255, 256, 511, 512, 599]) func `finds a changed record on both sides of a file's end`(
        index: Int
    ) throws {
        var forgery = try Self.long.get()
        forgery.flip(index, at: forgery.entries[index].count - 1)
        forgery.store()
        let verdict = LogVerifier(.vectors).verify(forgery.bundle)
        #expect(Judgement(verdict) == Judgement(.tampered, .mac, UInt64(index)))
    }

    @Test func `stops at the first file of entries that is missing`() throws {
        var forgery = try Self.long.get()
        forgery.bundle.files["tile/entries/001"] = nil
        let verdict = LogVerifier(.vectors).verify(forgery.bundle)
        #expect(Judgement(verdict) == Judgement(.tampered, .checkpointBeyondLog))
        #expect(verdict.size == 256)
        #expect(verdict.completeness == .truncated)
    }

    @Test func `keeps the complete entries of a file that is cut, and reads no further`() throws {
        var forgery = try Self.long.get()
        forgery.bundle.files["tile/entries/000"]?.removeLast()
        let verdict = LogVerifier(.vectors).verify(forgery.bundle)
        #expect(Judgement(verdict) == Judgement(.tampered, .entriesFrame))
        #expect(verdict.size == 255)
    }

    @Test func `finds a wrong hash above the leaves`() throws {
        var forgery = try Self.long.get()
        forgery.bundle.files["tile/1/000.p/2"]?[40] ^= 1
        #expect(Judgement(LogVerifier(.vectors).verify(forgery.bundle)) == Judgement(.tampered, .tileHash))
    }

    @Test func `lists a thousand findings and counts the others`() throws {
        var forgery = try Self.long.get()
        // From here on every record has the wrong number, and the index another row.
        forgery.entries.remove(at: 30)
        forgery.store()
        let verdict = LogVerifier(.vectors).verify(forgery.bundle)
        #expect(verdict.findings.count == 1_000)
        #expect(verdict.more > 100)
        #expect(Judgement(verdict) == Judgement(.tampered, .seq, 30))
        #expect(verdict.text.contains("\nand \(verdict.more) more\n"))
        let order = verdict.findings.compactMap(\.seq)
        #expect(order == order.sorted())
    }
}
