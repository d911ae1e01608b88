import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import RecoveryTestSupport

/// A log as it is published: a checkpoint and tiles.
@Suite struct TreeVerificationTests {
    private static let published = Result {
        var forgery = try Forgery.long(700)
        forgery.bundle.files = forgery.bundle.files.filter { path, _ in
            path == "checkpoint" || path.hasPrefix("tile/") && !path.hasPrefix("tile/entries/")
        }
        return forgery
    }

    private static func options(_ forgery: Forgery) -> VerificationOptions {
        var options = VerificationOptions(now: UnixTime(seconds: 1_760_100_000))
        options.logKey = VKey(forgery.identity)
        options.isTiles = true
        return options
    }

    @Test func `finds whole tiles good without a record, and says so`() throws {
        let forgery = try Self.published.get()
        let (verdict, head) = LogVerifier(Self.options(forgery)).verification(of: forgery.bundle)
        #expect(Judgement(verdict) == Judgement(.intact), "\(verdict.text)")
        #expect(verdict.size == 700 && verdict.macs == .none && head != nil)
        #expect(verdict.findings.contains { $0.code == .partOnly && $0.detail.hasSuffix("no record was read") })
    }

    @Test func `takes tiles with entries and nothing else beside them`() throws {
        var forgery = try Forgery.long(700)
        forgery.bundle.files = forgery.bundle.files.filter { $0.key == "checkpoint" || $0.key.hasPrefix("tile/") }
        let verifier = LogVerifier(Self.options(forgery))
        #expect(Judgement(verifier.verify(forgery.bundle)) == Judgement(.intact))
        var strict = Self.options(forgery)
        strict.isTiles = false
        #expect(Judgement(LogVerifier(strict).verify(forgery.bundle)) == Judgement(.tampered, .bundleMissing))
        forgery.flip(300, at: 90)
        forgery.store()
        #expect(verifier.verify(forgery.bundle).firstBadSeq == 300)
    }

    @Test func `finds any byte of any tile that was changed`() throws {
        var forgery = try Self.published.get()
        let verifier = LogVerifier(Self.options(forgery))
        for (path, bytes) in forgery.bundle.files.sorted(by: { $0.key < $1.key }) where path != "checkpoint" {
            for offset in stride(from: 0, to: bytes.count, by: 97) {
                forgery.bundle.files[path]?[offset] ^= 0x10
                #expect(verifier.verify(forgery.bundle).outcome == .tampered, "\(path) at \(offset)")
                forgery.bundle.files[path]?[offset] ^= 0x10
            }
        }
    }

    @Test func `finds a tile that is missing, of another length, or one too many`() throws {
        let good = try Self.published.get()
        let verifier = LogVerifier(Self.options(good))
        for path in good.bundle.files.keys where path != "checkpoint" {
            var forgery = good
            forgery.bundle.files[path] = nil
            #expect(verifier.verify(forgery.bundle).outcome == .tampered, "\(path)")
            forgery.bundle.files[path] = good.bundle.files[path]?.dropLast()
            #expect(verifier.verify(forgery.bundle).outcome == .tampered, "\(path)")
        }
        for path in ["tile/0/003", "tile/2/000.p/1", "tile/0/000.p/255", "tile/x", "tile/0/x000/000", "tile/0/+01"] {
            var forgery = good
            forgery.bundle.files[path] = [1]
            #expect(Judgement(verifier.verify(forgery.bundle)) == Judgement(.tampered, .tileExtra), "\(path)")
        }
    }

    @Test func `compares heads that were kept outside`() throws {
        let forgery = try Self.published.get()
        for (size, root, code) in [(300, 300, nil), (300, 299, FindingCode.fork), (701, 700, .truncatedOrRolledBack)] {
            var options = Self.options(forgery)
            options.heads = [try forgery.note(size: size, root: forgery.root(root)).bytes]
            #expect(LogVerifier(options).verify(forgery.bundle).code == code, "\(size)")
        }
    }
}
