import AccountRecovery
import GRDB
import RecoveryAudit

/// What the log says of sealed rows, and its private values, which lie beside it (`Docs/Specs/audit-log.md` §11).
extension SQLiteSealedRows {
    func privateRows(ofCase name: String) throws -> [SealedPrivateRow] {
        try StoreError.translating { try LogTables(database: database).privateRows("case_ref = ?", [name]) }
    }

    func privateRows(of subject: Pseudonym) throws -> [SealedPrivateRow] {
        try StoreError.translating { try LogTables(database: database).privateRows("subject_ref = ?", [subject.text]) }
    }

    func lastWrite(of subject: Pseudonym) throws -> SubjectWrite? {
        try StoreError.translating {
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT entry FROM audit_index JOIN audit_entry USING (seq)
                        WHERE subject_ref = ? AND type = ? ORDER BY seq DESC
                        """
                ),
                arguments: [subject.text, Int64(RecordType.event.rawValue)]
            )
            while let row = try rows.next() {
                guard let payload = try? AuditRecord(parsing: row.bytes(0)).parsedPayload() else {
                    throw StoreError.corrupt("a record of the log cannot be read")
                }
                if let write = SubjectWrite(event: payload) { return write }
            }
            return nil
        }
    }
}
