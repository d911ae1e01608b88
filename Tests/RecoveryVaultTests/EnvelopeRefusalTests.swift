import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

/// What must not open, as data: the order of checks in Docs/Specs/vault.md §7 decides which error is named.
@Suite struct EnvelopeRefusalTests {
    let key = SubjectKey(hex: Example.personalKey, .personal)

    @Test func `has all the damaged envelopes of the specification`() {
        #expect(VaultVectors.refused.count == 34)
    }

    @Test(arguments: VaultVectors.refused)
    func `refuses a damaged envelope with its error`(vector: VaultVectors.Refused) throws {
        let expected: VaultError =
            switch vector.error {
            case "truncated": .truncated
            case "unsupported-format": .unsupportedFormat(offset: try #require(vector.offset))
            case "key-or-context": .keyOrContext
            case "tampered": .tampered
            case "bad-padding": .badPadding
            default: .sealed
            }
        let envelope = Envelope(unverified: [UInt8](hex: vector.envelope))
        #expect(throws: expected) { try open(envelope, vector) }
    }

    /// The vectors name the key itself, so it is loaded under whatever version the header claims.
    private func open(_ envelope: Envelope, _ vector: VaultVectors.Refused) throws {
        let claimed = envelope.bytes.count < 12 ? 1 : envelope.bytes[8..<12].reduce(0) { $0 << 8 | UInt32($1) }
        let version = max(claimed, 1)
        switch vector.expectedType {
        case 1:
            let place = try context(
                tenant: vector.tenant,
                subject: vector.subject,
                record: vector.record,
                field: vector.field,
                slot: vector.slot,
                rowVersion: vector.rowVersion
            )
            _ = try Vault.open(
                envelope,
                as: place,
                with: SubjectKeys([SubjectKey(hex: vector.key, .personal, version: version)])
            )
        case 2:
            let place = SubjectKeyContext(
                tenant: try #require(TenantID(bytes: [UInt8](hex: vector.tenant))),
                subject: try #require(SubjectID(bytes: [UInt8](hex: vector.subject))),
                keyClass: try #require(SubjectKeyClass(rawValue: vector.record)),
                version: try #require(UInt32(vector.rowVersion))
            )
            let ring = try KeyRing(hex: vector.key, place.keyClass.wrappedBy, version: version)
            _ = try ring.unwrap(envelope, as: place)
        default:
            let classKey = try #require(ClassKey(rawValue: vector.record))
            var ring = try KeyRing(hex: vector.key, .role(classKey.wrappedBy), version: version)
            let zero = try #require(KeyCheckValue(bytes: [UInt8](repeating: 0, count: 8)))
            let number = try #require(UInt32(vector.rowVersion))
            try ring.load(wrapped: envelope, as: classKey, version: number, state: .active, checkValue: zero)
        }
    }

    @Test func `gives each of the 960 single-bit flips its own error`() throws {
        let file = try VectorFile.decode(VaultVectors.BadEnvelopes.self, from: "ours-vault-envelopes-bad.json")
        let base = try #require(VaultVectors.envelopes.first { $0.id == file.flips.base })
        let classes = Array(file.flips.classes)
        let bytes = [UInt8](hex: base.envelope)
        try #require(classes.count == 960 && bytes.count * 8 == 960)
        for (bit, letter) in classes.enumerated() {
            var damaged = bytes
            damaged[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            let version = damaged[8..<12].reduce(0) { $0 << 8 | UInt32($1) }
            let keys = SubjectKeys([SubjectKey(hex: base.key, .personal, version: version)])
            let error = #expect(throws: VaultError.self, "bit \(bit)") {
                try Vault.open(Envelope(unverified: damaged), as: Example.birthday(), with: keys)
            }
            let found: Character? =
                switch error {
                case .truncated: "t"
                case .unsupportedFormat: "u"
                case .keyOrContext: "k"
                case .tampered: "x"
                default: nil
                }
            #expect(found == letter, "bit \(bit): \(String(describing: error))")
        }
    }

    /// Docs/Specs/vault.md §20, rows 1 to 6.
    @Test(
        arguments: [
            ("no bytes", [], .truncated),
            ("119 bytes", [UInt8](repeating: 0x52, count: 119), .truncated),
        ] as [(String, [UInt8], VaultError)]
    )
    func `refuses what is too short to look at`(what: String, bytes: [UInt8], error: VaultError) throws {
        #expect(throws: error) {
            try Vault.open(Envelope(unverified: bytes), as: Example.birthday(), with: SubjectKeys([key]))
        }
    }

    @Test func `refuses every prefix, and a byte more`() throws {
        let place = try Example.birthday()
        let sealed = try Vault.seal(.text("1985-02-28"), as: place, padding: .to64, under: key, afterSeals: 0)
        try #require(sealed.bytes.count == 152)
        for count in 0..<152 {
            #expect(throws: VaultError.truncated, "\(count) bytes") {
                try Vault.open(
                    Envelope(unverified: Array(sealed.bytes.prefix(count))),
                    as: place,
                    with: SubjectKeys([key])
                )
            }
        }
        #expect(throws: VaultError.truncated) {
            try Vault.open(Envelope(unverified: sealed.bytes + [0]), as: place, with: SubjectKeys([key]))
        }
    }
}
