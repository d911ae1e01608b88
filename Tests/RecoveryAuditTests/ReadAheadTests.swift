import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import RecoveryTestSupport

@Suite struct ReadAheadTests {
    @Test(arguments: [1, 2, 7]) func `comes to the same verdict with any number of threads`(jobs: Int) async throws {
        let good = try Forgery.long(900)
        var options = VerificationOptions(now: UnixTime(seconds: 1_760_100_000))
        options.epochKeys = try need(EpochKeyFile(parsing: good.epochKeys(through: 9)))
        let verifier = LogVerifier(options)
        var random = SeededRandom(seed: 77)
        var outcomes: Set<FindingCode?> = []
        for round in 0..<24 {
            var forgery = good
            switch round % 4 {
            case 0: break
            case 1: forgery.flip(Int.random(in: 0..<900, using: &random), at: Int.random(in: 0..<118, using: &random))
            case 2: forgery.entries.remove(at: Int.random(in: 0..<900, using: &random))
            default: forgery.entries.swapAt(Int.random(in: 1..<900, using: &random), 0)
            }
            forgery.store()
            if round % 6 == 5 { forgery.bundle.files["tile/entries/002"]?.removeLast() }
            let alone = verifier.verify(forgery.bundle)
            var seen: [UInt64] = []
            let together = await verifier.verification(of: forgery.bundle, jobs: jobs) { records, _ in
                seen.append(records)
            }
            #expect(together.verdict == alone, "round \(round)")
            #expect(seen == seen.sorted() && seen.count >= 2)
            outcomes.insert(alone.code)
        }
        #expect(outcomes.count >= 4)
    }

    @Test func `checks a root inside a tile that has long passed`() throws {
        let good = try Forgery.long(900)
        var options = VerificationOptions(now: UnixTime(seconds: 1_760_100_000))
        options.epochKeys = try need(EpochKeyFile(parsing: good.epochKeys(through: 9)))
        let verifier = LogVerifier(options)
        for (size, root) in [(100, 100), (300, 300), (300, 299), (512, 512), (513, 512)] {
            var forgery = good
            forgery.bundle.files["checkpoints/\(size)"] = try forgery.note(size: size, root: forgery.root(root)).bytes
            let verdict = verifier.verify(forgery.bundle)
            let expected = size == root ? Judgement(.intact) : Judgement(.tampered, .checkpointRoot)
            #expect(Judgement(verdict) == expected, "\(size): \(verdict.text)")
        }
    }
}
