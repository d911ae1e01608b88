import RecoveryCrypto
import Testing

@testable import RecoveryAudit

@Suite struct EpochKeyDisclosureTests {
    private let log: SmallLog
    private let bundle: MemoryBundle

    init() throws {
        log = try SmallLog.filled()
        let note = try log.sign()
        var export = try BundleExport(
            of: SmallReader(log),
            identity: log.identity,
            checkpoint: note,
            createdMicroseconds: 1
        )
        var files: [String: [UInt8]] = [:]
        while let file = try export.next() { files[file.path, default: []] += file.bytes }
        bundle = MemoryBundle(files: files)
    }

    private var key: VKey { VKey(log.identity) }

    private func disclosure(kid: String = "auditor-1", key: X25519.PrivateKey? = nil, through: UInt32 = .max)
        -> EpochKeyDisclosure
    {
        EpochKeyDisclosure(
            of: bundle,
            log: self.key,
            auditor: AuditorKey(kid: kid, key: key ?? log.auditor),
            through: through
        )
    }

    private func verdict(epochKeys: [UInt8]) throws -> Verdict {
        var options = VerificationOptions(now: UnixTime(seconds: 1_760_000_100))
        options.logKey = key
        let keys: EpochKeyFile = try #require(EpochKeyFile(parsing: epochKeys))
        options.epochKeys = keys
        options.requiresMACs = true
        return LogVerifier(options).verify(bundle)
    }

    @Test func `opens the keys with which the log's MACs are checked`() throws {
        let disclosure = disclosure()
        #expect(disclosure.opened == [0, 1, 2] && disclosure.closed.isEmpty && disclosure.broken.isEmpty)
        let verdict = try verdict(epochKeys: disclosure.file)
        #expect(verdict.outcome == .intact && verdict.macs == .checked, "\(verdict.findings)")
    }

    @Test func `opens early epochs without those that follow, and the rest is unverifiable and not tampered with`()
        throws
    {
        let disclosure = disclosure(through: 0)
        #expect(disclosure.opened == [0])
        let verdict = try verdict(epochKeys: disclosure.file)
        #expect(verdict.outcome == .unverifiable && verdict.code == .epochKeyMissing && verdict.macs == .partial)
        #expect(!verdict.findings.contains { $0.severity == .failure })
    }

    @Test func `tells what is not sealed to a name from what does not open`() throws {
        #expect(disclosure(kid: "auditor-2").closed == [0, 1, 2])
        let other = X25519.PrivateKey(bytes: SecretKey(copying: [UInt8](repeating: 6, count: 32).span))
        #expect(disclosure(key: other).broken == [0, 1, 2])
        #expect(disclosure(key: other).file == Array("{}\n".utf8))
    }

    @Test func `opens nothing of a log that is not the one it was asked for`() throws {
        let origin = try #require(Origin("elsewhere.example/log"))
        let elsewhere = VKey(LogIdentity(origin: origin, publicKey: log.identity.publicKey))
        let auditor = AuditorKey(kid: "auditor-1", key: log.auditor)
        let found = EpochKeyDisclosure(of: bundle, log: elsewhere, auditor: auditor)
        #expect(found.opened.isEmpty && found.closed.isEmpty && found.broken.isEmpty)
    }
}
