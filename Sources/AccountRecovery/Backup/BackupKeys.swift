public import RecoveryCrypto
import RecoveryVault

/// What a backup file says of itself (`Docs/Specs/vault.md` §15).
public struct BackupFacts: Sendable, Hashable {
    public enum Kind: UInt8, Sendable, Hashable {
        case data = 1
        case subjectKeys = 2
    }

    public let kind: Kind
    /// 16 bytes: the tenant of the installation.
    public let databaseID: [UInt8]
    public let generation: Generation
    public let created: UnixTime

    /// Unix seconds.
    public var createdSeconds: Int64 { created.seconds }
}

/// Of two backups of one installation, the later has the larger: restores in the high 32 bits, the size of the log in the
/// low ones.
public struct Generation: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public init(restores: UInt32, logSize: UInt64) {
        rawValue = UInt64(restores) << 32 | logSize & 0xffff_ffff
    }

    public var restores: UInt32 { UInt32(rawValue >> 32) }
    public var logSize: UInt64 { rawValue & 0xffff_ffff }
    public var description: String { String(rawValue) }

    public static func < (left: Generation, right: Generation) -> Bool { left.rawValue < right.rawValue }
}

/// Seals and opens backup files with the installation's key `sys`. For those who hold files and databases, and no key.
public struct BackupKeys: Sendable {
    /// Bytes of a file before its encryption begins.
    public static let headerSize = BackupHeader.byteCount
    /// Bytes of one subject key in a key file.
    public static let keyRecordSize = BackupKeyRecord.byteCount

    private let source: KeySource
    private let ring: KeyRing
    public let tenant: [UInt8]
    /// The keys without which a backup cannot be used, from the table `keyring`.
    public let needed: [KeyringRow]

    /// - Parameter keyring: The rows of the store; none for whoever only opens.
    public init(tenant: [UInt8], keyring: [KeyringRow] = [], source: KeySource) throws(ServiceError) {
        var ring = KeyRing()
        do {
            try ring.load(keyring, roles: [.sys], from: source)
        } catch let error as VaultError {
            throw ServiceError(error)
        } catch let error as ServiceError {
            throw error
        } catch {
            throw .sealed("\(type(of: error))")
        }
        self.tenant = tenant
        self.source = source
        self.ring = ring
        needed = keyring.filter { KeyState(rawValue: $0.state)?.opens == true }
    }

    /// Begins a file. Needs the key ring.
    public func sealing(
        _ kind: BackupFacts.Kind,
        _ generation: Generation,
        at created: UnixTime
    ) throws(ServiceError) -> BackupSealing {
        do {
            return BackupSealing(
                try BackupSealer(
                    kind == .data ? .data : .subjectKeys,
                    databaseID: tenant,
                    generation: generation.rawValue,
                    created: created,
                    keys: ring
                )
            )
        } catch {
            throw ServiceError(error)
        }
    }

    /// Begins to read a file.
    ///
    /// - Parameter bytes: Its first ``headerSize`` bytes.
    public func opening(_ bytes: [UInt8]) throws(ServiceError) -> BackupOpening {
        let header: BackupHeader
        do throws(VaultError) {
            header = try BackupHeader(unverified: bytes)
            guard header.wrappingKeyVersion > 0 else { throw .unsupportedFormat(offset: 56) }
        } catch {
            throw Self.refusal(error)
        }
        let key = try source.key(of: .sys, version: header.wrappingKeyVersion)
        do throws(VaultError) {
            let check = KeyCheckValue(of: key)
            var ring = KeyRing()
            let name = KeyName(.role(.sys), version: header.wrappingKeyVersion)
            try ring.load(key, as: name, state: .active, checkValue: check)
            return BackupOpening(try BackupOpener(header, keys: ring))
        } catch {
            throw Self.refusal(error)
        }
    }

    /// What is wrong with a backup file, in words.
    static func refusal(_ error: VaultError) -> ServiceError {
        switch error {
        case .truncated: .store(.corrupt("the backup was cut: its end is missing"))
        case .unsupportedFormat(let offset): .store(.corrupt("this is no backup of a kind we know (byte \(offset))"))
        case .keyOrContext:
            .sealed("the key sys of this installation does not open this backup, or its first bytes were changed")
        case .tampered: .store(.corrupt("the backup was cut or changed after it was made"))
        default: ServiceError(error)
        }
    }

    /// The bytes of a key in a key file, or `nil` for a key that opens nothing any more.
    public func record(of row: SubjectKeyRow) throws(ServiceError) -> [UInt8]? {
        guard KeyState(rawValue: row.state)?.opens == true else { return nil }
        let record = BackupKeyRecord(
            tenant: tenant,
            subject: row.subject,
            keyClass: row.keyClass,
            version: row.version,
            kekVersion: row.kekVersion,
            state: row.state,
            wrapped: row.wrapped
        )
        guard let record else { throw .store(.corrupt("a stored key of a subject is not one")) }
        return record.bytes
    }

    /// Reads ``keyRecordSize`` bytes of a key file. How often the key sealed is not in them.
    public func row(of bytes: ArraySlice<UInt8>) throws(ServiceError) -> SubjectKeyRow {
        guard let record = BackupKeyRecord(bytes: bytes), record.tenant == tenant else {
            throw .store(.corrupt("a key in the key file is none of this installation's"))
        }
        return SubjectKeyRow(
            subject: record.subject,
            keyClass: record.keyClass,
            version: record.version,
            kekVersion: record.kekVersion,
            wrapped: record.wrapped,
            seals: 0,
            state: record.state
        )
    }
}

/// One backup file being written.
public final class BackupSealing {
    private let sealer: BackupSealer

    /// What the file begins with.
    public var start: [UInt8] { sealer.start }

    init(_ sealer: BackupSealer) {
        self.sealer = sealer
    }

    /// Returns what these bytes complete.
    public func seal(_ bytes: [UInt8]) -> [UInt8] { sealer.seal(bytes.span) }

    /// Returns the end of the file.
    public func finish() -> [UInt8] { sealer.finish() }
}

/// One backup file being read. Shows only what was authenticated.
public final class BackupOpening {
    private let opener: BackupOpener

    public let facts: BackupFacts

    init(_ opener: BackupOpener) {
        self.opener = opener
        let header = opener.header
        facts = BackupFacts(
            kind: header.kind == .data ? .data : .subjectKeys,
            databaseID: header.databaseID,
            generation: Generation(rawValue: header.generation),
            created: UnixTime(seconds: header.created)
        )
    }

    /// Takes the next bytes of the file, and shows what they complete.
    public func open(_ bytes: [UInt8], _ body: (Span<UInt8>) throws -> Void) throws {
        try Self.translating { try opener.open(bytes.span, body) }
    }

    /// Shows the rest. Only once this returned is the file known to be whole.
    public func finish(_ body: (Span<UInt8>) throws -> Void) throws {
        try Self.translating { try opener.finish(body) }
    }

    private static func translating(_ work: () throws -> Void) throws {
        do {
            try work()
        } catch let error as VaultError {
            throw BackupKeys.refusal(error)
        }
    }
}
