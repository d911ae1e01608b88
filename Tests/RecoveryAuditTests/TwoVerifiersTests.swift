import RecoveryCrypto
import Testing

@testable import RecoveryAudit
@testable import RecoveryTestSupport

/// Two verifiers that share no code, in two languages, on the same damaged bundles.
@Suite(.serialized) struct TwoVerifiersTests {
    /// Bundles of the vectors that are damaged, besides two exported ones.
    private static let bases = ["bundle", "damaged/30-fork/bundle", "damaged/35-missing-epoch-key/bundle"]
    private static let cases = ProofLength.choose(short: 500, long: 24_000)

    /// Verifiers that lack one check: what stands in `verify.py`, and the code that is then missed.
    private static let lacking = [
        ("        if seq != i:\n", "        if False:\n", "seq"),
        ("        if i > 0 and self.previous_mac not in (None, previous):\n", "        if False:\n", "link"),
        ("            if not hmac.compare_digest(hmac256(", "            if False and (hmac256(", "mac"),
        ("            if not schema:  # no", "            if False:  # no", "payload-schema"),
        ("                if leaves[i] != leaf:\n", "                if False:\n", "leaf-mismatch"),
        ("            if not ed25519(agent[1], ", "            if False and (agent[1], ", "agent-sig"),
        (
            "                if len(signature) != 64 or not ed25519(", "                if False and (",
            "checkpoint-signature"
        ),
    ]

    @Test func `agree on the verdict, its code, the first bad record and every finding up to it`() throws {
        var all = try Self.bases.map { try VectorFile.bundle($0) }
        all += [try SmallLog.exported(more: 0), try SmallLog.exported(more: 240)]
        let verifiers = try TwoVerifiers(bases: all)
        let forgery = try Forgery()
        var (noise, skipped) = (Noise(state: 20_261_124), 0)
        for number in 0..<Self.cases {
            var options = OptionChoice(noise: Noise(state: noise.next()))
            let chosen = options.options(forgery)
            // Half is done to records with all keys at hand, half to files without any.
            if number.isMultiple(of: 2) {
                var damage = RecordDamage(noise: Noise(state: noise.next()))
                var forged = forgery
                do {
                    try damage.damage(&forged)
                } catch {
                    // What was damaged before is no record any more that could be forged further.
                    skipped += 1
                    continue
                }
                let what = (damage.said + options.said).joined(separator: "; ")
                try verifiers.compare(forged.bundle, of: 0, under: chosen, what: "\(number): \(what)")
            } else {
                // The long log has tiles of two levels and takes ten times as long as the others.
                let base = noise.once(in: 25) ? 4 : noise.below(4)
                var damage = FileDamage(noise: Noise(state: noise.next()))
                var bundle = all[base]
                for _ in 0..<1 + noise.below(2) { damage.damage(&bundle) }
                let what = (damage.said + options.said).joined(separator: "; ")
                try verifiers.compare(bundle, of: base, under: chosen, what: "\(number): bundle \(base): \(what)")
            }
        }
        let answer = try verifiers.answer()
        for difference in answer.differences { Issue.record("\(difference)") }
        #expect(answer.differing == 0)
        #expect(answer.compared == Self.cases - skipped && skipped < Self.cases / 20, "\(skipped) skipped")
        // Damage that is always found in the same way proves little.
        #expect(answer.codes.count >= ProofLength.choose(short: 40, long: 55), "\(answer.codes)")

        for (original, line, code) in Self.lacking {
            let control = try verifiers.answer(ofVerifierWith: line, insteadOf: original)
            // It is that code which the first verifier names and this one does not.
            let isMissed = control.differences.contains { difference in
                guard let both = difference.parts["findings"], both.count == 2 else { return false }
                return both[0].contains("'\(code)'") && !both[1].contains("'\(code)'")
            }
            #expect(isMissed, "\(code)")
        }
        try Figure(
            "R13",
            "two verifiers agree",
            covered: [
                .init(answer.compared, "damaged bundles"), .init(answer.codes.count, "primary codes"),
                .init(answer.whole, "with equal findings also past the first bad record"),
            ],
            bad: answer.differing,
            control: "\(Self.lacking.count) second verifiers that lack one check each"
        ).report()
    }
}
