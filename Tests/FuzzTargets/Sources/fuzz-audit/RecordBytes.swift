import FuzzDriver
import RecoveryAudit
import RecoveryCrypto

/// One record of the log.
enum RecordBytes {
    static let target = Target("record") { bytes in
        guard let record = try? AuditRecord(parsing: bytes) else { return }
        law(record.entry == bytes, "a record is the bytes that were read")
        law(header(of: record) == Array(bytes[..<AuditRecord.headerSize]), "the fields are the whole header")
        law(record.mac.bytes == Array(bytes.suffix(32)), "the MAC stands at the end")
        guard let payload = try? record.parsedPayload() else { return }
        law(CanonicalJSON.write(payload) == record.payload, "a payload is written back the same")
        if let type = record.recordType { _ = PayloadSchema.check(type: type, payload: payload) }
    }

    private static func header(of record: AuditRecord) -> [UInt8] {
        var bytes = bigEndian(AuditRecord.magic)
        bytes += [AuditRecord.suite, record.type]
        bytes += bigEndian(record.flags)
        bytes += bigEndian(record.seq)
        bytes += bigEndian(record.timeMicroseconds)
        bytes += bigEndian(record.epoch)
        bytes += bigEndian(record.step)
        bytes += record.logID.bytes
        bytes += record.previousMAC.bytes
        bytes += bigEndian(UInt32(record.payloadRange.count))
        return bytes
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
