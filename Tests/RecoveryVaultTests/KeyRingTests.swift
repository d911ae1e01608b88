import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

@Suite struct KeyRingTests {
    struct KeyVectors: Decodable {
        let kcv: [CheckValue]
    }

    struct CheckValue: Decodable, CustomTestStringConvertible {
        let name: String
        let key: String
        let kcv: String

        var testDescription: String { name }
    }

    static let checkValues = VaultVectors.load(KeyVectors.self, "keys", []) { $0.kcv }
    static let wrapped = VaultVectors.envelopes.filter { $0.type == 2 || $0.type == 3 }

    @Test func `has all the keys of the specification`() {
        #expect(Self.checkValues.count == 10)
        #expect(Self.wrapped.count == 8)
    }

    @Test(arguments: checkValues) func `gives the check values of the specification`(vector: CheckValue) {
        #expect(KeyCheckValue(of: SecretKey(hex: vector.key)).bytes.hexadecimal == vector.kcv)
    }

    @Test(arguments: wrapped.filter { $0.type == 2 })
    func `wraps a subject's key to the bytes of the specification`(vector: VaultVectors.Sealed) throws {
        let place = SubjectKeyContext(
            tenant: try #require(TenantID(bytes: [UInt8](hex: vector.tenant))),
            subject: try #require(SubjectID(bytes: [UInt8](hex: vector.subject))),
            keyClass: try #require(SubjectKeyClass(rawValue: vector.record)),
            version: try #require(UInt32(vector.rowVersion))
        )
        let ring = try KeyRing(hex: vector.key, place.keyClass.wrappedBy, version: vector.keyVersion)
        let key = SubjectKey(hex: vector.value, place.keyClass, version: place.version)
        let wrapped = try ring.wrap(key, as: place, testOnlySalt: [UInt8](hex: vector.salt))
        #expect(wrapped.bytes.hexadecimal == vector.envelope)
        #expect(try ring.unwrap(wrapped, as: place).box.bytes.exposed.hexadecimal == vector.value)
    }

    @Test(arguments: wrapped.filter { $0.type == 3 })
    func `wraps a class key to the bytes of the specification`(vector: VaultVectors.Sealed) throws {
        let classKey = try #require(ClassKey(rawValue: vector.record))
        let version = try #require(UInt32(vector.rowVersion))
        let name = KeyName(.classKey(classKey), version: version)
        var ring = try KeyRing(hex: vector.key, .role(classKey.wrappedBy), version: vector.keyVersion)
        try ring.load(
            wrapped: Envelope(unverified: [UInt8](hex: vector.envelope)),
            as: classKey,
            version: version,
            state: .active,
            checkValue: KeyCheckValue(of: SecretKey(hex: vector.value))
        )
        #expect(try ring.lend(name) { $0.exposed }.hexadecimal == vector.value)
        let again = try ring.rewrap(classKey, version: version, testOnlySalt: [UInt8](hex: vector.salt))
        #expect(again.bytes.hexadecimal == vector.envelope)
    }

    /// Docs/Specs/vault.md §20 row 13.
    @Test func `refuses another key than the database was made with, and keeps none of it`() throws {
        var ring = KeyRing()
        let expected = KeyCheckValue(of: SecretKey(hex: Example.wrappingKey))
        let found = KeyCheckValue(of: SecretKey(hex: Example.matchingKey))
        let name = KeyName(.role(.pii), version: 1)
        #expect(throws: VaultError.wrongKey(expected: expected, found: found)) {
            try ring.load(SecretKey(hex: Example.matchingKey), as: name, state: .active, checkValue: expected)
        }
        #expect(ring.state(of: name) == nil)
    }

    @Test func `refuses a wrapped class key whose check value is another's`() throws {
        var ring = try KeyRing(hex: Example.wrappingKey, .role(.sys))
        let made = try ring.makeClassKey(.marks, version: 1)
        let other = KeyCheckValue(of: SecretKey(hex: Example.matchingKey))
        #expect(throws: VaultError.wrongKey(expected: other, found: made.checkValue)) {
            try ring.load(wrapped: made.wrapped, as: .marks, version: 1, state: .active, checkValue: other)
        }
        #expect(ring.activeVersion(of: .classKey(.marks)) == nil)
    }

    @Test(arguments: [
        ("retired", KeyName(.role(.match), version: 2), KeyState.retired),
        ("destroyed", KeyName(.role(.match), version: 2), .destroyed),
        ("a second active one", KeyName(.role(.match), version: 2), .active),
        ("version zero", KeyName(.role(.match), version: 0), .draining),
        ("a key of a subject", KeyName(.subjectKey(.matching), version: 2), .active),
    ])
    func `does not load a key that may not be used`(what: String, name: KeyName, state: KeyState) throws {
        var ring = try KeyRing(hex: Example.matchingKey, .role(.match))
        #expect(throws: VaultError.keyUnavailable(name)) {
            try ring.add(hex: Example.wrappingKey, name.purpose, version: name.version, state: state)
        }
    }

    @Test func `drains the old key when a prepared one takes over`() throws {
        let old = KeyName(.role(.match), version: 1)
        let new = KeyName(.role(.match), version: 2)
        var ring = try KeyRing(hex: Example.matchingKey, old.purpose)
        let place = SubjectKeyContext(tenant: .random(), subject: .random(), keyClass: .matching, version: 1)
        let (key, wrapped) = try ring.makeSubjectKey(as: place)
        try ring.add(hex: Example.wrappingKey, new.purpose, version: 2, state: .prepared)
        #expect(throws: VaultError.keyUnavailable(new)) { try ring.lend(new) { $0.byteCount } }
        try ring.activate(new)
        #expect(ring.state(of: old) == .draining && ring.activeVersion(of: new.purpose) == 2)

        let rewrapped = try ring.wrap(ring.unwrap(wrapped, as: place), as: place)
        try ring.retire(old)
        #expect(try ring.unwrap(rewrapped, as: place).box.bytes.exposed == key.box.bytes.exposed)
        #expect(throws: VaultError.keyUnavailable(old)) { try ring.unwrap(wrapped, as: place) }
    }

    @Test func `moves keys forward only`() throws {
        let name = KeyName(.role(.match), version: 1)
        var ring = try KeyRing(hex: Example.matchingKey, name.purpose)
        #expect(throws: VaultError.keyUnavailable(name)) { try ring.activate(name) }
        #expect(throws: VaultError.keyUnavailable(name)) { try ring.retire(name) }
        #expect(KeyState.allCases.map(\.next) == [.active, .draining, .retired, .destroyed, nil])
    }

    @Test func `wraps nothing without an active key`() throws {
        let ring = try KeyRing(hex: Example.matchingKey, .role(.match), state: .draining)
        let place = SubjectKeyContext(tenant: .random(), subject: .random(), keyClass: .matching, version: 1)
        #expect(throws: VaultError.keyUnavailable(KeyName(.role(.match), version: 0))) {
            _ = try ring.makeSubjectKey(as: place)
        }
    }

    /// A process without the key of a role cannot unwrap what that role protects, whatever else it holds.
    @Test(arguments: SubjectKeyClass.allCases)
    func `opens no key of a class whose role is elsewhere`(keyClass: SubjectKeyClass) throws {
        let place = SubjectKeyContext(tenant: .random(), subject: .random(), keyClass: keyClass, version: 1)
        let (_, wrapped) = try KeyRing(hex: Example.wrappingKey, keyClass.wrappedBy).makeSubjectKey(as: place)
        var ring = KeyRing()
        let others: [KeyPurpose] = [.role(.pii), .role(.match), .role(.auth), .role(.sys), .classKey(.seeds)]
        for purpose in others where purpose != keyClass.wrappedBy {
            try ring.add(hex: Example.wrappingKey, purpose)
        }
        #expect(throws: VaultError.keyUnavailable(KeyName(keyClass.wrappedBy, version: 1))) {
            try ring.unwrap(wrapped, as: place)
        }
    }

    @Test func `numbers purposes as the table does, and refuses other numbers`() {
        let roles = KeyRole.allCases.map { KeyPurpose.role($0).keyringCode }
        let classes = ClassKey.allCases.map { KeyPurpose.classKey($0).keyringCode }
        #expect(roles == [0x0101, 0x0102, 0x0103, 0x0104] && classes == [1, 2, 3, 4, 5])
        let known = (0...UInt16.max).filter { KeyPurpose(keyringCode: $0) != nil }
        #expect(known == [1, 2, 3, 4, 5, 0x0101, 0x0102, 0x0103, 0x0104])
    }
}
