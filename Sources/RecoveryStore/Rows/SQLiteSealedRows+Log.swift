import AccountRecovery
import GRDB

/// The private values of the log, which lie beside it (`Docs/Specs/audit-log.md` §11).
extension SQLiteSealedRows {
    func privateRows(ofCase name: String) throws -> [SealedPrivateRow] {
        try StoreError.translating { try LogTables(database: database).privateRows("case_ref = ?", [name]) }
    }

    func privateRows(of subject: Pseudonym) throws -> [SealedPrivateRow] {
        try StoreError.translating { try LogTables(database: database).privateRows("subject_ref = ?", [subject.text]) }
    }
}
