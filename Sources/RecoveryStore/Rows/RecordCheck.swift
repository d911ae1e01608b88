import AccountRecovery
import Foundation
import GRDB
import RecoveryCrypto

/// What a record must be, beside what it says: the first 8 bytes of SHA-256 over kind, id, owner and body, each with its
/// length. Found out is a disk that changed it, or put it in the place of another; whoever can write the database can
/// write this too, and is found out by the log.
enum RecordCheck {
    static func value(kind: String, id: String, owner: String, body: [UInt8]) -> Data {
        var transcript = Transcript(label: "account-recovery/record/v2")
        for part in [kind, id, owner] { transcript.append(part) }
        transcript.append(body)
        return Data(SHA256.digest(of: transcript.bytes).bytes.prefix(8))
    }

    /// The same in SQL: `record_check(kind, id, owner, body)`.
    static let function = DatabaseFunction("record_check", argumentCount: 4, pure: true) { values in
        guard let kind = String.fromDatabaseValue(values[0]), let id = String.fromDatabaseValue(values[1]),
            let owner = String.fromDatabaseValue(values[2]), let body = Data.fromDatabaseValue(values[3])
        else { throw DatabaseError(resultCode: .SQLITE_MISMATCH) }
        return value(kind: kind, id: id, owner: owner, body: [UInt8](body))
    }

    /// The body of a row of (body, kind, id, owner, digest), or what is wrong with it.
    static func body(of row: Row) throws -> Data {
        let (body, kind, id) = (try row.bytes(0), try row.text(1), try row.text(2))
        guard Data(try row.bytes(4)) == value(kind: kind, id: id, owner: try row.text(3), body: body) else {
            throw StoreError.corrupt("a record of kind \(kind.prefix(16)) is not what was written")
        }
        return Data(body)
    }
}
