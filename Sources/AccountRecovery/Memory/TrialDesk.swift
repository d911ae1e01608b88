import RecoveryAudit
import RecoveryCrypto
import RecoveryVault
import Synchronization

/// A whole installation that lives as long as the process: for tests, snippets and demonstrations.
///
/// Store, directory and courier are those in memory; the keys are real, drawn anew for each desk, and in no file. The
/// administrator is `ada`. It holds everybody's keys, which no installation in earnest does.
public final class TrialDesk: Sendable {
    public let clock = TrialClock()
    public let store: MemoryStore
    public let directory = MemoryDirectory()
    public let courier = MemoryCourier()
    public let parts: RecoveryService.Parts
    public let admin: TrialMember

    /// Puts the text of a policy in force.
    ///
    /// - Throws: `invalidInput` for a policy that cannot be read or that the linter refuses.
    public init(policy: String) async throws {
        guard let ada = StaffName("ada"), let origin = Origin("recovery.example/trial") else {
            throw ServiceError.fault("a name of ours was refused")
        }
        let key = StaffKey(Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32)))
        let new = try NewInstallation(inMemory: origin, admin: ada, key: key, policy: policy, at: clock.now())
        store = try await MemoryStore(clock: clock, origin: origin)
        try await new.furnish(store)
        parts = RecoveryService.Parts(
            store: store,
            directory: directory,
            courier: courier,
            clock: clock,
            vault: try SubjectVault(tenant: new.installation.tenant, keyring: new.keyring, source: new.keys.source),
            grantKey: new.keys.grants,
            origin: origin.text
        )
        let desk = RecoveryService(parts, caller: try key.signIn(as: new.admin))
        admin = TrialMember(name: ada, desk: desk, key: key)
    }

    /// Admits somebody, on the administrator's signature, and opens a desk for them.
    ///
    /// - Throws: `invalidInput` for a name that is none, `exists` for one that somebody had before.
    public func admit(_ text: String, as role: StaffRole) async throws -> TrialMember {
        guard let name = StaffName(text) else { throw ServiceError.invalidInput("\(text) is not a staff name") }
        let key = StaffKey(Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32)))
        let admission = StaffAdmission(name: name, role: role, publicKey: key.publicKey)
        let statement = try await admin.desk.admissionStatement(admission)
        _ = try await admin.desk.admit(statement, signature: admin.key.sign(statement, as: admin.name))
        guard let member = try await store.read({ try $0.record(StaffMember.self, name.text) }) else {
            throw ServiceError.notFound
        }
        return TrialMember(name: name, desk: RecoveryService(parts, caller: try key.signIn(as: member)), key: key)
    }
}

/// What a customer does at home.
extension TrialDesk {
    /// The code that an authenticator with this factor shows now.
    public func code(from factor: NewFactor) throws -> SecretText {
        let code = try EnrolmentURI(parsing: factor.uri.key).totp.code(at: clock.now())
        guard let code else { throw ServiceError.fault("there is no code at this moment") }
        return SecretText(code)
    }

    /// The code in the newest message.
    ///
    /// - Throws: `notFound` where there is no message, or no code in it.
    public func sentCode() async throws -> SecretText {
        let code = await courier.lendLast { message -> SecretText? in
            message.body.lend { body in
                // Eight digits in a row: nothing before the code has as many.
                var digits: [UInt8] = []
                for index in body.indices where digits.count < 8 {
                    guard (0x30...0x39).contains(body[index]) else {
                        digits.removeAll()
                        continue
                    }
                    digits.append(body[index])
                }
                return digits.count == 8 ? SecretText(wiping: &digits) : nil
            }
        }
        guard case .some(.some(let code)) = code else { throw ServiceError.notFound }
        return code
    }
}

/// A member of staff at work, with the key that signs what they say.
public struct TrialMember: Sendable {
    public let name: StaffName
    public let desk: RecoveryService
    public let key: StaffKey
}

/// Stands still until it is moved.
public final class TrialClock: RecoveryClock {
    /// Some moment: 2027-01-15T08:00:00Z.
    private let time = Mutex<Int64>(1_800_000_000_000_000)

    public init() {}

    public func microseconds() -> Int64 { time.withLock { $0 } }

    public func move(seconds: Int64) { time.withLock { $0 += seconds * 1_000_000 } }
}

extension NewInstallation {
    /// An installation without a file, and without auditors: whoever checks it holds the store.
    fileprivate init(
        inMemory origin: Origin,
        admin: StaffName,
        key: StaffKey,
        policy text: String,
        at now: UnixTime
    ) throws {
        var kept: [KeyRole: SecretText] = [:]
        keyring = try NewKeyring.rows(at: now) { kept[$0] = SecretText($1.copy()) }
        policy = try StoredPolicy(linting: text)
        self.admin = try StaffMember(founding: admin, key: key)
        installation = Installation(origin: origin, tenant: Random.bytes(16), auditors: [], createdAt: now)
        keys = InstallationKeys(keeping: kept)
    }
}

extension InstallationKeys {
    fileprivate init(keeping kept: [KeyRole: SecretText]) {
        log = Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32))
        grants = Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32))
        source = KeySource(keeping: kept)
    }
}
