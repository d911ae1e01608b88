import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

/// Backup files that a second implementation made from the specification (vault.md §15).
@Suite struct BackupVectorTests {
    struct File: Decodable, Sendable, CustomTestStringConvertible {
        let id: String
        let kind: UInt8
        let kek: String
        let kekVersion: UInt32
        let bkk: String
        let bkkVersion: UInt32
        let wrapSalt: String
        let database: String
        let generation: String
        let created: Int64
        let salt: String
        let messageSeed: String
        let messageSize: Int
        let header: String
        let start: String
        let size: Int
        let sha256: String

        enum CodingKeys: String, CodingKey {
            case id, kind, bkk, database, generation, created, salt, header, start, size, sha256
            case kek = "kek_sys"
            case kekVersion = "kek_version"
            case bkkVersion = "bkk_version"
            case wrapSalt = "wrap_salt"
            case messageSeed = "message_seed"
            case messageSize = "message_size"
        }

        var testDescription: String { id }

        /// The seed, again and again.
        var message: [UInt8] {
            let seed = [UInt8](hex: messageSeed)
            return (0..<messageSize).map { seed[$0 % seed.count] }
        }

        func ring() throws -> KeyRing {
            var ring = KeyRing()
            let names = [
                (kek, KeyName(.role(.sys), version: kekVersion)),
                (bkk, KeyName(.classKey(.backup), version: bkkVersion)),
            ]
            for (hex, name) in names {
                let key = SecretKey(hex: hex)
                let check = KeyCheckValue(of: key)
                try ring.load(key, as: name, state: .active, checkValue: check)
            }
            return ring
        }
    }

    struct Record: Decodable, Sendable {
        let tenant, subject, wrapped, record: String
    }

    struct Vectors: Decodable {
        let files: [File]
        let key: Record
    }

    static let files = VaultVectors.load(Vectors.self, "backup", []) { $0.files }
    static let record = VaultVectors.load(Vectors.self, "backup", nil) { Optional($0.key) }

    @Test func `has all the files of the second implementation`() {
        #expect(Self.files.count == 5)
    }

    @Test(arguments: files) func `makes the file of the second implementation, and opens it`(vector: File) throws {
        let ring = try vector.ring()
        let wrapped = try ring.rewrap(
            .backup,
            version: vector.bkkVersion,
            testOnlySalt: [UInt8](hex: vector.wrapSalt)
        )
        let header = BackupHeader(
            kind: try #require(BackupHeader.Kind(rawValue: vector.kind)),
            databaseID: [UInt8](hex: vector.database),
            generation: try #require(UInt64(vector.generation)),
            created: vector.created,
            keyVersion: vector.bkkVersion,
            wrappedKey: wrapped
        )
        #expect(header.bytes.hexadecimal == vector.header)
        let key = try ring.key(KeyName(.classKey(.backup), version: vector.bkkVersion))
        let sealer = try ChunkSealer(key: key.bytes, context: header.context, salt: [UInt8](hex: vector.salt))
        #expect(sealer.header.hexadecimal == vector.start)
        let file = header.bytes + sealer.header + sealer.seal(vector.message.span) + sealer.finish()
        #expect(file.count == vector.size)
        #expect(SHA256.digest(of: file).hexadecimal == vector.sha256)

        let opener = try BackupOpener(BackupHeader(unverified: Array(file.prefix(168))), keys: ring)
        var shown: [UInt8] = []
        try opener.open(Array(file.dropFirst(168)).span) { shown.append($0) }
        try opener.finish { shown.append($0) }
        #expect(shown == vector.message)
    }

    @Test func `lays a key out as the second implementation does`() throws {
        let vector = try #require(Self.record)
        let record = try #require(
            BackupKeyRecord(
                tenant: [UInt8](hex: vector.tenant),
                subject: [UInt8](hex: vector.subject),
                keyClass: 4,
                version: 5,
                kekVersion: 6,
                state: 3,
                wrapped: [UInt8](hex: vector.wrapped)
            )
        )
        #expect(record.bytes.hexadecimal == vector.record)
    }
}
