import Foundation
import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import AccountRecovery
@testable import RecoveryStore

/// A desk whose store is backed up into two folders, and put together again in others.
final class BackupPlace: Sendable {
    let desk: StoreDesk
    let dataFolder: String
    let keysFolder: String
    private let root: String

    init(_ desk: StoreDesk) throws {
        self.desk = desk
        root = FileManager.default.temporaryDirectory.path + "/backup-" + UUID().uuidString
        (dataFolder, keysFolder) = (root + "/data", root + "/keys")
        for folder in [root, dataFolder, keysFolder] { try Self.make(folder) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    static func make(_ folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// An empty folder of its own.
    func newFolder() throws -> String {
        let folder = root + "/" + UUID().uuidString
        try Self.make(folder)
        return folder
    }

    /// For files of this installation, or of another with the same keys.
    func keys(_ store: SQLiteStore? = nil, tenant: [UInt8]? = nil) async throws -> BackupKeys {
        let keyring = try await store?.read { try $0.vault.keyring() } ?? []
        return try BackupKeys(
            tenant: tenant ?? desk.installation.tenant,
            keyring: keyring,
            source: desk.keys.source
        )
    }

    func backUp(_ store: SQLiteStore, restores: UInt32 = 0) async throws -> BackupReport {
        try await store.backUp(
            dataFolder: dataFolder,
            keysFolder: keysFolder,
            scratch: Scratch(in: newFolder(), tenant: desk.installation.tenant),
            keys: keys(store),
            restores: restores,
            actor: "ada"
        )
    }

    /// Puts both files together, without those whom the journal names.
    func assemble(
        _ dataFile: String,
        _ keysFile: String,
        without journal: [Tombstone] = []
    ) async throws -> (store: RestoredStore, counts: RestoredStore.KeyCounts, shredded: [ErasedSubject]) {
        let keys = try await keys()
        let store = try RestoredStore(
            BackupFile(dataFile, keys: keys),
            in: newFolder(),
            tenant: desk.installation.tenant
        )
        let shredded = try store.read { try desk.vault.erased(by: journal, in: $0) }
        let counts = try store.take(
            BackupFile(keysFile, keys: keys),
            keys: keys,
            except: Set(shredded.map(\.subject))
        ).counts
        return (store, counts, shredded)
    }

    /// The one judge: whether a data file and its key file are one moment of the store, whole and open.
    func verify(_ dataFile: String, _ keysFile: String) async throws {
        let (store, counts, _) = try await assemble(dataFile, keysFile)
        let keys = StoreDesk.logKeys(desk.installation, desk.keys, desk.folder)
        guard case .extends(let head) = try store.check(head: Array(store.manifest.head.utf8), of: keys),
            head.size == store.facts.generation.logSize
        else { throw StoreError.rolledBack("the log is not where the manifest says") }
        guard try store.subjectsWithoutKeys().isEmpty, counts.unknown == 0 else {
            throw StoreError.corrupt("keys and data are not of one moment")
        }
        let opened = try store.read { try desk.vault.openSample(of: 20, except: [], in: $0) }
        guard opened == 20 else { throw StoreError.corrupt("nobody to be opened") }
        try store.close()
    }
}
