import RecoveryCrypto

/// The rows of `index.jsonl`, each derived again from its record (§12, §13.4).
///
/// An index that says what it must is the derived rows, one after the other, byte by byte: then no line is parsed. At the
/// first line that is another the file is read as what it is, rows in any order, and every record is looked up.
struct IndexChecks {
    /// Empty if there is no index, or once it was parsed.
    private var file: [UInt8] = []
    /// How many lines were those of the first records, and where the next begins; `nil` once the order is lost.
    private var inOrder: (count: UInt64, end: Int)?
    private var row: [UInt8] = []

    // A row is canonical JSON, so equal rows are equal bytes, and a hash of them is all that needs to be kept.
    private var rows: [UInt64: Digest256]?
    private var repeated = 0

    /// An index that is missing: that is reported once, and not again for each record.
    init() {}

    init(unparsed file: [UInt8]) {
        self.file = file
        inOrder = (0, 0)
    }

    mutating func check(_ read: ReadRecord, _ findings: inout Findings) {
        if let (count, end) = inOrder {
            if let payload = read.payload, read.index == count, derive(read.record, payload, at: read.index),
                isLine(at: end)
            {
                inOrder = (count + 1, end + row.count + 1)
                return
            }
            parse(&findings)
        }
        // Of a payload that is not canonical there is no row to derive.
        guard let rows, let payload = read.payload else { return }
        guard let found = rows[read.index] else {
            findings.add(.indexMissing, seq: read.index)
            return
        }
        let isDerived = derive(read.record, payload, at: read.index)
        if !isDerived || found != SHA256.digest(of: row) { findings.add(.indexShadow, seq: read.index) }
    }

    /// Reports rows that belong to no record, or come again.
    mutating func finish(size: UInt64, _ findings: inout Findings) {
        if let inOrder, inOrder.end < file.count { parse(&findings) }
        let beyond = rows?.keys.count { $0 >= size } ?? 0
        if beyond > 0 { findings.add(.indexExtra, "\(beyond) beyond the log") }
        if repeated > 0 { findings.add(.indexExtra, "\(repeated) repeated") }
    }

    /// Reads the whole file, or reports one whose lines are not rows. It then counts as missing.
    private mutating func parse(_ findings: inout Findings) {
        let count = inOrder?.count ?? 0
        inOrder = nil
        var rows: [UInt64: Digest256] = [:]
        var first: [Digest256] = []
        var repeated = 0
        let isWellFormed = JSONLines.forEach(in: file) { object, line in
            guard let seq = object.count("seq"), Self.isRow(object) else { return false }
            let hash = SHA256.digest(of: line)
            if first.count < count { first.append(hash) }
            if rows.updateValue(hash, forKey: seq) != nil { repeated += 1 }
            return true
        }
        file = []
        guard isWellFormed else {
            findings.add(.bundleMalformed, "index.jsonl")
            return
        }
        // Of two rows for one record the later counts, also where the earlier one was found right already.
        for (seq, hash) in first.enumerated() where rows[UInt64(seq)] != hash {
            findings.add(.indexShadow, seq: UInt64(seq))
        }
        self.rows = rows
        self.repeated = repeated
    }

    /// Makes ``row`` what this record must have. Returns `false` if its time has no spelling in JSON.
    private mutating func derive(_ record: AuditRecord, _ payload: JSONObject, at index: UInt64) -> Bool {
        guard record.timeMicroseconds <= UInt64(CanonicalJSON.largestInteger) else { return false }
        func write(_ name: String, _ value: JSONValue) {
            row += name.utf8
            CanonicalJSON.write(value, to: &row)
        }
        func text(_ key: String) -> JSONValue {
            if case .string(let text)? = payload[key] { .string(text) } else { .null }
        }
        row.removeAll(keepingCapacity: true)
        write("{\"actor\":", text("actor"))
        write(",\"case\":", text("case"))
        write(",\"seq\":", .integer(Int64(index)))
        write(",\"subject\":", text("subject"))
        write(",\"time_us\":", .integer(Int64(record.timeMicroseconds)))
        write(",\"type\":", .integer(Int64(record.type)))
        row.append(UInt8(ascii: "}"))
        return true
    }

    /// Whether ``row`` and a newline stand at `offset` of the file.
    private func isLine(at offset: Int) -> Bool {
        let end = offset + row.count
        guard end < file.count, file[end] == UInt8(ascii: "\n") else { return false }
        let line = file.span.extracting(offset..<end)
        let row = row.span
        for index in row.indices where line[index] != row[index] { return false }
        return true
    }

    private static func isRow(_ row: JSONObject) -> Bool {
        row.members.count == 6 && row.count("time_us") != nil && row.count("type") != nil
            && ["actor", "case", "subject"].allSatisfy { row[$0] == .null || row[$0]?.string != nil }
    }
}

/// A JSON Lines file (§2.1), one line in memory as a value at a time.
enum JSONLines {
    /// Shows each object and the bytes of its line to `body`. Returns `false` as soon as `body` does, and for a file
    /// that is not canonical JSON Lines.
    static func forEach(in file: [UInt8], _ body: (JSONObject, Span<UInt8>) -> Bool) -> Bool {
        let bytes = file.span
        var start = 0
        for end in file.indices where file[end] == UInt8(ascii: "\n") {
            let line = bytes.extracting(start..<end)
            guard let object = try? CanonicalJSON.parse(line).object, body(object, line) else { return false }
            start = end + 1
        }
        return start == file.count
    }
}
