/// The first 168 bytes of a backup file, in the clear: what it is, and the key that seals the rest, wrapped.
///
/// ```
///  0   4  magic "RVB1"            32   4  version of the backup key (BKK)
///  4   1  kind                    36   4  zero
///  5   3  zero                    40   8  created, Unix seconds
///  8  16  database id             48 120  BKK under KEK_sys, an envelope of type 03
/// 24   8  generation              integers are big-endian; Docs/Specs/vault.md §15
/// ```
///
/// All of it is context of the encryption that follows, so none of it can be changed.
public struct BackupHeader: Sendable, Hashable {
    public static let byteCount = 168

    public enum Kind: UInt8, Sendable, Hashable {
        /// The database without any key of a subject.
        case data = 1
        /// The keys of subjects and nothing else.
        case subjectKeys = 2
    }

    public let kind: Kind
    /// 16 bytes.
    public let databaseID: [UInt8]
    /// Rises with everything that is written: of two backups of one database, the later has the larger.
    public let generation: UInt64
    /// Unix seconds.
    public let created: Int64

    let keyVersion: UInt32
    let wrappedKey: Envelope

    /// The version of KEK_sys that opens the file, as the header claims.
    public var wrappingKeyVersion: UInt32 { wrappedKey.bytes[8..<12].reduce(0) { $0 << 8 | UInt32($1) } }

    init(
        kind: Kind,
        databaseID: [UInt8],
        generation: UInt64,
        created: Int64,
        keyVersion: UInt32,
        wrappedKey: Envelope
    ) {
        precondition(databaseID.count == 16 && wrappedKey.bytes.count == Envelope.leastSize, "fixed sizes")
        self.kind = kind
        self.databaseID = databaseID
        self.generation = generation
        self.created = created
        self.keyVersion = keyVersion
        self.wrappedKey = wrappedKey
    }

    /// Reads a header. Nothing of it is believed before the rest of the file was opened under it.
    public init(unverified bytes: [UInt8]) throws(VaultError) {
        guard bytes.count == Self.byteCount else { throw .truncated }
        guard bytes.starts(with: Self.magic) else { throw .unsupportedFormat(offset: 0) }
        guard let kind = Kind(rawValue: bytes[4]) else { throw .unsupportedFormat(offset: 4) }
        guard bytes[5..<8].allSatisfy({ $0 == 0 }) else { throw .unsupportedFormat(offset: 5) }
        let keyVersion = bytes[32..<36].reduce(0) { $0 << 8 | UInt32($1) }
        guard keyVersion > 0 else { throw .unsupportedFormat(offset: 32) }
        guard bytes[36..<40].allSatisfy({ $0 == 0 }) else { throw .unsupportedFormat(offset: 36) }
        let created = bytes[40..<48].reduce(0) { $0 << 8 | UInt64($1) }
        guard let created = Int64(exactly: created) else { throw .unsupportedFormat(offset: 40) }
        self.init(
            kind: kind,
            databaseID: Array(bytes[8..<24]),
            generation: bytes[24..<32].reduce(0) { $0 << 8 | UInt64($1) },
            created: created,
            keyVersion: keyVersion,
            wrappedKey: Envelope(unverified: Array(bytes[48...]))
        )
    }

    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes += Self.magic
        bytes += [kind.rawValue, 0, 0, 0]
        bytes += databaseID
        bytes += bigEndian(generation)
        bytes.append(bigEndian: keyVersion)
        bytes += [0, 0, 0, 0]
        bytes += bigEndian(UInt64(bitPattern: created))
        bytes += wrappedKey.bytes
        return bytes
    }

    /// What the encryption of the rest is bound to.
    var context: [UInt8] { Array("rv1/backup\0".utf8) + bytes }

    private static let magic = Array("RVB1".utf8)
}
