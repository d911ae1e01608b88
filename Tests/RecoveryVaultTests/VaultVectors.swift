import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

/// The files `ours-vault-*.json`: made and checked by two programs written apart from this one.
enum VaultVectors {
    struct Envelopes: Decodable {
        let envelopes: [Sealed]
    }

    struct Sealed: Decodable, CustomTestStringConvertible {
        let id: String
        let type: UInt8
        let key: String
        let keyVersion: UInt32
        let tenant: String
        let subject: String
        let record: UInt16
        let field: UInt16
        let slot: UInt32
        let rowVersion: String
        let kind: UInt8?
        let norm: UInt8?
        let padClass: UInt8?
        let value: String
        let salt: String
        let padded: String
        let aad: String
        let commitment: String
        let envelope: String

        enum CodingKeys: String, CodingKey {
            case id, type, key, tenant, subject, record, field, slot, kind, norm, value, salt, padded, aad, commitment
            case envelope
            case keyVersion = "key_version"
            case rowVersion = "row_version"
            case padClass = "pad_class"
        }

        var testDescription: String { id }
    }

    struct BadEnvelopes: Decodable {
        let cases: [Refused]
        let flips: Flips

        enum CodingKeys: String, CodingKey {
            case cases
            case flips = "single_bit_flips"
        }
    }

    struct Refused: Decodable, CustomTestStringConvertible {
        let id: String
        let what: String
        let expectedType: UInt8
        let key: String
        let tenant: String
        let subject: String
        let record: UInt16
        let field: UInt16
        let slot: UInt32
        let rowVersion: String
        let envelope: String
        let error: String
        let offset: Int?

        enum CodingKeys: String, CodingKey {
            case id, what, key, tenant, subject, record, field, slot, envelope, error, offset
            case expectedType = "expected_type"
            case rowVersion = "row_version"
        }

        var testDescription: String { "\(id) \(what)" }
    }

    struct Flips: Decodable {
        let base: String
        let classes: String
    }

    static let envelopes = load(Envelopes.self, "envelopes", []) { $0.envelopes }
    static let refused = load(BadEnvelopes.self, "envelopes-bad", []) { $0.cases }

    /// A file that cannot be read gives no rows, and the test that counts them fails.
    static func load<File: Decodable, Rows>(
        _ type: File.Type,
        _ name: String,
        _ none: Rows,
        _ rows: (File) -> Rows
    ) -> Rows {
        (try? VectorFile.decode(type, from: "ours-vault-\(name).json")).map(rows) ?? none
    }
}

/// What a vector says, as values of the vault.
func context(
    tenant: String,
    subject: String,
    record: UInt16 = 1,
    field: UInt16,
    slot: UInt32 = 0,
    rowVersion: String
) throws -> FieldContext {
    FieldContext(
        tenant: try #require(TenantID(bytes: [UInt8](hex: tenant))),
        subject: try #require(SubjectID(bytes: [UInt8](hex: subject))),
        record: try #require(RecordKind(rawValue: record)),
        field: FieldCode(rawValue: field),
        slot: slot,
        rowVersion: try #require(UInt64(rowVersion).flatMap(RowVersion.init(rawValue:)))
    )
}

extension SecretKey {
    init(hex: String) {
        var bytes = [UInt8](hex: hex)
        self.init(wiping: &bytes)
    }

    /// Shows the bytes: only tests do this.
    var exposed: [UInt8] {
        lend { bytes in bytes.indices.map { bytes[$0] } }
    }
}

extension SubjectKey {
    init(hex: String, _ keyClass: SubjectKeyClass, version: UInt32 = 1, state: KeyState = .active) {
        self.init(keyClass: keyClass, version: version, state: state, box: KeyBox(SecretKey(hex: hex)))
    }
}

extension KeyRing {
    /// A ring with one key, as if its row had been found sound.
    init(hex: String, _ purpose: KeyPurpose, version: UInt32 = 1, state: KeyState = .active) throws {
        self.init()
        try add(hex: hex, purpose, version: version, state: state)
    }

    mutating func add(
        hex: String,
        _ purpose: KeyPurpose,
        version: UInt32 = 1,
        state: KeyState = .active
    ) throws(VaultError) {
        let checkValue = KeyCheckValue(of: SecretKey(hex: hex))
        try load(SecretKey(hex: hex), as: KeyName(purpose, version: version), state: state, checkValue: checkValue)
    }
}

extension FieldValue {
    static func text(_ text: String) -> FieldValue {
        .text(Personal(SecretKey(copying: Array(text.utf8).span)), rule: 1)
    }

    static func bytes(_ bytes: [UInt8]) -> FieldValue {
        .bytes(Personal(SecretKey(copying: bytes.span)), rule: 1)
    }

    /// Kind, rule and bytes, comparable: only tests do this.
    var exposed: [UInt8] {
        switch self {
        case .absent: [0, 0]
        case .text(let text, let rule): [1, rule] + text.exposed
        case .bytes(let bytes, let rule): [2, rule] + bytes.exposed
        }
    }
}

extension Personal {
    var exposed: [UInt8] {
        reveal { bytes in bytes.indices.map { bytes[$0] } }
    }
}

/// The people and keys of the specification's example.
enum Example {
    static let tenant = "00112233445546778899aabbccddeeff"
    static let subject = "0f1e2d3c4b5a49788796a5b4c3d2e1f0"
    static let personalKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    static let matchingKey = "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
    static let wrappingKey = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"

    static func birthday(rowVersion: String = "7") throws -> FieldContext {
        try context(tenant: tenant, subject: subject, field: 1, rowVersion: rowVersion)
    }
}
