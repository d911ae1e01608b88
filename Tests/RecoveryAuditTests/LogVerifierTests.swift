import Foundation
import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import RecoveryTestSupport

@Suite struct LogVerifierTests {
    // MARK: Vectors

    @Test func `says of the good bundle what the vectors say, in every run`() throws {
        let expected = try ExpectedBundle.vectors.get()
        let bundle = try VectorFile.bundle("bundle")
        try #require(expected.runs.count == 2)
        for run in expected.runs {
            var options = VerificationOptions.vectors
            options.requiresAnchor = run.args.contains("--require-anchor")
            options.requiresMACs = run.args.contains("--require-macs")
            let verdict = LogVerifier(options).verify(bundle)
            #expect(Judgement(verdict) == Judgement(run), "\(verdict.text)")
            #expect(verdict.size == expected.size)
            guard run.args.isEmpty else { continue }
            #expect(verdict.integrity.rawValue == run.integrity)
            #expect(verdict.completeness.rawValue == run.completeness)
            #expect(verdict.authorship.rawValue == run.authorship)
            #expect(verdict.macs.rawValue == run.macs)
        }
    }

    /// The names are listed so that a vector that is lost is a failure and not one case less.
    @Test(arguments: [
        "01-payload-bit", "10-delete-middle", "18-duplicate", "23-require-anchor", "25-tail-cut-with-head", "30-fork",
        "34-wrong-epoch-key", "35-missing-epoch-key", "37-sealed-key-garbage", "50-duplicate-key", "57-index-shadow",
        "60-private-altered", "66-forged-approval",
    ])
    func `says of a damaged bundle what the vectors say`(name: String) throws {
        let run = try VectorFile.decode(ExpectedRun.self, from: "audit-log/damaged/\(name)/expected.json")
        let options = try options(run.args, of: name)
        let verdict = LogVerifier(options).verify(try VectorFile.bundle("damaged/\(name)/bundle"))
        #expect(Judgement(verdict) == Judgement(run), "\(verdict.text)")
    }

    private func options(_ args: [String], of name: String) throws -> VerificationOptions {
        func file(_ path: String) throws -> [UInt8] {
            let path = path.replacing("{case}/", with: "damaged/\(name)/")
            return [UInt8](try Data(contentsOf: VectorFile.auditLog.appending(path: path)))
        }
        var options = VerificationOptions.vectors
        for (word, next) in zip(args, args.dropFirst() + [""]) {
            switch word {
            case "--head": options.heads.append(try file(next))
            case "--require-anchor": options.requiresAnchor = true
            case "--auditor-key":
                let text = String(decoding: try file(next), as: UTF8.self)
                let key = SecretKey(copying: [UInt8](hex: text.replacing("\n", with: "")).span)
                options.auditor = AuditorKey(kid: "auditor-1", key: X25519.PrivateKey(bytes: key))
            default:
                // Values, and the name of the auditor, which is the same in all vectors.
                let isKnown = !word.hasPrefix("--") || word == "--auditor-kid"
                #expect(isKnown, "an argument that this test does not know: \(word)")
            }
        }
        return options
    }
}
