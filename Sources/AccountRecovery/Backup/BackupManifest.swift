import RecoveryAudit
import RecoveryCrypto

/// What stands at the beginning of a backup's message: what must be inside, and what is needed to use it
/// (`Docs/Specs/vault.md` §15).
///
///     {"format":"rv1/backup","generation":…,"head":"…","keys":[{"kcv":"…","purpose":3,"version":1},…],
///      "restores":0,"rows":{"field":…,…},"tombstones":{"count":0,"sha256":"…"}}
public struct BackupManifest: Sendable, Hashable {
    static let format = "rv1/backup"
    /// Bytes that one may have.
    public static let limit = 1 << 20

    public let generation: Generation
    /// The newest checkpoint of the log: a signed note.
    public let head: String
    public let keys: [Key]
    /// Rows by table.
    public let rows: [String: Int]
    public let tombstones: Tombstones

    /// A key of the table `keyring`.
    public struct Key: Sendable, Hashable {
        public let purpose: UInt16
        public let version: UInt32
        /// 8 bytes.
        public let kcv: [UInt8]
    }

    /// How many erasures there were, and which: SHA-256 over `mark[16] ‖ seconds i64` of each, in the order of the marks.
    public struct Tombstones: Sendable, Hashable {
        public let count: Int
        public let digest: String

        public init(_ tombstones: [Tombstone]) {
            count = tombstones.count
            let bytes = tombstones.sorted { $0.mark.lexicographicallyPrecedes($1.mark) }.flatMap { tombstone in
                tombstone.mark + (0..<8).map { UInt8(truncatingIfNeeded: tombstone.at >> (56 - 8 * $0)) }
            }
            digest = SHA256.digest(of: bytes).hexadecimal
        }

        init(count: Int, digest: String) {
            self.count = count
            self.digest = digest
        }
    }

    public init(
        generation: Generation,
        head: [UInt8],
        keys: [KeyringRow],
        rows: [String: Int],
        tombstones: [Tombstone]
    ) {
        self.generation = generation
        self.head = String(decoding: head, as: UTF8.self)
        self.keys = keys.map { Key(purpose: $0.purpose, version: $0.version, kcv: $0.kcv) }
        self.rows = rows
        self.tombstones = Tombstones(tombstones)
    }

    /// Reads a manifest, or returns `nil` for what is none.
    public init?(_ bytes: [UInt8]) {
        guard let value = try? CanonicalJSON.parseFile(bytes), value["format"]?.string == Self.format,
            let generation = value["generation"]?.integer, generation >= 0,
            value["restores"]?.integer == generation >> 32, let head = value["head"]?.string,
            let keys = value["keys"]?.array, let rows = value["rows"]?.object,
            let count = value["tombstones"]?["count"]?.integer, count >= 0,
            let digest = value["tombstones"]?["sha256"]?.string
        else { return nil }
        self.generation = Generation(rawValue: UInt64(generation))
        self.head = head
        self.keys = keys.compactMap { key in
            guard let purpose = key["purpose"]?.integer.flatMap({ UInt16(exactly: $0) }),
                let version = key["version"]?.integer.flatMap({ UInt32(exactly: $0) }),
                let kcv = key["kcv"]?.string.flatMap({ [UInt8](hexadecimal: $0) })
            else { return nil }
            return Key(purpose: purpose, version: version, kcv: kcv)
        }
        var counts: [String: Int] = [:]
        for member in rows.members { counts[member.key] = member.value.integer.map(Int.init) ?? -1 }
        self.rows = counts
        tombstones = Tombstones(count: Int(count), digest: digest)
        guard self.keys.count == keys.count, counts.values.allSatisfy({ $0 >= 0 }) else { return nil }
    }

    public var bytes: [UInt8] {
        let list = keys.map { key -> JSONValue in
            [
                "kcv": .string(key.kcv.hexadecimal), "purpose": .integer(Int64(key.purpose)),
                "version": .integer(Int64(key.version)),
            ]
        }
        let counts = rows.map { JSONMember(key: $0.key, value: .integer(Int64($0.value))) }
        return CanonicalJSON.writeLine([
            "format": .string(Self.format), "generation": .integer(Int64(clamping: generation.rawValue)),
            "head": .string(head), "keys": .array(list), "restores": .integer(Int64(generation.restores)),
            "rows": .object(JSONObject(counts)),
            "tombstones": [
                "count": .integer(Int64(tombstones.count)), "sha256": .string(tombstones.digest),
            ],
        ])
    }

    /// In words: `KEK sys 1`, `class key 3 version 1`.
    public var neededKeys: [String] {
        keys.map { key in
            let name = ["pii", "match", "auth", "sys"]
            let role = Int(key.purpose) - 0x0101
            return name.indices.contains(role)
                ? "\(name[role]) version \(key.version) (\(key.kcv.hexadecimal))"
                : "class key \(key.purpose) version \(key.version) (\(key.kcv.hexadecimal))"
        }
    }
}

/// The mark of somebody who was erased, and when, in Unix seconds.
public struct Tombstone: Sendable, Hashable {
    /// 16 bytes.
    public let mark: [UInt8]
    public let at: Int64

    public init(mark: [UInt8], at: Int64) {
        self.mark = mark
        self.at = at
    }
}
