import Foundation
import RecoveryCrypto
import RecoveryVault

/// Between the lines and the values of the vault. Bytes of a wrong size are a fault of the file.
extension Place {
    init(_ context: FieldContext) {
        tenant = Data(context.tenant.bytes)
        subject = Data(context.subject.bytes)
        record = context.record.rawValue
        field = context.field.rawValue
        slot = context.slot
        rowVersion = Data(context.rowVersion.bytes)
    }

    func context() throws -> FieldContext {
        FieldContext(
            tenant: try valid(TenantID(bytes: [UInt8](tenant))),
            subject: try valid(SubjectID(bytes: [UInt8](subject))),
            record: try valid(RecordKind(rawValue: record)),
            field: FieldCode(rawValue: field),
            slot: slot,
            rowVersion: try valid(RowVersion(bytes: [UInt8](rowVersion)))
        )
    }
}

extension Value {
    init(_ value: FieldValue) {
        switch value {
        case .absent: self.init(kind: 0, norm: 0, bytes: Data())
        case .text(let text, let rule): self.init(kind: 1, norm: rule, bytes: text.revealed)
        case .bytes(let bytes, let rule): self.init(kind: 2, norm: rule, bytes: bytes.revealed)
        }
    }

    var fieldValue: FieldValue {
        switch kind {
        case 1: .text(bytes.personal, rule: norm)
        case 2: .bytes(bytes.personal, rule: norm)
        default: .absent
        }
    }
}

extension Tag {
    init(_ tag: MatchTag) {
        self.init(algorithm: tag.algorithm.rawValue, norm: tag.rule, variant: tag.variant, bytes: Data(tag.bytes))
    }
}

extension Row {
    func fieldRow() throws -> FieldRow {
        FieldRow(
            record: try valid(RecordKind(rawValue: record)),
            field: FieldCode(rawValue: field),
            slot: slot,
            rowVersion: try valid(RowVersion(bytes: [UInt8](rowVersion))),
            commitment: try valid(Digest256([UInt8](commitment))),
            tags: try tags.map {
                try MatchTag(algorithm: $0.algorithm, rule: $0.norm, variant: $0.variant, bytes: [UInt8]($0.bytes))
            }
        )
    }
}

extension Data {
    var personal: Personal { Personal(SecretKey(copying: [UInt8](self).span)) }

    /// The envelope that these bytes claim to be.
    var envelope: Envelope { Envelope(unverified: [UInt8](self)) }
}

extension Personal {
    /// The bytes in the open: what a judge has to see, and nobody else.
    var revealed: Data { Data(reveal { [UInt8](copying: $0) }) }
}

func valid<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw LineFault.malformed("\(Value.self)") }
    return value
}
