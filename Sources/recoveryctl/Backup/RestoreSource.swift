import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryStore

/// The data directory that a restore takes keys, head and journal from. Its store may be gone, old or broken: nobody
/// looks into it.
struct RestoreSource {
    let folder: DataFolder
    let installation: Installation
    let keys: InstallationKeys

    init(of folder: DataFolder) throws {
        self.folder = folder
        installation = try Installation(of: folder)
        keys = try InstallationKeys(of: folder)
    }

    var logKeys: LogKeys { LogKeys(installation, keys, folder) }

    /// Of the log that a backup holds, which may be one before this installation's own.
    func logKeys(of backup: AssembledBackup) throws -> LogKeys {
        let stored = try backup.store.newestHead() ?? []
        guard let origin = Self.origin(of: stored) else {
            throw StoreError.corrupt("the restored log has no checkpoint")
        }
        return LogKeys(installation.restored(as: origin, restores: installation.restores), keys, folder)
    }

    /// A checkpoint names its log in its first line.
    static func origin(of checkpoint: [UInt8]) -> Origin? {
        Origin(String(decoding: checkpoint.prefix { $0 != 0x0a }, as: UTF8.self))
    }

    /// The erasures, from a file or from beside the head. A copy must know all that the one beside the head knows.
    func journal(_ path: String?) throws -> [Tombstone] {
        let own = ErasureJournal(path: folder.erasures)
        guard let path else { return try own.read() }
        let given = try ErasureJournal(path: path).read()
        guard FileManager.default.fileExists(atPath: folder.erasures) else { return given }
        guard Set(try own.read()).isSubset(of: given) else {
            throw StoreError.refused("\(path) is shorter than \(folder.erasures): name the longer journal")
        }
        return given
    }

    /// Refuses a journal from which erasures are missing that the backup knows of: the data and, newer, the keys.
    func require(_ journal: [Tombstone], toCover backup: AssembledBackup) throws {
        for manifest in [backup.store.manifest, backup.keysManifest] {
            let beginning = Array(journal.prefix(manifest.tombstones.count))
            guard BackupManifest.Tombstones(beginning) == manifest.tombstones else {
                throw StoreError.refused(
                    "the journal of erasures has \(journal.count) lines, and is not the one that began with the "
                        + "\(manifest.tombstones.count) of the backup: put the whole journal back from its copy"
                )
            }
        }
    }

    /// In words, what happened after the backup, as far as anything outside of it tells. Nothing, where it is exactly
    /// where the log stood.
    func whatIsLost(by backup: AssembledBackup, _ journal: [Tombstone]) throws -> [String] {
        var lost: [String] = []
        let generation = backup.dataFile.facts.generation
        let head = FileManager.default.contents(atPath: folder.head).map { [UInt8]($0) }
        if generation.restores < installation.restores {
            lost.append("it was made before restore \(installation.restores)")
        } else {
            switch try backup.store.check(head: head, of: logKeys) {
            case .extends: break
            case .missing: lost.append("there is no outside head \(folder.head) to compare it with")
            case .truncated(let size):
                lost.append("the head covers \(size) records of the log, the backup has \(generation.logSize)")
            case .forked(let size): lost.append("the first \(size) records of the log are others than the head covers")
            case .invalid(let error):
                throw StoreError.refused(
                    "\(folder.head) is no checkpoint of this log (\(error)); put the right one back"
                )
            }
        }
        let erased = try journal.count - backup.store.tombstones().count
        if erased > 0 { lost.append("\(erased) erasures were made after it") }
        if FileManager.default.fileExists(atPath: folder.store + "/recovery.db") {
            lost.append("\(folder.store) is still there, and two stores must not continue one log")
        }
        return lost
    }

    /// The checkpoint that a new log names as where the old one ended: the newest that is known anywhere.
    func lastHead(of backup: AssembledBackup) throws -> [UInt8] {
        let outside = FileManager.default.contents(atPath: folder.head).map { [UInt8]($0) }
        let stored = try backup.store.newestHead()
        // The one outside was verified, unless it is of a later log.
        if backup.dataFile.facts.generation.restores == installation.restores, let outside { return outside }
        guard let stored else { throw StoreError.corrupt("the restored log has no checkpoint") }
        return stored
    }
}

/// An administrator's word that a backup is taken though records are lost.
struct RestoreAcceptance {
    let reason: String
    let admin: StaffName
    let key: StaffKey
    /// Of the new log, if somebody named it.
    let origin: String?
    let leavingOut: Set<StaffName>
}
