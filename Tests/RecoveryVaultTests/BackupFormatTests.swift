import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

/// The formats of backup files (vault.md §15).
@Suite struct BackupFormatTests {
    private static let databaseID = [UInt8](repeating: 9, count: 16)

    /// KEK_sys and the backup key, each `fill` and its successor.
    private static func ring(_ fill: UInt8 = 1) throws -> KeyRing {
        var ring = KeyRing()
        for (name, byte) in [
            (KeyName(.role(.sys), version: 3), fill), (KeyName(.classKey(.backup), version: 2), fill + 1),
        ] {
            let key = SecretKey(copying: [UInt8](repeating: byte, count: 32).span)
            let check = KeyCheckValue(of: key)
            try ring.load(key, as: name, state: .active, checkValue: check)
        }
        return ring
    }

    private static func sealed(_ message: [UInt8], _ kind: BackupHeader.Kind = .data) throws -> [UInt8] {
        let sealer = try BackupSealer(
            kind,
            databaseID: databaseID,
            generation: 0x0000_0001_0000_0203,
            created: UnixTime(seconds: 1_800_000_000),
            keys: ring()
        )
        return sealer.start + sealer.seal(message.span) + sealer.finish()
    }

    private static func opened(_ file: [UInt8], with ring: KeyRing) throws -> [UInt8] {
        let header = try BackupHeader(unverified: Array(file.prefix(BackupHeader.byteCount)))
        let opener = try BackupOpener(header, keys: ring)
        var shown: [UInt8] = []
        try opener.open(Array(file.dropFirst(BackupHeader.byteCount)).span) { shown.append($0) }
        try opener.finish { shown.append($0) }
        return shown
    }

    @Test func `begins with the header that the specification draws`() throws {
        let file = try Self.sealed([1, 2, 3], .subjectKeys)
        #expect(Array(file[0..<8]) == [0x52, 0x56, 0x42, 0x31, 2, 0, 0, 0])
        #expect(Array(file[8..<24]) == Self.databaseID)
        #expect(Array(file[24..<48]).hexadecimal == "0000000100000203" + "00000002" + "00000000" + "000000006b49d200")
        // An envelope of type 03 under version 3 of KEK_sys.
        #expect(Array(file[48..<64]).hexadecimal == "52560101030000000000000300000020")
        #expect(file.count == 168 + 56 + 3 + 16)
        #expect(try Self.opened(file, with: Self.ring()) == [1, 2, 3])
        let header = try BackupHeader(unverified: Array(file.prefix(168)))
        #expect(header.bytes == Array(file.prefix(168)) && header.wrappingKeyVersion == 3)
    }

    @Test func `opens under no header in which a bit is another, and with no other key`() throws {
        let file = try Self.sealed([1, 2, 3])
        let ring = try Self.ring()
        for bit in 0..<BackupHeader.byteCount * 8 {
            var changed = file
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: VaultError.self, "bit \(bit)") { try Self.opened(changed, with: ring) }
        }
        #expect(throws: VaultError.keyOrContext) { try Self.opened(file, with: Self.ring(7)) }
    }

    @Test(arguments: [(0, 0), (4, 4), (5, 5), (7, 5), (36, 36), (40, 40)])
    func `names the first byte that it does not know`(place: Int, named: Int) throws {
        var header = Array(try Self.sealed([]).prefix(168))
        header[place] = 0xff
        #expect(throws: VaultError.unsupportedFormat(offset: named)) { try BackupHeader(unverified: header) }
        #expect(throws: VaultError.truncated) { try BackupHeader(unverified: Array(header.dropLast())) }
    }

    @Test func `lays a key of a subject out in 163 bytes, and reads nothing else as one`() throws {
        let record = try #require(
            BackupKeyRecord(
                tenant: [UInt8](repeating: 1, count: 16),
                subject: [UInt8](repeating: 2, count: 16),
                keyClass: 4,
                version: 5,
                kekVersion: 6,
                state: 3,
                wrapped: [UInt8](repeating: 7, count: 120)
            )
        )
        let bytes = record.bytes
        #expect(bytes.count == 163)
        #expect(Array(bytes[32..<43]).hexadecimal == "0004" + "00000005" + "00000006" + "03")
        #expect(BackupKeyRecord(bytes: bytes[...]) == record)
        #expect(BackupKeyRecord(bytes: bytes.dropLast()) == nil)
        // Class 3, version 0, KEK version 0, and states that open nothing.
        for (place, value) in [(33, UInt8(3)), (37, 0), (41, 0), (42, 1), (42, 4), (42, 5), (42, 9)] {
            var changed = bytes
            changed[place] = value
            #expect(BackupKeyRecord(bytes: changed[...]) == nil, "\(place) \(value)")
        }
    }
}
