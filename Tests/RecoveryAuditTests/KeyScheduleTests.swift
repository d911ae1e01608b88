import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryAudit

/// Known answers for §4 of audit-log.md.
struct KeyVectors: Decodable {
    struct Epoch: Decodable {
        let A: String
        let C: String
        let S: String
        let S_next: String
        let ctx: String
        let epoch: UInt32
        let steps: [Step]
    }

    struct Step: Decodable {
        let R: String
        let k: String
        let step: UInt32
    }

    let S_0: String
    let epochs: [Epoch]
    let genesis_prev_mac: String
    let log_id: String
    let log_public: String
    let log_seed: String
    let origin: String

    init() throws {
        self = try VectorFile.decode(KeyVectors.self, from: "audit-log/ours-key-schedule.json")
    }

    /// The key of the log that all vectors speak of.
    var logKey: Ed25519.PrivateKey { Ed25519.PrivateKey(seed: SecretKey(hex: log_seed)) }

    /// That log.
    var identity: LogIdentity {
        get throws {
            LogIdentity(origin: try #require(Origin(origin)), publicKey: logKey.publicKey)
        }
    }
}

extension SecretKey {
    init(hex text: String) {
        var bytes = [UInt8](hex: text)
        self.init(wiping: &bytes)
    }

    /// Keys of vectors are no secrets.
    borrowing func isHex(_ text: String) -> Bool {
        lend { key in key.count == text.utf8.count / 2 && constantTimeEqual(key.array, [UInt8](hex: text)) }
    }
}

extension Span<UInt8> {
    var array: [UInt8] { indices.map { self[$0] } }
}

extension Digest256 {
    init(hex text: String) throws {
        self = try #require(Digest256([UInt8](hex: text)))
    }
}

@Suite struct KeyScheduleTests {
    private let vectors: KeyVectors

    init() throws {
        vectors = try KeyVectors()
    }

    @Test func `derives the identifier of the log from its origin and key`() throws {
        let identity = try vectors.identity
        #expect(identity.publicKey.bytes.hexadecimal == vectors.log_public)
        #expect(identity.logID.bytes.hexadecimal == vectors.log_id)
    }

    @Test func `derives the keys of three epochs and their first steps`() throws {
        let logID = try vectors.identity.logID
        try #require(vectors.epochs.count == 3)
        var secret = SecretKey(hex: vectors.S_0)
        for epoch in vectors.epochs {
            let isSecret = secret.isHex(epoch.S)
            #expect(isSecret)
            let context = KeySchedule.epochContext(logID, epoch: epoch.epoch)
            #expect(context.hexadecimal == epoch.ctx)
            let authenticationKey = KeySchedule.authenticationKey(of: secret, context: context)
            let isEpochKey = authenticationKey.isHex(epoch.A)
            #expect(isEpochKey)
            #expect(KeySchedule.commitment(to: authenticationKey, context: context).hexadecimal == epoch.C)
            try #require(epoch.steps.count == 4)
            var ratchet = authenticationKey.copy()
            for step in epoch.steps {
                let isRatchet = ratchet.isHex(step.R)
                #expect(isRatchet)
                let isRecordKey = KeySchedule.recordKey(of: ratchet, context: context, step: step.step).isHex(step.k)
                #expect(isRecordKey)
                ratchet = KeySchedule.nextRatchet(after: ratchet, context: context, step: step.step)
            }
            secret = KeySchedule.nextSecret(after: secret, context: context)
            let isNext = secret.isHex(epoch.S_next)
            #expect(isNext)
        }
    }

    @Test func `links record 0 to the commitment of epoch 0`() throws {
        let link = KeySchedule.genesisLink(
            try vectors.identity.logID,
            commitment: try Digest256(hex: vectors.epochs[0].C)
        )
        #expect(link.hexadecimal == vectors.genesis_prev_mac)
    }

    @Test func `ratchets in place to the same keys`() throws {
        let message: [UInt8] = [1, 2, 3]
        for epoch in vectors.epochs {
            var ratchet = RecordRatchet(authenticationKey: SecretKey(hex: epoch.A), context: [UInt8](hex: epoch.ctx))
            for step in epoch.steps {
                #expect(ratchet.step == step.step)
                let mac = KeySchedule.recordMAC(key: SecretKey(hex: step.k), headerAndPayload: message.span)
                #expect(ratchet.mac(of: message.span) == mac)
            }
        }
    }

    @Test func `gives a copy of the ratchet its own future`() throws {
        let epoch = vectors.epochs[1]
        var ratchet = RecordRatchet(authenticationKey: SecretKey(hex: epoch.A), context: [UInt8](hex: epoch.ctx))
        ratchet.skip()
        var copy = ratchet.copy()
        let message: [UInt8] = [7]
        let first = ratchet.mac(of: message.span)
        let second = ratchet.mac(of: message.span)
        #expect(first != second)
        #expect(copy.mac(of: message.span) == first)
        #expect(copy.mac(of: message.span) == second)
    }

    @Test(arguments: [
        "", "A", "-a", ".a", "/a", "a/", "a//b", "a/b/", "a b", "a/é", "audit_log", "a/b+c", "A.example/log",
        "audit.example.org/rec\u{212A}overy", String(repeating: "a", count: 256),
    ])
    func `refuses an origin that no log can have`(text: String) {
        #expect(Origin(text) == nil)
    }

    @Test(arguments: ["a", "0", "a-.b", "audit.example.org/recovery", "a/_/-/.", String(repeating: "a", count: 255)])
    func `takes an origin as it is`(text: String) {
        #expect(Origin(text)?.text == text)
    }
}
