import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryStore

/// An installation in a folder with its desks in this process, as an application embeds it.
struct EmbeddedInstallation {
    struct Member {
        let name: StaffName
        let desk: RecoveryService
        let key: StaffKey
    }

    let clock = TrialClock()
    let courier = MemoryCourier()
    let store: SQLiteStore
    let admin: Member
    private let folder: DataFolder
    private let parts: RecoveryService.Parts

    init(in path: String) async throws {
        folder = DataFolder(path)
        for path in [folder.root, folder.keys, folder.people, folder.outbox, folder.headFolder] {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
        let policy = Machine.root.appendingPathComponent("Policies/standard.yaml")
        let name = try Self.name("ada")
        let new = try NewInstallation(
            in: folder,
            origin: "recovery.example/benchmark",
            admin: name,
            auditors: [try Self.name("vera")],
            policy: try String(contentsOf: policy, encoding: .utf8),
            at: clock.now()
        )
        store = try SQLiteStore.create(
            at: folder.store,
            keys: LogKeys(
                origin: new.installation.origin,
                signingKey: new.keys.log,
                auditors: new.installation.auditors,
                epochKeyFile: folder.epochKey,
                headFile: folder.head
            ),
            options: StoreOptions(tenant: new.installation.tenant, clock: clock, program: "benchmarks")
        )
        try await new.furnish(store)
        parts = RecoveryService.Parts(
            store: store,
            directory: EmbeddedDirectory(in: store),
            courier: courier,
            clock: clock,
            vault: try SubjectVault(
                tenant: new.installation.tenant,
                keyring: try await store.read { try $0.vault.keyring() },
                source: new.keys.source
            ),
            grantKey: new.keys.grants,
            origin: new.installation.origin.text
        )
        admin = try await Self.member(name, try StaffKey(readingFrom: folder.key(of: name)), parts)
    }

    /// Admits somebody on the administrator's signature.
    func admit(_ text: String, as role: StaffRole) async throws -> Member {
        let name = try Self.name(text)
        let key = try StaffKey.create(at: folder.key(of: name))
        let admission = StaffAdmission(name: name, role: role, publicKey: key.publicKey)
        let statement = try await admin.desk.admissionStatement(admission)
        _ = try await admin.desk.admit(statement, signature: admin.key.sign(statement, as: admin.name))
        return try await Self.member(name, key, parts)
    }

    private static func member(
        _ name: StaffName,
        _ key: StaffKey,
        _ parts: RecoveryService.Parts
    ) async throws -> Member {
        guard let member = try await parts.store.read({ try $0.record(StaffMember.self, name.text) }) else {
            throw Disagreement(what: name.text + " was not admitted")
        }
        return Member(name: name, desk: RecoveryService(parts, caller: try key.signIn(as: member)), key: key)
    }

    private static func name(_ text: String) throws -> StaffName {
        guard let name = StaffName(text) else { throw Disagreement(what: "the name " + text) }
        return name
    }
}

/// Text as somebody says it.
func said(_ text: String) -> SecretText {
    var bytes = Array(text.utf8)
    return SecretText(wiping: &bytes)
}
