import AccountRecovery
import Foundation
import GRDB
import RecoveryAudit
import RecoveryCrypto

/// The tables of the log. ``append(_:sealing:)`` is the only place of the project that writes into `audit_entry`.
struct LogTables {
    let database: Database

    /// Stores a record, what is shown of it, and the root of every tile that it completes: O(1) on average.
    ///
    /// - Parameter sealed: the sealed bytes of the record's private values, by name.
    func append(_ record: SealedRecord, sealing sealed: [String: SealedPrivateValue] = [:]) throws {
        let seq = Int64(record.seq)
        try database.run(
            "INSERT INTO audit_entry(seq, entry, leaf) VALUES (?, ?, ?)",
            [seq, Data(record.entry), Data(record.leaf.bytes)]
        )
        let index = record.index
        try database.run(
            """
            INSERT INTO audit_index(seq, type, time_us, case_ref, subject_ref, actor_ref) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                seq, Int64(index.type), Int64(index.timeMicroseconds), index.caseReference, index.subject, index.actor,
            ]
        )
        for (name, value) in sealed {
            try database.run(
                "INSERT INTO audit_private(seq, name, salt, value) VALUES (?, ?, ?, ?)",
                [seq, name, Data(value.salt), Data(value.sealed)]
            )
        }
        try completeTiles(of: record.seq + 1)
    }

    /// Deletes the private values that an ERASE names: its record and this are one transaction (§8).
    ///
    /// - Throws: ``StoreError/erasesNothing`` if one of them is not there.
    func erase(_ fields: [PrivateFieldReference]) throws {
        for field in fields {
            try database.run("DELETE FROM audit_private WHERE seq = ? AND name = ?", [Int64(field.seq), field.name])
            guard database.changesCount == 1 else { throw StoreError.erasesNothing }
        }
    }

    /// Empties every table of the log, for a restored store whose log begins anew. What was in it lies in an export.
    func forget() throws {
        for table in ["audit_private", "audit_tile", "audit_checkpoint", "audit_index", "audit_entry"] {
            try database.run("DELETE FROM \(table)")
        }
    }

    /// Returns the private values that meet a condition on `audit_index`, by record and name.
    func privateRows(_ condition: String, _ arguments: StatementArguments) throws -> [SealedPrivateRow] {
        try database.rows(
            """
            SELECT seq, name, case_ref, subject_ref, salt, value FROM audit_private JOIN audit_index USING (seq)
            WHERE \(condition) ORDER BY seq, name
            """,
            arguments
        ).map { row in
            SealedPrivateRow(
                reference: PrivateFieldReference(seq: try row.bits(0), name: try row.text(1)),
                recoveryCase: try row.textIfAny(2),
                subject: try row.textIfAny(3),
                salt: try row.bytes(4),
                sealed: try row.bytes(5)
            )
        }
    }

    /// Keeps a note before anybody sees it.
    func store(_ note: [UInt8], size: UInt64) throws {
        try database.run(
            "INSERT OR REPLACE INTO audit_checkpoint(size, note) VALUES (?, ?)",
            [Int64(size), String(decoding: note, as: UTF8.self)]
        )
    }

    /// Returns the number of records.
    func size() throws -> UInt64 {
        guard let row = try database.row("SELECT coalesce(max(seq) + 1, 0) FROM audit_entry") else { return 0 }
        return try row.integer(0, as: UInt64.self)
    }

    /// Returns what a writer needs in order to go on, in time that grows with the logarithm of the log; `nil` for
    /// an empty log.
    func tail() throws -> LogTail? {
        let size = try size()
        guard size > 0 else { return nil }
        let last = try record(at: size - 1)
        guard UInt64(last.step) < size else { throw StoreError.corrupt("the last record is of no epoch") }
        var edge: [[Digest256]] = []
        var level = 0
        while 8 * level < UInt64.bitWidth, size >> UInt64(8 * level) > 0 {
            let count = size >> UInt64(8 * level)
            edge.append(try hashes(level: level, in: count / Tiles.width * Tiles.width..<count))
            level += 1
        }
        guard let tree = MerkleTree(size: size, rightEdge: edge) else {
            throw StoreError.corrupt("tiles of the log are missing")
        }
        return try LogTail(tree: tree, last: last, opening: record(at: size - 1 - UInt64(last.step)))
    }

    /// Returns MTH over the first `size` records, from stored roots of tiles.
    func root(of size: UInt64) throws -> Digest256 {
        try root(of: 0..<size)
    }

    /// Returns the proof that record `index` is among the first `size`; `nil` if it is not.
    func inclusionProof(of index: UInt64, in size: UInt64) throws -> [Digest256]? {
        try InclusionProof.ranges(index: index, size: size)?.map { try root(of: $0) }
    }

    /// Returns the proof that the first `new` records begin with the first `old`; `nil` if there are no such trees.
    func consistencyProof(old: UInt64, new: UInt64) throws -> [Digest256]? {
        try ConsistencyProof.ranges(old: old, new: new)?.map { try root(of: $0) }
    }

    /// Returns the stored bytes of a record.
    func entry(at seq: UInt64) throws -> [UInt8] {
        guard let row = try database.row("SELECT entry FROM audit_entry WHERE seq = ?", [Int64(seq)]) else {
            throw StoreError.corrupt("record \(seq) of the log is missing")
        }
        return try row.bytes(0)
    }

    /// Returns the newest stored note, or `nil`.
    func newestNote() throws -> [UInt8]? {
        try database.row("SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1").map {
            Array(try $0.text(0).utf8)
        }
    }

    /// Returns how many records the newest stored note covers; 0 without one.
    func newestNoteSize() throws -> UInt64 {
        guard let row = try database.row("SELECT coalesce(max(size), 0) FROM audit_checkpoint") else { return 0 }
        return try row.integer(0, as: UInt64.self)
    }

    /// MTH over a range, which begins where ranges of proofs do.
    private func root(of range: Range<UInt64>) throws -> Digest256 {
        try HashRange.root(of: range) { position in
            let level = position.level / 8
            let width: UInt64 = 1 << UInt64(position.level % 8)
            return MerkleTree.root(
                of: try hashes(level: level, in: position.index * width..<(position.index + 1) * width)
            )
        }
    }

    private func record(at seq: UInt64) throws -> AuditRecord {
        guard let record = try? AuditRecord(parsing: entry(at: seq)) else {
            throw StoreError.corrupt("record \(seq) of the log cannot be read")
        }
        return record
    }

    /// Returns hashes over 256^level leaves each, the leaves themselves at level 0, as they are stored: whether they are
    /// whole, and all there, is for whoever reads them.
    func storedHashes(level: Int, in range: Range<UInt64>) throws -> [[UInt8]] {
        let (from, to) = (Int64(range.lowerBound), Int64(range.upperBound))
        let rows =
            level == 0
            ? try database.rows("SELECT leaf FROM audit_entry WHERE seq >= ? AND seq < ? ORDER BY seq", [from, to])
            : try database.rows(
                "SELECT hash FROM audit_tile WHERE level = ? AND number >= ? AND number < ? ORDER BY number",
                [level, from, to]
            )
        return try rows.map { try $0.bytes(0) }
    }

    private func hashes(level: Int, in range: Range<UInt64>) throws -> [Digest256] {
        let hashes = try storedHashes(level: level, in: range).compactMap { Digest256($0) }
        guard hashes.count == range.count else { throw StoreError.corrupt("tiles of the log are missing") }
        return hashes
    }

    private func completeTiles(of size: UInt64) throws {
        var count = size
        var level = 0
        while count.isMultiple(of: Tiles.width) {
            let root = MerkleTree.root(of: try hashes(level: level, in: count - Tiles.width..<count))
            level += 1
            count /= Tiles.width
            try database.run(
                "INSERT INTO audit_tile(level, number, hash) VALUES (?, ?, ?)",
                [level, Int64(count - 1), Data(root.bytes)]
            )
        }
    }
}
