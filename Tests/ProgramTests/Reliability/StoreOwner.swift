import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryStore

/// Whoever opens the store of an installation: its keys, held in memory, and those of its auditor.
struct StoreOwner: Sendable {
    private let installation: Installation
    private let keys: InstallationKeys
    private let auditor: AuditorKey
    private let clock = LaterClock()

    /// - Parameter root: the folder in which the data directory `D` lies.
    init(of root: URL) throws {
        let folder = DataFolder(root.appending(path: "D").path)
        installation = try Installation(of: folder)
        keys = try InstallationKeys(of: folder)
        auditor = try AuditorKey(kid: "vera", readingFrom: folder.people + "/vera.auditor-key")
    }

    /// Opens the store below `root` as the next process would, with the product's own code.
    ///
    /// - Parameter other: a clock in the place of the owner's, which stands still.
    func open(below root: String, by other: (any RecoveryClock)? = nil) throws(StoreError) -> SQLiteStore {
        let folder = DataFolder(root + "/D")
        var options = StoreOptions(tenant: installation.tenant, clock: other ?? clock, program: "after the crash")
        options.ownerWait = .zero
        // As much as it must be able to claim, and not so much that ten thousand starts wait for the memory.
        options.reserveSize = 4096
        return try SQLiteStore.open(
            at: folder.store,
            keys: LogKeys(
                origin: installation.origin,
                signingKey: keys.log,
                auditors: installation.auditors,
                epochKeyFile: folder.epochKey,
                headFile: folder.head
            ),
            options: options
        )
    }

    /// Judges a log as an auditor with every key would.
    func verification() -> VerificationOptions {
        var options = VerificationOptions(now: clock.now())
        options.logKey = VKey(LogIdentity(origin: installation.origin, publicKey: keys.log.publicKey))
        options.auditor = auditor
        options.requiresMACs = true
        return options
    }
}

/// A minute after it was made, for ever: no start after a crash is refused because of the time.
private struct LaterClock: RecoveryClock {
    private let time = Int64(Date().timeIntervalSince1970 * 1_000_000) + 60_000_000

    func microseconds() -> Int64 { time }
}

/// What is written after a crash, to see whether the store still takes anything.
struct NoteAfterCrash: StoredRecord {
    static let kind = RecordKind.setting
    let id: String
    var owner: String { "" }

    static func event() -> AuditEvent {
        AuditEvent(.event, ["event": "service.stop", "why": "power"])
    }
}
