import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import RecoveryTestSupport

/// Every bit of what a log of two hundred records signs, with no key of an epoch at hand: tree and checkpoint alone
/// have to find it (audit-log.md §14, the property below the table).
@Suite struct SingleBitTests {
    private static let paths = ["tile/entries/000.p/200", "tile/0/000.p/200", "checkpoint"]
    /// A prime, so that all bits of a byte have their turn.
    private static let step = ProofLength.choose(short: 499, long: 1)
    /// One in so many of the tried bits is shown to the second verifier as well.
    private static let second = ProofLength.choose(short: 4, long: 200)

    private static let now = 1_760_200_000

    private static func isAccepted(_ bundle: MemoryBundle) -> Bool {
        LogVerifier(VerificationOptions(now: UnixTime(seconds: Int64(now)))).verify(bundle).outcome != .tampered
    }

    @Test func `lets no bit of entries, tiles and checkpoint change, and ends in a verdict each time`() throws {
        let bundle = try SmallLog.exported(more: 169)
        try #require(Self.isAccepted(bundle), "without a change there is nothing to find")
        let verifiers = try TwoVerifiers(bases: [bundle])
        var (tried, accepted) = (0, [String]())
        for path in Self.paths {
            let bits = try #require(bundle.files[path]).count * 8
            for bit in stride(from: tried % Self.step, to: bits, by: Self.step) {
                var damaged = bundle
                damaged.files[path]?[bit / 8] ^= 1 << UInt8(bit % 8)
                if Self.isAccepted(damaged) { accepted.append("\(path) bit \(bit)") }
                tried += 1
                guard tried.isMultiple(of: Self.second) else { continue }
                let options = ComparedOptions(now: Int64(Self.now))
                try verifiers.compare(damaged, of: 0, under: options, what: "\(path) bit \(bit)")
            }
        }
        #expect(accepted == [])
        #expect(tried >= ProofLength.choose(short: 600, long: 300_000), "\(tried)")
        let answer = try verifiers.answer()
        for difference in answer.differences { Issue.record("\(difference)") }
        #expect(answer.differing == 0 && answer.codes["OK"] == nil && answer.compared >= tried / Self.second)

        try #require(Self.isAccepted(try Self.coveredUp()), "a bit that the log's own key covered up")
        try Figure(
            "R13",
            "no bit of a log of 200 records changes unnoticed",
            covered: [.init(tried, "single bits"), .init(answer.compared, "of them before the second verifier")],
            bad: accepted.count + answer.differing,
            control: "a bit of the last MAC, covered up with the log's key, is accepted without epoch keys"
        ).report()
    }

    /// The last MAC of the good bundle is wrong, everything that is signed says so, and no epoch key is there to tell.
    private static func coveredUp() throws -> MemoryBundle {
        var forgery = try Forgery()
        forgery.flip(26, at: forgery.entries[26].count - 1)
        try forgery.publish()
        forgery.bundle.files["epoch-keys.json"] = nil
        return forgery.bundle
    }
}
