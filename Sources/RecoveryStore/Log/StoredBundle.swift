import AccountRecovery
import Foundation
import GRDB
import RecoveryAudit
import RecoveryCrypto
import Synchronization

/// The log as it is stored, in the shape that the verifier reads: entries, hashes and index rows straight from their
/// tables, so that what is wrong with any of them is found.
///
/// A file is read when it is asked for, between two groups of the writer, and not kept: who verifies stops nobody who
/// writes. What was covered by the checkpoint does not change any more, so all that is read belongs together.
final class StoredBundle: BundleSource, Sendable {
    private let database: DatabaseQueue
    private let size: UInt64
    /// The files that are short, and the same at any moment.
    private let fixed: [String: [UInt8]]
    /// Index rows of records that there were none of when the checkpoint was signed.
    private let strangeRows: [UInt8]
    private let index = Mutex(IndexPosition())

    /// How far `index.jsonl` was read.
    private struct IndexPosition {
        var offset: UInt64 = 0
        var next: Int64 = -1
        var isComplete = false
        /// What was made of rows and not asked for yet.
        var rest: [UInt8] = []
    }

    /// Takes the log as it is now.
    ///
    /// - Parameters:
    ///   - database: the open connection, on its queue.
    ///   - size: the number of records.
    ///   - note: the checkpoint over them.
    init(_ queue: DatabaseQueue, _ database: Database, size: UInt64, checkpoint note: [UInt8], identity: LogIdentity)
        throws
    {
        let key = VKey(identity)
        let manifest: JSONValue = [
            "created_us": 0, "first": 0, "format": "rva/v1/bundle", "origin": .string(key.name),
            "size": .integer(Int64(size)),
        ]
        self.database = queue
        self.size = size
        fixed = [
            "manifest.json": CanonicalJSON.writeLine(manifest),
            "checkpoint": note,
            "log.vkey": Array("\(key.text)\n".utf8),
            "policy": WitnessPolicy.withoutWitnesses(log: key),
        ]
        strangeRows = try Self.lines(of: try database.rows(Self.rows + "seq >= ? ORDER BY seq", [Int64(size)]))
    }

    func items(in directory: String) -> [BundleItem]? {
        switch directory {
        case "":
            let files = (fixed.keys + ["index.jsonl"]).map { BundleItem(name: $0, kind: .file(byteCount: 0)) }
            return files + ["checkpoints", "tile"].map { BundleItem(name: $0, kind: .directory) }
        case "checkpoints":
            let sizes = try? database.inDatabase { database in
                try database.rows("SELECT size FROM audit_checkpoint WHERE size <= ? ORDER BY size", [Int64(size)])
                    .map { try $0.bits(0) }
            }
            return sizes?.map { BundleItem(name: "\($0)", kind: .file(byteCount: 0)) }
        case Tiles.entryBundlePath(index: size / Tiles.width) + ".p":
            return [BundleItem(name: "\(size % Tiles.width)", kind: .file(byteCount: 0))]
        default:
            // What the tables hold of tiles is asked for by name. There is nothing else.
            return []
        }
    }

    func kind(of path: String) -> BundleItem.Kind? {
        if let bytes = fixed[path] { return .file(byteCount: UInt64(bytes.count)) }
        if let file = Tiles.file(at: path, ofSize: size) {
            let byteCount = file.isEntries ? 0 : file.position.width * UInt64(Digest256.byteCount)
            return .file(byteCount: byteCount)
        }
        return isFolder(path) ? .directory : nil
    }

    /// What lies on the way to a file of the tree. Of partial files of entries there is one at most.
    private func isFolder(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        guard parts.first == "tile", parts.count > 2, let last = parts.last else { return parts.first == "tile" }
        guard last.hasSuffix(".p") else { return last.hasPrefix("x") }
        let partial = Tiles.entryBundlePath(index: size / Tiles.width) + ".p"
        return parts[1] != "entries" || path == partial && size % Tiles.width > 0
    }

    func contents(of path: String) -> [UInt8]? {
        if let bytes = fixed[path] { return bytes }
        return try? database.inDatabase { database in
            if let file = Tiles.file(at: path, ofSize: size) {
                let start = file.position.index * Tiles.width
                let range = start..<start + file.position.width
                guard file.isEntries else {
                    return try LogTables(database: database).storedHashes(level: file.position.level, in: range)
                        .flatMap(\.self)
                }
                return EntryBundle.file(of: try SQLiteLogReader(database: database).entries(in: range))
            }
            guard path.hasPrefix("checkpoints/"), let size = Int64(path.dropFirst("checkpoints/".count)) else {
                return nil
            }
            return try database.row("SELECT note FROM audit_checkpoint WHERE size = ?", [size]).map {
                Array(try $0.text(0).utf8)
            }
        }
    }

    /// Gives `index.jsonl` from its beginning to its end, as often as wanted, and no other file.
    func bytes(of path: String, from offset: UInt64, count: Int) -> [UInt8]? {
        guard path == "index.jsonl" else { return nil }
        return index.withLock { index in
            if offset == 0 { index = IndexPosition() }
            guard offset == index.offset else { return nil }
            while index.rest.count < count, !index.isComplete {
                guard let (lines, last) = nextLines(after: index.next) else { return nil }
                index.rest += last == nil ? strangeRows : lines
                index.isComplete = last == nil
                index.next = last ?? index.next
            }
            let piece = Array(index.rest.prefix(count))
            index.rest.removeFirst(piece.count)
            index.offset += UInt64(piece.count)
            return piece
        }
    }

    /// The lines of some rows, and the number of the last; no number after the last row.
    private func nextLines(after seq: Int64) -> (lines: [UInt8], last: Int64?)? {
        try? database.inDatabase { database in
            let rows = try database.rows(
                Self.rows + "seq > ? AND seq < ? ORDER BY seq LIMIT 4096",
                [seq, Int64(size)]
            )
            return (try Self.lines(of: rows), try rows.last.map { try $0.integer(0) })
        }
    }

    private static let rows = "SELECT seq, type, time_us, case_ref, subject_ref, actor_ref FROM audit_index WHERE "

    private static func lines(of rows: [Row]) throws -> [UInt8] {
        try rows.flatMap { row in
            CanonicalJSON.writeLine([
                "actor": try value(row, 5), "case": try value(row, 3), "seq": .integer(try row.integer(0)),
                "subject": try value(row, 4), "time_us": .integer(try row.integer(2)),
                "type": .integer(try row.integer(1)),
            ])
        }
    }

    private static func value(_ row: Row, _ column: Int) throws -> JSONValue {
        try row.textIfAny(column).map { .string($0) } ?? .null
    }
}
