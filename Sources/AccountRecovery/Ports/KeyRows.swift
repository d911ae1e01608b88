// Rows of wrapped keys (`Docs/Specs/vault.md` §3 and §13), and of their rotation.

/// A class key, or the check value of a key-encryption key.
public struct KeyringRow: Sendable, Hashable {
    public let purpose: UInt16
    public let version: UInt32
    /// The version of the key that wraps it. Zero where nothing is wrapped.
    public var kekVersion: UInt32
    /// An envelope of type 03, or nothing.
    public var wrapped: [UInt8]
    /// Key check value, 8 bytes.
    public let kcv: [UInt8]
    public var state: UInt8
    public let created: Int64
    /// Of a retired key: until when something outside of the store may need it. Unix seconds.
    public var notAfter: Int64?

    public init(
        purpose: UInt16,
        version: UInt32,
        kekVersion: UInt32,
        wrapped: [UInt8],
        kcv: [UInt8],
        state: UInt8,
        created: Int64,
        notAfter: Int64? = nil
    ) {
        self.purpose = purpose
        self.version = version
        self.kekVersion = kekVersion
        self.wrapped = wrapped
        self.kcv = kcv
        self.state = state
        self.created = created
        self.notAfter = notAfter
    }
}

/// A wrapped key of one subject: an envelope of type 02.
public struct SubjectKeyRow: Sendable, Hashable {
    public let subject: [UInt8]
    public let keyClass: UInt16
    public let version: UInt32
    public var kekVersion: UInt32
    public var wrapped: [UInt8]
    /// How many values were sealed under it.
    public var seals: UInt64
    public var state: UInt8

    public init(
        subject: [UInt8],
        keyClass: UInt16,
        version: UInt32,
        kekVersion: UInt32,
        wrapped: [UInt8],
        seals: UInt64,
        state: UInt8
    ) {
        self.subject = subject
        self.keyClass = keyClass
        self.version = version
        self.kekVersion = kekVersion
        self.wrapped = wrapped
        self.seals = seals
        self.state = state
    }
}

/// A rotation under way: of one purpose, away from one version (`Docs/Specs/vault.md` §14).
public struct RotationRow: Sendable, Hashable {
    /// As in the table `keyring`.
    public let purpose: UInt16
    public let fromVersion: UInt32
    /// Behind which row the next batch begins: subject, 16 bytes, and version, 4 bytes big-endian. `nil` at the start.
    public var cursor: [UInt8]?
    /// Who works on it, and when they last did, in Unix seconds: the lease.
    public var owner: String?
    public var heartbeat: Int64
    /// How many subject keys were wrapped anew.
    public var done: UInt64

    public init(
        purpose: UInt16,
        fromVersion: UInt32,
        cursor: [UInt8]? = nil,
        owner: String? = nil,
        heartbeat: Int64 = 0,
        done: UInt64 = 0
    ) {
        self.purpose = purpose
        self.fromVersion = fromVersion
        self.cursor = cursor
        self.owner = owner
        self.heartbeat = heartbeat
        self.done = done
    }

    /// The cursor that stands on a row.
    public static func place(of row: SubjectKeyRow) -> [UInt8] {
        row.subject + (0..<4).map { UInt8(truncatingIfNeeded: row.version >> (24 - 8 * $0)) }
    }
}
