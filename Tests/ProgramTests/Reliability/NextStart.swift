import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import Synchronization

/// The next start after a crash, and everything that it found, once for each state.
final class NextStart: Sendable {
    enum Outcome: Sendable, Hashable {
        /// The store opened, with this image of its database.
        case opened(Digest256)
        case refused(String)
        /// It opened, and then did not hold what a store holds.
        case broken(String)
    }

    private struct Known {
        var outcomes: [Digest256: Outcome] = [:]
        var images: [Digest256: StoredImage] = [:]
        /// What is wrong with an image, its key file and its head, if anything is.
        var faults: [Digest256: String?] = [:]
    }

    private let owner: StoreOwner
    /// Whether the log is verified and written to as well, which takes much longer than a start.
    private let isThorough: Bool
    private let known = Mutex(Known())

    init(by owner: StoreOwner, isThorough: Bool) {
        self.owner = owner
        self.isThorough = isThorough
    }

    /// Different states that were looked at.
    var distinctStates: Int { known.withLock { $0.outcomes.count } }

    func image(_ digest: Digest256) -> StoredImage? {
        known.withLock { $0.images[digest] }
    }

    func outcome(of state: CrashState, _ digest: Digest256, in folder: StateFolder) async throws -> Outcome {
        if let outcome = known.withLock({ $0.outcomes[digest] }) { return outcome }
        try folder.lay(state)
        let outcome = try await start(in: folder)
        known.withLock { $0.outcomes[digest] = outcome }
        return outcome
    }

    private func start(in folder: StateFolder) async throws -> Outcome {
        do {
            // Only opened: what is in the write-ahead log moves into the file, and nothing is added.
            try await owner.open(below: folder.root).close()
        } catch let error as StoreError {
            return .refused("\(error)")
        }
        let bytes = folder.bytes(of: "D/store/recovery.db")
        let image = SHA256.digest(of: bytes)
        // What a start does from here on depends on these three alone, so it is done once for each.
        var all = image.bytes
        for path in ["D/keys/epoch.key", "D.head/checkpoint"] {
            all += SHA256.digest(of: folder.bytes(of: path)).bytes
        }
        let key = SHA256.digest(of: all)
        let fault: String?
        if let known = known.withLock({ $0.faults[key] }) {
            fault = known
        } else {
            fault = try await examine(image, in: folder)
            known.withLock { $0.faults[key] = .some(fault) }
        }
        return fault.map { .broken($0) } ?? .opened(image)
    }

    /// Takes a change, and has the whole log verified. Says what is wrong, if anything is.
    private func examine(_ image: Digest256, in folder: StateFolder) async throws -> String? {
        do {
            if self.image(image) == nil {
                let stored = try StoredImage(at: folder.database)
                known.withLock { $0.images[image] = stored }
            }
            guard isThorough else { return nil }
            let store = try owner.open(below: folder.root)
            try await store.commit { transaction in
                try transaction.put(NoteAfterCrash(id: "after-crash"))
                return Recorded((), NoteAfterCrash.event())
            }
            try await store.close()
            let again = try owner.open(below: folder.root)
            let verdict = try await again.verifyLog(owner.verification())
            try await again.close()
            guard verdict.outcome == .intact, verdict.macs == .checked else {
                return "\(verdict.outcome.rawValue): \(verdict.findings.prefix(3))"
            }
            return nil
        } catch let error as StoreError {
            return "a change was refused: \(error)"
        }
    }
}
