import Foundation
import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import AccountRecovery
@testable import RecoveryStore

/// What an erasure does to backups that were made before it (vault.md §15, §16).
@Suite struct ShreddedBackupTests {
    private struct Erased {
        let place: BackupPlace
        let before: BackupReport
        let after: [BackupReport]
        let subject: Pseudonym
        let certificate: ShreddingCertificate
    }

    /// Two customers, a backup, one of them erased, and more backups with somebody new.
    private static func erased() async throws -> Erased {
        let place = try BackupPlace(
            await StoreDesk(limits: ["attempts_per_check: 5"], agents: [])
        )
        let store = try place.desk.open()
        let admin = try place.desk.service("ada", on: store)
        let lines = [DeskCustomer.line(1, "gone"), DeskCustomer.line(2, "stays")]
        _ = try await admin.importAccounts(lines, skippingBad: false, progress: { _ in })
        let before = try await place.backUp(store)
        let subject = try await admin.account(SecretText(testing: "gone")).subject
        let change = try await admin.erase(SecretText(testing: "gone"))
        var after: [BackupReport] = []
        for number in 0..<3 {
            _ = try await admin.importAccounts(
                [DeskCustomer.line(1, "new-\(number)")],
                skippingBad: false,
                progress: { _ in }
            )
            after.append(try await place.backUp(store))
        }
        try await store.close()
        return Erased(
            place: place,
            before: before,
            after: after,
            subject: subject,
            certificate: try #require(change.shredding)
        )
    }

    /// How many fields of the subject open with these two files, and how many it has.
    private static func opened(
        _ erased: Erased,
        _ keysFile: String,
        without journal: [Tombstone] = []
    ) async throws -> (opened: Int, fields: Int) {
        let (store, _, _) = try await erased.place.assemble(erased.before.dataFile, keysFile, without: journal)
        return try store.read { reader in
            let rows = try #require(try SubjectRows(erased.subject, from: reader))
            let vault = erased.place.desk.vault
            let count = PersonField.allCases.count { (try? vault.personal($0, in: rows)) != nil }
            return (count, rows.fields.count)
        }
    }

    @Test func `a data file of before opens no field of an erased subject with any key file of after`() async throws {
        let erased = try await Self.erased()
        for report in erased.after {
            let (opened, fields) = try await Self.opened(erased, report.keysFile)
            #expect(opened == 0 && fields > 0)
            // The others are not touched by it.
            let (store, _, _) = try await erased.place.assemble(erased.before.dataFile, report.keysFile)
            #expect(try store.subjectsWithoutKeys() == [erased.subject])
            #expect(
                try store.read { try erased.place.desk.vault.openSample(of: 10, except: [erased.subject], in: $0) }
                    == 10
            )
        }
        // The control, and the reason for the retention: a key file of before still opens what was erased.
        let (opened, _) = try await Self.opened(erased, erased.before.keysFile)
        #expect(opened > 0)
    }

    @Test func `the journal keeps an erased subject out, also with the key file of before`() async throws {
        let erased = try await Self.erased()
        let journal = try ErasureJournal(path: erased.place.desk.folder.erasures).read()
        #expect(journal.count == 1)
        let (_, counts, shredded) = try await erased.place.assemble(
            erased.before.dataFile,
            erased.before.keysFile,
            without: journal
        )
        #expect(shredded.map(\.pseudonym) == [erased.subject])
        #expect(counts == RestoredStore.KeyCounts(taken: 3, unknown: 0, erased: 3))
        #expect(try await Self.opened(erased, erased.before.keysFile, without: journal).opened == 0)
    }

    @Test func `the certificate says what the log and the journal prove`() async throws {
        let erased = try await Self.erased()
        let certificate = erased.certificate
        let journal = try ErasureJournal(path: erased.place.desk.folder.erasures).read()
        #expect(journal[0].mark.hexadecimal == certificate.tombstone && journal[0].at == certificate.erasedAt)
        #expect(certificate.unrecoverableFrom == certificate.erasedAt + 30 * 86_400)
        let store = try erased.place.desk.open()
        let record = try #require(try await store.records(in: certificate.record..<certificate.record + 1).first)
        let payload = try #require(try record.record.parsedPayload().object)
        #expect(payload["event"] == "x.account.erase" && payload["req"]?.string == certificate.tombstone)
        #expect(payload["subject"]?.string == certificate.subject.text && payload["code"] == "keys.30d")
        try await store.close()
    }
}
