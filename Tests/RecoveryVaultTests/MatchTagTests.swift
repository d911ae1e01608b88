import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

@Suite struct MatchTagTests {
    struct Tags: Decodable {
        let tags: [Vector]
    }

    struct Vector: Decodable, CustomTestStringConvertible {
        let id: String
        let kind: String
        let variant: UInt8
        let norm: UInt8
        let algorithm: UInt8
        let key: String
        let tenant: String
        let subject: String
        let record: UInt16
        let field: UInt16
        let slot: UInt32
        let rowVersion: String
        let value: String
        let tag: String

        enum CodingKeys: String, CodingKey {
            case id, kind, variant, norm, tenant, subject, record, field, slot, value, tag
            case algorithm = "tag_alg"
            case key = "dek_match"
            case rowVersion = "row_version"
        }

        var testDescription: String { "\(id) \(kind) \(variant)" }
    }

    static let vectors = VaultVectors.load(Tags.self, "match", []) { $0.tags }

    @Test func `has all the tags of the specification`() {
        #expect(Self.vectors.count == 28)
        #expect(Self.vectors.filter { $0.algorithm == 2 }.count == 2)
        #expect(Set(Self.vectors.map(\.kind)).count == 9)
    }

    @Test(arguments: vectors) func `gives the tags of the specification`(vector: Vector) throws {
        let tag = try MatchTag(
            of: [UInt8](hex: vector.value).span,
            algorithm: try #require(MatchTag.Algorithm(rawValue: vector.algorithm)),
            rule: vector.norm,
            variant: vector.variant,
            at: context(
                tenant: vector.tenant,
                subject: vector.subject,
                record: vector.record,
                field: vector.field,
                slot: vector.slot,
                rowVersion: vector.rowVersion
            ),
            key: SubjectKey(hex: vector.key, .matching)
        )
        #expect(tag.bytes.hexadecimal == vector.tag)
    }

    @Test(arguments: [0, 3, 255] as [UInt8])
    func `refuses an algorithm that it does not know`(algorithm: UInt8) {
        #expect(throws: VaultError.unsupportedFormat(offset: 0)) {
            try MatchTag(algorithm: algorithm, rule: 1, variant: 1, bytes: [UInt8](repeating: 0, count: 16))
        }
    }

    @Test(arguments: [0, 15, 17, 32]) func `refuses a row of another length`(count: Int) {
        #expect(throws: VaultError.truncated) {
            try MatchTag(algorithm: 1, rule: 1, variant: 1, bytes: [UInt8](repeating: 0, count: count))
        }
    }

    @Test func `is made with a key for matching and no other`() throws {
        let key = SubjectKey(hex: Example.personalKey, .personal)
        #expect(throws: VaultError.keyUnavailable(key.name)) {
            try MatchTag(of: [1].span, rule: 1, variant: 1, at: Example.birthday(), key: key)
        }
    }

    /// Each row moves one part. If two of them gave one tag, the table would show who shares a birthday, or whether
    /// a value changed.
    @Test func `is another for every place, rule and variant`() throws {
        let home = try Example.birthday()
        let value = Array("1985-02-28".utf8)
        let key = SubjectKey(hex: Example.matchingKey, .matching)
        func moved(
            tenant: TenantID? = nil,
            subject: SubjectID? = nil,
            record: RecordKind = .person,
            field: FieldCode = .dateOfBirth,
            slot: UInt32 = 0,
            version: UInt64 = 7,
            rule: UInt8 = 1,
            variant: UInt8 = 1
        ) throws -> [UInt8] {
            let place = FieldContext(
                tenant: tenant ?? home.tenant,
                subject: subject ?? home.subject,
                record: record,
                field: field,
                slot: slot,
                rowVersion: try #require(RowVersion(rawValue: version))
            )
            return try MatchTag(of: value.span, rule: rule, variant: variant, at: place, key: key).bytes
        }
        let tags = [
            try moved(), try moved(tenant: .random()), try moved(subject: .random()), try moved(record: .attachments),
            try moved(field: .name), try moved(slot: 1), try moved(version: 8), try moved(rule: 2),
            try moved(variant: 2),
        ]
        #expect(Set(tags).count == 9)
        #expect(try moved() == tags[0])
    }

    @Test func `shows an absent value as random bytes`() {
        let tags = (0..<50).map { _ in MatchTag.absent(rule: 1, variant: 1) }
        #expect(Set(tags.map(\.bytes)).count == 50 && tags.allSatisfy { $0.bytes.count == 16 })
    }

    @Test func `matches nothing that differs in one bit`() throws {
        let key = SubjectKey(hex: Example.matchingKey, .matching)
        let tag = try MatchTag(of: [1].span, rule: 1, variant: 1, at: Example.birthday(), key: key)
        #expect(tag.matches(try MatchTag(algorithm: 1, rule: 1, variant: 1, bytes: tag.bytes)))
        for bit in 0..<128 {
            var bytes = tag.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!tag.matches(try MatchTag(algorithm: 1, rule: 1, variant: 1, bytes: bytes)), "bit \(bit)")
        }
    }
}
