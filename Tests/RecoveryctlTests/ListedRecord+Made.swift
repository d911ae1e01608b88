import RecoveryCrypto
import Testing

@testable import RecoveryAudit
@testable import RecoveryStore

extension ListedRecord {
    /// A record with this payload at position 42, as the log lists it. Its MAC is none, which no view looks at.
    init(made payload: JSONValue, type: RecordType = .event) throws {
        let digest = SHA256.digest(of: [])
        let header = RecordHeader(
            type: type,
            flags: 0,
            seq: 42,
            timeMicroseconds: 1_772_375_527_000_123,
            epoch: 3,
            step: 7,
            logID: try #require(LogID([UInt8](repeating: 5, count: LogID.byteCount))),
            previousMAC: digest
        )
        let object = try #require(payload.object)
        self.init(record: try AuditRecord(parsing: header.frame(around: object) + digest.bytes), payload: object)
    }
}
