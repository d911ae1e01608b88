import RecoveryAudit
import RecoveryCrypto
import RecoveryVault
import Synchronization

/// The service's side of the vault, in three halves that hold different keys (`Docs/Specs/vault.md` §3.1):
///
///     desk        match, sys        finds and compares; loaded at start, opens no field
///     courier     pii, auth         opens one address or factor; fetched for one operation
///     enrolment   all four          seals; fetched for one operation
///
/// In this process one person could call all three. What keeps them apart here is that each is a file of its own and
/// fetches its keys itself.
public struct SubjectVault: Sendable {
    let tenant: TenantID
    let source: KeySource
    let comparison: BlindComparison
    /// How many restores of this database were accepted (`Docs/Specs/vault.md` §2).
    let restores: UInt32
    private let loaded: LoadedKeys

    /// The desk's keys, which are there as long as the process.
    var desk: KeyRing { loaded.current.desk }
    var decoy: Decoy { loaded.current.decoy }
    /// Names this process in leases: 16 hexadecimal digits.
    var process: String { loaded.process }

    /// Loads the desk's keys, and holds each against its check value before anything else is read.
    ///
    /// - Parameters:
    ///   - tenant: 16 bytes.
    ///   - restores: As ``StoreLife`` of the store says.
    public init(
        tenant: [UInt8],
        keyring: [KeyringRow],
        source: KeySource,
        restores: UInt32 = 0
    ) throws(ServiceError) {
        guard let tenant = TenantID(bytes: tenant) else { throw .sealed("the tenant has 16 bytes") }
        let comparison = BlindComparison(
            fields: PersonField.allCases.filter(\.isClaimable).map {
                .init(field: $0.code, rule: FieldRule.version, variants: $0.variants)
            }
        )
        self.tenant = tenant
        self.source = source
        self.comparison = comparison
        self.restores = restores
        loaded = LoadedKeys(try Self.sealing { try .init(keyring, source, comparison) })
    }

    /// Takes over what a rotation changed. What is under way finishes with the keys it began with; what comes after
    /// finds the new ones.
    func reload(_ keyring: [KeyringRow]) throws(ServiceError) {
        loaded.replace(try Self.sealing { try .init(keyring, source, comparison) })
    }

    /// Holds the keys of the other two roles against their check values as well, and lets go of them again.
    ///
    /// For a process that will need them all: it is better sealed at its start than between the record of a code that
    /// was sent and the address it goes to.
    public func requireKeys() throws(ServiceError) {
        _ = try Self.sealing { try ring(adding: [.pii, .auth]) }
    }

    /// The desk's keys and those of more roles, for one operation.
    func ring(adding roles: Set<KeyRole>) throws -> KeyRing {
        let now = loaded.current
        var ring = now.desk
        try ring.load(now.keyring, roles: roles, from: source)
        return ring
    }

    private static func sealing<Value>(_ body: () throws -> Value) throws(ServiceError) -> Value {
        do {
            return try body()
        } catch let error as VaultError {
            throw ServiceError(error)
        } catch let error as ServiceError {
            throw error
        } catch {
            throw .sealed("\(type(of: error))")
        }
    }

    /// Proves with the desk's keys that the rows of a subject belong together and are the newest that were written
    /// (`Docs/Specs/vault.md` §12). Comes before any of them is opened or compared: an old address, put back with all
    /// that went with it, opens as well as the new one.
    func requireSound(_ rows: SubjectRows) throws {
        let key = try SubjectKeys(rows.unwrapped(.matching, with: desk, tenant: tenant)).active(.matching)
        let manifest = try rows.manifest()
        let found = try Manifest(
            of: rows.covered(),
            tenant: tenant,
            subject: rows.identifier(),
            epoch: manifest.epoch,
            key: key
        )
        try requireNewest(rows, isManifestSound: found.matches(manifest))
    }

    /// Holds rows whose manifest was computed against what the log says of the last write to them.
    func requireNewest(_ rows: SubjectRows, isManifestSound: Bool) throws {
        func alarm(_ error: VaultError) -> VaultAlarm {
            VaultAlarm(error: error, subject: rows.subject.pseudonym, row: nil)
        }
        let mismatch = VaultError.manifestMismatch(try rows.pseudonym())
        guard isManifestSound else { throw alarm(mismatch) }
        guard let logged = rows.logged else { return }
        let (manifest, epoch) = (try rows.manifest(), try RowVersion(rawValue: logged.epoch).orDamage("epoch"))
        do throws(VaultError) { try manifest.requireEpoch(atLeast: epoch) } catch { throw alarm(error) }
        guard rows.subject.epoch == logged.epoch, rows.subject.manifest.hexadecimal == logged.manifest else {
            throw alarm(mismatch)
        }
    }

    /// A key derived from the installation's marks key, for purposes of this module. The label names one each.
    func markKey(_ label: String) throws -> SecretKey {
        guard let version = desk.activeVersion(of: .classKey(.marks)) else { throw VaultError.sealed }
        var derived: SecretKey?
        try desk.lend(KeyName(.classKey(.marks), version: version)) { key in
            derived = HKDF.expand(key, info: Array("ar1/\(label)\0".utf8))
        }
        guard let derived else { throw VaultError.sealed }
        return derived
    }
}

/// The desk's keys and the rows they came from. All copies of a vault share one.
private final class LoadedKeys: Sendable {
    struct Keys: Sendable {
        let keyring: [KeyringRow]
        let desk: KeyRing
        let decoy: Decoy

        init(_ keyring: [KeyringRow], _ source: KeySource, _ comparison: BlindComparison) throws {
            var ring = KeyRing()
            try ring.load(keyring, roles: [.match, .sys], from: source)
            self.keyring = keyring
            desk = ring
            decoy = try Decoy(for: comparison, keys: ring)
        }
    }

    let process = Random.bytes(8).hexadecimal
    private let keys: Mutex<Keys>

    init(_ keys: Keys) {
        self.keys = Mutex(keys)
    }

    var current: Keys { keys.withLock { $0 } }

    func replace(_ new: Keys) {
        keys.withLock { $0 = new }
    }
}
