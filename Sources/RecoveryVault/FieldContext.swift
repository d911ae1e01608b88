/// Where a value belongs: whose it is, which field, and which write of it.
///
/// The context is authenticated but not stored with the value. Whoever can write to the database can therefore not
/// pass one person's e-mail address off as another's, nor an old one as new, by copying bytes between rows.
public struct FieldContext: Sendable, Hashable {
    public let tenant: TenantID
    public let subject: SubjectID
    public let record: RecordKind
    public let field: FieldCode
    /// Tells several values of one field apart: first phone, second phone. From 0.
    public let slot: UInt32
    public let rowVersion: RowVersion

    public init(
        tenant: TenantID,
        subject: SubjectID,
        record: RecordKind = .person,
        field: FieldCode,
        slot: UInt32 = 0,
        rowVersion: RowVersion
    ) {
        self.tenant = tenant
        self.subject = subject
        self.record = record
        self.field = field
        self.slot = slot
        self.rowVersion = rowVersion
    }
}

/// Where the key of a subject belongs.
public struct SubjectKeyContext: Sendable, Hashable {
    public let tenant: TenantID
    public let subject: SubjectID
    public let keyClass: SubjectKeyClass
    /// The version of the wrapped key itself, from 1.
    public let version: UInt32

    public init(tenant: TenantID, subject: SubjectID, keyClass: SubjectKeyClass, version: UInt32) {
        self.tenant = tenant
        self.subject = subject
        self.keyClass = keyClass
        self.version = version
    }
}

/// Everything that can be sealed, each with its place: from it follow the type byte and the AAD.
enum SealContext {
    case field(FieldContext)
    case attachmentHead(FieldContext)
    case subjectKey(SubjectKeyContext)
    /// A class key, or the key of a role inside a passphrase file. The code is that of the table `keyring`.
    case classKey(purposeCode: UInt16, version: UInt32)

    var type: Envelope.Kind {
        switch self {
        case .field: .field
        case .attachmentHead: .attachmentHead
        case .subjectKey: .subjectKey
        case .classKey: .classKey
        }
    }

    /// The 74 bytes of Docs/Specs/vault.md §5.1. Every part has a fixed width, so no two contexts share an encoding.
    ///
    /// ```
    /// label 10 | header 16 | tenant 16 | subject 16 | record 2 | field 2 | slot 4 | row version 8
    /// ```
    func associatedData(header: [UInt8]) -> [UInt8] {
        var data: [UInt8] = []
        data.reserveCapacity(74)
        switch self {
        case .field(let context), .attachmentHead(let context):
            data += "rv1/field\0".utf8
            data += header
            data += context.tenant.bytes
            data += context.subject.bytes
            data.append(bigEndian: context.record.rawValue)
            data.append(bigEndian: context.field.rawValue)
            data.append(bigEndian: context.slot)
            data.append(bigEndian: context.rowVersion.rawValue)
        case .subjectKey(let context):
            data += "rv1/dek\0\0\0".utf8
            data += header
            data += context.tenant.bytes
            data += context.subject.bytes
            data.append(bigEndian: context.keyClass.rawValue)
            data.append(contentsOf: repeatElement(0, count: 6))
            data.append(bigEndian: UInt64(context.version))
        case .classKey(let purposeCode, let version):
            data += "rv1/class\0".utf8
            data += header
            data.append(contentsOf: repeatElement(0, count: 2 * identifierSize))
            data.append(bigEndian: purposeCode)
            data.append(contentsOf: repeatElement(0, count: 6))
            data.append(bigEndian: UInt64(version))
        }
        return data
    }
}
