import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryCrypto

/// The newest checkpoint, kept outside of the data folder (`Docs/Specs/audit-log.md` §11.6).
struct OutsideHead {
    let path: String

    /// Makes the folder of the head if it is missing, for a new log.
    func makeFolder() throws(StoreError) {
        try StoreFolder.make(folder)
    }

    /// Returns the note, or `nil` if there is none.
    func read() throws(StoreError) -> [UInt8]? {
        // A missing folder is a missing head, and answered as one.
        guard FileManager.default.fileExists(atPath: folder) else { return nil }
        try StoreFolder.requirePrivate(folder: folder)
        guard try StoreFolder.requirePrivate(file: path) else { return nil }
        guard let note = FileManager.default.contents(atPath: path) else {
            throw .inputOutput("\(path) cannot be read")
        }
        return [UInt8](note)
    }

    /// Writes the note so that after a crash there is the old one or the new one.
    func write(_ note: [UInt8]) throws(StoreError) {
        try StoreFolder.make(folder)
        do {
            try SecretDirectory(ofFileAt: path).write(SecretKey(copying: note.span), replacing: true)
        } catch {
            throw StoreError(error, at: path)
        }
    }

    private var folder: String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }
}

extension HeadCheck {
    /// Refuses to start unless the log extends the head. Returns the head, or `nil` where a missing one is accepted.
    func requireExtension(orMissing isMissingAccepted: Bool, file: String) throws(StoreError) -> Checkpoint? {
        switch self {
        case .extends(let checkpoint): return checkpoint
        case .missing:
            guard isMissingAccepted else {
                throw .refused(
                    "the head file \(file) is missing: put it back, or accept its loss explicitly, on record"
                )
            }
            return nil
        case .invalid(let error):
            throw .refused("\(file) is no checkpoint of this log (\(error)); put the right one back")
        case .truncated(let size):
            throw .rolledBack("truncated-or-rolled-back: the head covers \(size) records, the log has fewer")
        case .forked(let size):
            throw .rolledBack("fork: the first \(size) records of the log are others than the head covers")
        }
    }
}
