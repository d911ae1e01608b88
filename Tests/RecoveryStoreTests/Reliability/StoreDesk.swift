import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import Testing

@testable import AccountRecovery

/// A desk over a real store on the disk, with real keys in a folder of its own. The store may be dropped and opened
/// again as often as a proof wants.
final class StoreDesk: Sendable {
    let clock = StandingClock()
    let courier = MemoryCourier()
    let folder: DataFolder
    let installation: Installation
    let keys: InstallationKeys
    let vault: SubjectVault
    private let staff: [String: (member: StaffMember, key: StaffKey)]

    /// Makes the installation, admits agents, and leaves the store closed.
    ///
    /// - Parameter limits: lines for the policy, below `limits:`.
    init(limits: [String], agents: [String]) async throws {
        folder = try Self.newFolder()
        let ada = try #require(StaffName("ada"))
        let new = try NewInstallation(
            in: folder,
            origin: "recovery.example/reliability",
            admin: ada,
            auditors: [try #require(StaffName("vera"))],
            policy: Self.policy + limits.map { "  \($0)\n" }.joined(),
            at: clock.now()
        )
        installation = new.installation
        keys = new.keys
        let store = try SQLiteStore.create(
            at: folder.store,
            keys: Self.logKeys(new.installation, new.keys, folder),
            options: Self.options(new.installation, clock)
        )
        try await new.furnish(store)
        vault = try SubjectVault(
            tenant: installation.tenant,
            keyring: try await store.read { try $0.vault.keyring() },
            source: keys.source
        )
        let parts = RecoveryService.Parts(
            store: store,
            directory: EmbeddedDirectory(in: store),
            courier: courier,
            clock: clock,
            vault: vault,
            grantKey: keys.grants,
            origin: installation.origin.text
        )
        staff = try await Self.admitted(agents, by: ada, to: parts, in: folder)
        try await store.close()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder.root)
        try? FileManager.default.removeItem(atPath: folder.headFolder)
    }

    func open() throws -> SQLiteStore {
        try SQLiteStore.open(
            at: folder.store,
            keys: Self.logKeys(installation, keys, folder),
            options: Self.options(installation, clock)
        )
    }

    /// Somebody at the desk.
    ///
    /// - Parameter view: What stands between them and the store, if anything does.
    func service(_ name: String, on store: SQLiteStore, through view: (any CaseStore)? = nil) throws -> RecoveryService
    {
        let parts = RecoveryService.Parts(
            store: view ?? store,
            directory: EmbeddedDirectory(in: store),
            courier: courier,
            clock: clock,
            vault: vault,
            grantKey: keys.grants,
            origin: installation.origin.text
        )
        let (member, key) = try #require(staff[name])
        return RecoveryService(parts, caller: try key.signIn(as: member))
    }

    /// Somebody who checks codes through a view of the store, and has no directory.
    func service(_ name: String, through view: any CaseStore) throws -> RecoveryService {
        let parts = RecoveryService.Parts(
            store: view,
            directory: MemoryDirectory(),
            courier: courier,
            clock: clock,
            vault: vault,
            grantKey: keys.grants,
            origin: installation.origin.text
        )
        let (member, key) = try #require(staff[name])
        return RecoveryService(parts, caller: try key.signIn(as: member))
    }

    /// Judges the log with everything an auditor may hold.
    func verdict(on store: SQLiteStore) async throws -> RecoveryAudit.Verdict {
        var options = VerificationOptions(now: clock.now())
        options.logKey = VKey(LogIdentity(origin: installation.origin, publicKey: keys.log.publicKey))
        let vera = try #require(StaffName("vera"))
        let key = X25519.PrivateKey(bytes: try HexKeyFile.read(folder.auditorKey(of: vera)))
        options.auditor = AuditorKey(kid: vera.text, key: key)
        options.requiresMACs = true
        return try await store.verifyLog(options)
    }

    // MARK: Making it

    /// A short one: a policy is read anew for every decision, and tens of thousands are taken here.
    private static let policy = """
        policy: small
        version: 1
        description: One purpose
        totp_window: rfc
        tiers:
          - tier: only
        purposes:
          unlock:
            only:
              evidence: {all: [totp, saved-code]}
              approvals: {role: supervisor, count: 1}
              hold: none
              actions: [unlock]
        signals: none
        notify: [granted]
        limits:

        """

    private static func newFolder() throws -> DataFolder {
        let root = FileManager.default.temporaryDirectory.appending(path: "desk-" + UUID().uuidString).path
        let folder = DataFolder(root)
        for path in [root, folder.store, folder.keys, folder.people] {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
        return folder
    }

    static func logKeys(_ installation: Installation, _ keys: InstallationKeys, _ folder: DataFolder) -> LogKeys {
        LogKeys(
            origin: installation.origin,
            signingKey: keys.log,
            auditors: installation.auditors,
            epochKeyFile: folder.epochKey,
            headFile: folder.head
        )
    }

    private static func options(_ installation: Installation, _ clock: StandingClock) -> StoreOptions {
        var options = StoreOptions(tenant: installation.tenant, clock: clock, program: "desk")
        options.reserveSize = 64 << 10
        // Moves with the wall clock, so that no step of it is seen that the proof did not make.
        options.monotonicMicroseconds = { clock.microseconds() }
        return options
    }

    private static func admitted(
        _ agents: [String],
        by ada: StaffName,
        to parts: RecoveryService.Parts,
        in folder: DataFolder
    ) async throws -> [String: (member: StaffMember, key: StaffKey)] {
        func member(_ name: StaffName) async throws -> StaffMember {
            try #require(await parts.store.read { try $0.record(StaffMember.self, name.text) })
        }
        let adminKey = try StaffKey(readingFrom: folder.key(of: ada))
        var staff = [ada.text: (member: try await member(ada), key: adminKey)]
        let admin = RecoveryService(parts, caller: try adminKey.signIn(as: try await member(ada)))
        for agent in agents {
            let name = try #require(StaffName(agent))
            let key = try StaffKey.create(at: folder.key(of: name))
            let admission = StaffAdmission(name: name, role: .agent, publicKey: key.publicKey)
            let statement = try await admin.admissionStatement(admission)
            _ = try await admin.admit(statement, signature: adminKey.sign(statement, as: ada))
            staff[agent] = (try await member(name), key)
        }
        return staff
    }
}
