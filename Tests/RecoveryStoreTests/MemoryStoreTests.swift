import AccountRecovery
import RecoveryAudit
import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct MemoryStoreTests {
    @Test func `keeps a log that an auditor finds intact`() async throws {
        let clock = SteppedClock()
        let auditor = X25519.PrivateKey(bytes: SecretKey(randomByteCount: 32))
        let store = try await MemoryStore(
            clock: clock,
            origin: try #require(Origin("log.example.org/memory")),
            auditors: [KeyRecipient(kid: "auditor-1", publicKey: auditor.publicKey)]
        )
        for number in 0..<300 {
            try await store.commit { _ in Recorded((), .assign(number)) }
        }
        var verification = VerificationOptions(now: clock.now())
        verification.auditor = AuditorKey(kid: "auditor-1", key: auditor)
        verification.requiresMACs = true
        let verdict = LogVerifier(verification).verify(try await store.bundle())
        #expect(verdict.outcome == .intact, "\(verdict.findings)")
        #expect(verdict.size == 301)
        #expect(await store.events.count == 300)
    }

    @Test func `refuses an auditor's key that is none`() async throws {
        let origin = try #require(Origin("log.example.org/memory"))
        await #expect(throws: AuditError.recipientKey(kid: "auditor-1")) {
            try await MemoryStore(
                clock: SteppedClock(),
                origin: origin,
                auditors: [KeyRecipient(kid: "auditor-1", publicKey: [1])]
            )
        }
    }

    @Test func `keeps private values sealed until their erasure`() async throws {
        let store = try await emptyMemoryStore()
        let secret = SealedPrivateValue(salt: [UInt8](repeating: 5, count: 32), value: [1, 2], sealed: [9])
        let flag = AuditEvent(.event, ["event": "case.flag", "case": "E-1"], privates: ["note": secret])
        try await store.commit { _ in Recorded((), flag) }
        let place = PrivateFieldReference(seq: 1, name: "note")
        #expect(
            await store.sealedPrivates == [place: SealedPrivateValue(salt: secret.salt, value: [], sealed: [9])]
        )
        let erase = AuditEvent(
            .erase,
            ["approvals": [1], "basis": "art17", "case": "E-1", "fields": [place.json]]
        )
        try await store.commit { _ in Recorded((), erase) }
        #expect(await store.sealedPrivates.isEmpty)
    }

    @Test(arguments: [0, 31, 33])
    func `refuses a salt of another size than 32 bytes`(size: Int) async throws {
        let store = try await emptyMemoryStore()
        let secret = SealedPrivateValue(salt: [UInt8](repeating: 5, count: size), value: [1], sealed: [9])
        let flag = AuditEvent(.event, ["event": "case.flag", "case": "E-1"], privates: ["note": secret])
        await #expect(
            throws: StoreError.refused("the log does not take the change: payload(RecoveryAudit.RecordType.event)")
        ) { try await store.commit { _ in Recorded((), flag) } }
        #expect(await store.entries.count == 1)
    }
}
