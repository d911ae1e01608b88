import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryStore

/// A data file and a key file put together in a folder, with everybody left out who was erased since.
struct AssembledBackup {
    let store: RestoredStore
    let dataFile: BackupFile
    let keysFile: BackupFile
    let keysManifest: BackupManifest
    let counts: RestoredStore.KeyCounts
    let subjects: Int
    let shredded: [ErasedSubject]
    /// Subjects without keys that nobody erased.
    let keyless: [Pseudonym]

    /// How many fields are opened to see that they can be.
    static let sampleSize = 100

    /// - Parameters:
    ///   - journal: All erasures; none to look at a backup alone.
    ///   - folder: Private, and empty.
    init(
        _ dataFile: BackupFile,
        _ keysFile: BackupFile,
        without journal: [Tombstone],
        in folder: String,
        keys: BackupKeys,
        of installation: Installation,
        source: KeySource
    ) throws {
        for file in [dataFile, keysFile] where file.facts.databaseID != installation.tenant {
            throw StoreError.refused("\(file.path) belongs to another installation than \(installation.origin.text)")
        }
        let progress = BackupProgress(isTalking: true)
        store = try RestoredStore(dataFile, in: folder, tenant: installation.tenant) { progress.tell($0, of: nil) }
        let vault = try Self.vault(of: store, installation, source)
        let shredded = try store.read { try vault.erased(by: journal, in: $0) }
        (counts, keysManifest) = try store.take(keysFile, keys: keys, except: Set(shredded.map(\.subject)))
        let names = Set(shredded.map(\.pseudonym))
        keyless = try store.subjectsWithoutKeys().filter { !names.contains($0) }
        subjects = try store.read { try $0.vault.subjectCount() }
        self.dataFile = dataFile
        self.keysFile = keysFile
        self.shredded = shredded
    }

    /// Opens fields of random subjects, of those that have their keys.
    func openSample(of installation: Installation, source: KeySource) throws -> Int {
        let vault = try Self.vault(of: store, installation, source)
        let closed = Set(shredded.map(\.pseudonym)).union(keyless)
        return try store.read { try vault.openSample(of: Self.sampleSize, except: closed, in: $0) }
    }

    private static func vault(
        of store: RestoredStore,
        _ installation: Installation,
        _ source: KeySource
    ) throws -> SubjectVault {
        let (keyring, restores) = try store.read { try ($0.vault.keyring(), StoreLife.restores(in: $0)) }
        return try SubjectVault(tenant: installation.tenant, keyring: keyring, source: source, restores: restores)
    }
}
