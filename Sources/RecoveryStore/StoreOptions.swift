public import AccountRecovery
public import RecoveryAudit
public import RecoveryCrypto

/// What the log of a store is written with. Its keys are never in the database (`Docs/Specs/audit-log.md` §11).
public struct LogKeys: Sendable {
    public let origin: Origin
    /// Signs checkpoints, and nothing else.
    public let signingKey: Ed25519.PrivateKey
    /// To whom the key of every epoch is sealed. At most 16, each `kid` once.
    public let auditors: [KeyRecipient]
    /// Holds the secret of the next epoch: 36 bytes, mode 0600, outside every database file. An absolute path.
    public let epochKeyFile: String
    /// The newest checkpoint, kept outside the data folder so that a restored backup of it is noticed.
    public let headFile: String

    public init(
        origin: Origin,
        signingKey: Ed25519.PrivateKey,
        auditors: [KeyRecipient],
        epochKeyFile: String,
        headFile: String
    ) {
        self.origin = origin
        self.signingKey = signingKey
        self.auditors = auditors
        self.epochKeyFile = epochKeyFile
        self.headFile = headFile
    }

    /// The usual places: `epoch.key` in the data folder, the head in the folder beside it (§11 no. 6).
    public init(
        origin: Origin,
        signingKey: Ed25519.PrivateKey,
        auditors: [KeyRecipient],
        dataFolder: String
    ) {
        self.init(
            origin: origin,
            signingKey: signingKey,
            auditors: auditors,
            epochKeyFile: dataFolder + "/epoch.key",
            headFile: dataFolder + ".head/checkpoint"
        )
    }

    var identity: LogIdentity { LogIdentity(origin: origin, publicKey: signingKey.publicKey) }
}

/// How a store is opened. What differs between a program, its tests and a second installation.
public struct StoreOptions: Sendable {
    /// Sixteen bytes, one value for an installation, part of every key of a sealed row (`Docs/Specs/vault.md` §13).
    public var tenant: [UInt8]
    public var clock: any RecoveryClock
    public var random: any RandomSource
    /// Time that never steps, in microseconds since an arbitrary moment: what the wall clock is compared with.
    public var monotonicMicroseconds: @Sendable () -> Int64
    /// What the lock file says of its owner, beside the process number.
    public var program: String
    /// How long to wait for another owner to let go.
    public var ownerWait: Duration
    /// Whether a log may be opened whose head file is gone. The start is then recorded as `audit.verify`.
    public var acceptsMissingHead: Bool
    /// Whether a database of an older version may be opened: to be brought to this one, by ``SQLiteStore/migrate(by:)``.
    public var acceptsOlderVersion: Bool
    /// Room that is given back when the disk is full, so that the log can say so and end its epoch. In bytes.
    public var reserveSize: Int

    public init(tenant: [UInt8], clock: any RecoveryClock, program: String) {
        precondition(tenant.count == 16, "a tenant has 16 bytes")
        self.tenant = tenant
        self.clock = clock
        self.program = program
        random = SystemRandom()
        let start = ContinuousClock.now
        monotonicMicroseconds = { (ContinuousClock.now - start).microseconds }
        ownerWait = .seconds(5)
        acceptsMissingHead = false
        acceptsOlderVersion = false
        reserveSize = 16 << 20
    }
}

extension Duration {
    fileprivate var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
