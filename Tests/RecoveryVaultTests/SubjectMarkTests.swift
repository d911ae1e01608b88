import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

@Suite struct SubjectMarkTests {
    struct File: Decodable {
        let marks: [Vector]
    }

    struct Vector: Decodable {
        let what: String
        let psk: String
        let tenant: String
        let subject: String
        let mark: String
    }

    static let vectors = VaultVectors.load(File.self, "keys", []) { $0.marks }

    @Test func `has all the marks of the specification`() {
        #expect(Self.vectors.map(\.what) == ["tombstone", "tombstone", "canary", "canary"])
    }

    @Test(arguments: vectors) func `gives the marks of the specification`(vector: Vector) throws {
        let mark = try SubjectMark(
            vector.what == "canary" ? .canary : .tombstone,
            tenant: #require(TenantID(bytes: [UInt8](hex: vector.tenant))),
            subject: #require(SubjectID(bytes: [UInt8](hex: vector.subject))),
            keys: KeyRing(hex: vector.psk, .classKey(.marks))
        )
        #expect(mark.bytes.hexadecimal == vector.mark)
    }

    @Test func `is made with the key of the version asked for`() throws {
        var keys = try KeyRing(hex: Example.matchingKey, .classKey(.marks), version: 1, state: .draining)
        try keys.add(hex: Example.wrappingKey, .classKey(.marks), version: 2)
        let (tenant, subject) = (TenantID.random(), SubjectID.random())
        let now = try SubjectMark(.tombstone, tenant: tenant, subject: subject, keys: keys)
        let old = try SubjectMark(.tombstone, tenant: tenant, subject: subject, keys: keys, version: 1)
        #expect(now != old)
        #expect(try SubjectMark(.tombstone, tenant: tenant, subject: subject, keys: keys, version: 2) == now)
        #expect(throws: VaultError.keyUnavailable(KeyName(.classKey(.marks), version: 3))) {
            try SubjectMark(.tombstone, tenant: tenant, subject: subject, keys: keys, version: 3)
        }
    }

    @Test(arguments: [0, 15, 17]) func `refuses a stored mark of another length`(count: Int) {
        let isRefused = SubjectMark(bytes: [UInt8](repeating: 0, count: count)) == nil
        #expect(isRefused)
    }
}
