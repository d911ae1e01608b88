import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryAudit

/// Known answers for §3: one whole entry of each main type.
struct EntryVectors: Decodable {
    struct Entry: Decodable {
        let entry: String
        let epoch: UInt32
        let flags: UInt16
        let leaf: String
        let log_id: String
        let mac: String
        let magic: String
        let payload: String
        let payload_len: Int
        let prev_mac: String
        let seq: UInt64
        let step: UInt32
        let suite: UInt8
        let time_us: UInt64
        let type: UInt8
    }

    let entries: [Entry]
    let epoch_keys: [String: String]
    let log_key: String
    let origin: String

    init() throws {
        self = try VectorFile.decode(EntryVectors.self, from: "audit-log/ours-entries.json")
        try #require(entries.count == 11)
    }

    func ratchet(for entry: Entry) throws -> RecordRatchet {
        let key = try #require(epoch_keys["\(entry.epoch)"])
        let logID = try #require(LogID([UInt8](hex: entry.log_id)))
        var ratchet = RecordRatchet(
            authenticationKey: SecretKey(hex: key),
            context: KeySchedule.epochContext(logID, epoch: entry.epoch)
        )
        for _ in 0..<entry.step { ratchet.skip() }
        return ratchet
    }
}

@Suite struct AuditRecordTests {
    private let vectors: EntryVectors

    init() throws {
        vectors = try EntryVectors()
    }

    @Test func `reads every field of the known entries`() throws {
        for vector in vectors.entries {
            let record = try AuditRecord(parsing: [UInt8](hex: vector.entry))
            #expect(record.type == vector.type && record.recordType != nil)
            #expect(record.flags == vector.flags)
            #expect(record.seq == vector.seq)
            #expect(record.timeMicroseconds == vector.time_us)
            #expect(record.epoch == vector.epoch)
            #expect(record.step == vector.step)
            #expect(record.logID.bytes.hexadecimal == vector.log_id)
            #expect(record.previousMAC.hexadecimal == vector.prev_mac)
            #expect(record.payload == Array(vector.payload.utf8) && record.payload.count == vector.payload_len)
            #expect(record.mac.hexadecimal == vector.mac)
            #expect(record.leaf.hexadecimal == vector.leaf)
        }
    }

    @Test func `carries the MAC of the key of its step`() throws {
        for vector in vectors.entries {
            let record = try AuditRecord(parsing: [UInt8](hex: vector.entry))
            var ratchet = try vectors.ratchet(for: vector)
            let entry = record.entry
            let mac = ratchet.mac(of: entry.span.extracting(droppingLast: 32))
            #expect(mac == record.mac, "record \(vector.seq)")
        }
    }

    @Test func `refuses every prefix, and every byte too many`() throws {
        for vector in vectors.entries {
            let entry = [UInt8](hex: vector.entry)
            for count in 0..<entry.count {
                #expect(throws: RecordError.frameLength) { try AuditRecord(parsing: Array(entry[..<count])) }
            }
            #expect(throws: RecordError.frameLength) { try AuditRecord(parsing: entry + [0]) }
        }
    }

    @Test func `notices each bit of the frame that it answers for, and hides no other`() throws {
        let vector = try #require(vectors.entries.first { $0.seq == 22 })
        let entry = [UInt8](hex: vector.entry)
        let leaf = try AuditRecord(parsing: entry).leaf
        for bit in 0..<entry.count * 8 {
            var changed = entry
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            switch bit / 8 {
            case 0...4: #expect(throws: RecordError.badMagicOrSuite) { try AuditRecord(parsing: changed) }
            case 80...83: #expect(throws: RecordError.frameLength) { try AuditRecord(parsing: changed) }
            default: #expect(try AuditRecord(parsing: changed).leaf != leaf, "bit \(bit)")
            }
        }
    }

    @Test func `fails its MAC with any bit of header or payload changed`() throws {
        let vector = try #require(vectors.entries.first { $0.seq == 22 })
        let entry = [UInt8](hex: vector.entry)
        let ratchet = try vectors.ratchet(for: vector)
        for bit in 0..<(entry.count - 32) * 8 {
            var changed = entry
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            var ratchet = ratchet.copy()
            let mac = ratchet.mac(of: changed.span.extracting(droppingLast: 32))
            #expect(mac.hexadecimal != vector.mac, "bit \(bit)")
        }
    }

    @Test func `takes the smallest and the largest frame, and nothing beyond`() throws {
        func frame(_ payloadSize: Int, claimed: Int) throws -> [UInt8] {
            var entry = Array([UInt8](hex: vectors.entries[0].entry)[..<84])
            entry.overwrite(at: 80, bigEndian: UInt32(claimed))
            return entry + [UInt8](repeating: 0x20, count: payloadSize + 32)
        }
        #expect(try AuditRecord(parsing: frame(2, claimed: 2)).payload.count == 2)
        #expect(try AuditRecord(parsing: frame(32_768, claimed: 32_768)).entry.count == 32_884)
        for (size, claimed) in [(0, 0), (1, 1), (32_769, 32_769), (2, 3), (3, 2), (2, Int(UInt32.max))] {
            let entry = try frame(size, claimed: claimed)
            #expect(throws: RecordError.frameLength) { try AuditRecord(parsing: entry) }
        }
    }
}
