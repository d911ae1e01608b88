import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

@Suite struct ManifestTests {
    struct File: Decodable {
        let manifests: [Vector]
    }

    struct Vector: Decodable, CustomTestStringConvertible {
        let id: String
        let key: String
        let tenant: String
        let subject: String
        let epoch: String
        let entries: [Entry]
        let mac: String

        enum CodingKeys: String, CodingKey {
            case id, tenant, subject, epoch, entries, mac
            case key = "dek_match"
        }

        var testDescription: String { id }
    }

    struct Entry: Decodable {
        let record: UInt16
        let field: UInt16
        let slot: UInt32
        let rowVersion: String
        let commitment: String
        let tags: [Tag]

        enum CodingKeys: String, CodingKey {
            case record, field, slot, commitment, tags
            case rowVersion = "row_version"
        }
    }

    struct Tag: Decodable {
        let algorithm: UInt8
        let norm: UInt8
        let variant: UInt8
        let tag: String

        enum CodingKeys: String, CodingKey {
            case norm, variant, tag
            case algorithm = "tag_alg"
        }
    }

    static let vectors = VaultVectors.load(File.self, "manifest", []) { $0.manifests }

    let key = SubjectKey(hex: Example.matchingKey, .matching)

    private func rows(_ vector: Vector) throws -> [FieldRow] {
        try vector.entries.map { entry in
            FieldRow(
                record: try #require(RecordKind(rawValue: entry.record)),
                field: FieldCode(rawValue: entry.field),
                slot: entry.slot,
                rowVersion: try #require(UInt64(entry.rowVersion).flatMap(RowVersion.init(rawValue:))),
                commitment: try #require(Digest256([UInt8](hex: entry.commitment))),
                tags: try entry.tags.map { tag in
                    try MatchTag(
                        algorithm: tag.algorithm,
                        rule: tag.norm,
                        variant: tag.variant,
                        bytes: [UInt8](hex: tag.tag)
                    )
                }
            )
        }
    }

    private func manifest(of rows: [FieldRow], _ vector: Vector) throws -> Manifest {
        try Manifest(
            of: rows,
            tenant: #require(TenantID(bytes: [UInt8](hex: vector.tenant))),
            subject: #require(SubjectID(bytes: [UInt8](hex: vector.subject))),
            epoch: #require(UInt64(vector.epoch).flatMap(RowVersion.init(rawValue:))),
            key: SubjectKey(hex: vector.key, .matching)
        )
    }

    @Test func `has all the manifests of the specification`() {
        #expect(Self.vectors.map(\.entries.count) == [11, 11, 10, 0])
    }

    @Test(arguments: vectors) func `gives the manifests of the specification`(vector: Vector) throws {
        #expect(try manifest(of: rows(vector), vector).code.hexadecimal == vector.mac)
    }

    @Test func `does not depend on the order in which rows are read`() throws {
        let vector = try #require(Self.vectors.first)
        let reversed = try rows(vector).reversed().map { row in
            FieldRow(
                record: row.record,
                field: row.field,
                slot: row.slot,
                rowVersion: row.rowVersion,
                commitment: row.commitment,
                tags: row.tags.reversed()
            )
        }
        #expect(try manifest(of: reversed, vector).code.hexadecimal == vector.mac)
    }

    /// §20 row 11, and its kin: every way in which one row can be another than it was.
    @Test(arguments: [
        "missing", "doubled", "extra", "older row version", "other commitment", "moved slot", "moved field",
        "tag missing", "tag changed", "tag of another variant", "tag of another rule", "tag of another algorithm",
    ])
    func `refuses rows that are stale, missing or extra`(damage: String) throws {
        let vector = try #require(Self.vectors.first)
        let pseudonym = try #require(Pseudonym(bytes: [UInt8](repeating: 7, count: 16)))
        let tenant = try #require(TenantID(bytes: [UInt8](hex: vector.tenant)))
        let subject = try #require(SubjectID(bytes: [UInt8](hex: vector.subject)))
        let sound = try rows(vector)
        let stored = try manifest(of: sound, vector)
        try stored.verify(sound, tenant: tenant, subject: subject, key: key, pseudonym: pseudonym)

        var damaged = sound
        let last = damaged.removeLast()
        func replacement(
            field: FieldCode? = nil,
            slot: UInt32? = nil,
            rowVersion: RowVersion? = nil,
            commitment: Digest256? = nil,
            tags: [MatchTag]? = nil
        ) -> FieldRow {
            FieldRow(
                record: last.record,
                field: field ?? last.field,
                slot: slot ?? last.slot,
                rowVersion: rowVersion ?? last.rowVersion,
                commitment: commitment ?? last.commitment,
                tags: tags ?? last.tags
            )
        }
        let tag = try #require(last.tags.first)
        func tagged(
            _ algorithm: UInt8? = nil,
            rule: UInt8? = nil,
            variant: UInt8? = nil,
            bytes: [UInt8]? = nil
        ) throws -> FieldRow {
            let other = try MatchTag(
                algorithm: algorithm ?? tag.algorithm.rawValue,
                rule: rule ?? tag.rule,
                variant: variant ?? tag.variant,
                bytes: bytes ?? tag.bytes
            )
            return replacement(tags: [other] + last.tags.dropFirst())
        }
        switch damage {
        case "missing": break
        case "doubled": damaged += [last, last]
        case "extra": damaged += [last, replacement(slot: last.slot + 1)]
        case "older row version":
            damaged.append(replacement(rowVersion: RowVersion(rawValue: last.rowVersion.rawValue - 1)))
        case "other commitment": damaged.append(replacement(commitment: SHA256.digest(of: [1])))
        case "moved slot": damaged.append(replacement(slot: last.slot + 1))
        case "moved field": damaged.append(replacement(field: FieldCode(rawValue: last.field.rawValue + 1)))
        case "tag missing": damaged.append(replacement(tags: Array(last.tags.dropFirst())))
        case "tag changed": damaged.append(try tagged(bytes: [UInt8](repeating: 0, count: 16)))
        case "tag of another variant": damaged.append(try tagged(variant: 9))
        case "tag of another rule": damaged.append(try tagged(rule: 9))
        default: damaged.append(try tagged(2))
        }
        #expect(throws: VaultError.manifestMismatch(pseudonym)) {
            try stored.verify(damaged, tenant: tenant, subject: subject, key: key, pseudonym: pseudonym)
        }
    }

    @Test(arguments: ["tenant", "subject", "epoch", "key", "key class"])
    func `refuses the manifest of another subject, epoch or key`(part: String) throws {
        let vector = try #require(Self.vectors.first)
        let pseudonym = try #require(Pseudonym(bytes: [UInt8](repeating: 7, count: 16)))
        let sound = try rows(vector)
        let stored = try manifest(of: sound, vector)
        let epoch = try #require(RowVersion(rawValue: 9))
        let shown = part == "epoch" ? Manifest(unverifiedCode: stored.code, epoch: epoch) : stored
        let keys = [
            "key": SubjectKey(hex: Example.personalKey, .matching), "key class": SubjectKey(hex: vector.key, .personal),
        ]
        #expect(throws: VaultError.manifestMismatch(pseudonym)) {
            try shown.verify(
                sound,
                tenant: part == "tenant" ? .random() : #require(TenantID(bytes: [UInt8](hex: vector.tenant))),
                subject: part == "subject" ? .random() : #require(SubjectID(bytes: [UInt8](hex: vector.subject))),
                key: keys[part] ?? key,
                pseudonym: pseudonym
            )
        }
    }

    @Test func `finds an epoch below the last one logged`() throws {
        let vector = try #require(Self.vectors.first)
        let stored = try manifest(of: rows(vector), vector)
        let later = try #require(stored.epoch.next(afterRestores: 0))
        try stored.requireEpoch(atLeast: stored.epoch)
        #expect(throws: VaultError.rollbackDetected(found: 1, expected: 2)) { try stored.requireEpoch(atLeast: later) }
    }
}
