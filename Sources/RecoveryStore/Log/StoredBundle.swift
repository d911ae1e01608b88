import AccountRecovery
import Foundation
import GRDB
import RecoveryAudit
import RecoveryCrypto

/// The log as it is stored, in the shape that the verifier reads: entries, hashes and index rows straight from their
/// tables, so that what is wrong with any of them is found.
struct StoredBundle {
    let database: Database

    /// Returns all files of a log of `size` records with the checkpoint over them.
    func files(size: UInt64, checkpoint: [UInt8], identity: LogIdentity) throws -> [String: [UInt8]] {
        let key = VKey(identity)
        let manifest: JSONValue = [
            "created_us": 0, "first": 0, "format": "rva/v1/bundle", "origin": .string(key.name),
            "size": .integer(Int64(size)),
        ]
        var files: [String: [UInt8]] = [
            "manifest.json": CanonicalJSON.writeLine(manifest),
            "checkpoint": checkpoint,
            "log.vkey": Array("\(key.text)\n".utf8),
            "policy": WitnessPolicy.withoutWitnesses(log: key),
            "index.jsonl": try index(),
        ]
        let tables = LogTables(database: database)
        for position in Tiles.positions(size: size) {
            let range = position.index * Tiles.width..<position.index * Tiles.width + position.width
            files[position.path] = try tables.storedHashes(level: position.level, in: range).flatMap(\.self)
            guard position.level == 0 else { continue }
            let entries = try database.rows(
                "SELECT entry FROM audit_entry WHERE seq >= ? AND seq < ? ORDER BY seq",
                [Int64(range.lowerBound), Int64(range.upperBound)]
            ).map { try $0.bytes(0) }
            files[Tiles.entryBundlePath(index: position.index, width: position.width)] = EntryBundle.file(of: entries)
        }
        for stored in try SQLiteLogReader(database: database).checkpoints(upTo: size) {
            files["checkpoints/\(stored.size)"] = stored.note
        }
        return files
    }

    private func index() throws -> [UInt8] {
        try database.rows(
            "SELECT seq, type, time_us, case_ref, subject_ref, actor_ref FROM audit_index ORDER BY seq"
        ).flatMap { row in
            CanonicalJSON.writeLine([
                "actor": try value(row, 5), "case": try value(row, 3), "seq": .integer(try row.integer(0)),
                "subject": try value(row, 4), "time_us": .integer(try row.integer(2)),
                "type": .integer(try row.integer(1)),
            ])
        }
    }

    private func value(_ row: Row, _ column: Int) throws -> JSONValue {
        try row.textIfAny(column).map { .string($0) } ?? .null
    }
}
