import RecoveryCrypto

/// The rows of `index.jsonl`, each derived again from its record (§12, §13.4).
struct IndexChecks {
    // A row is canonical JSON, so equal rows are equal bytes, and a hash of them is all that needs to be kept.
    private var rows: [UInt64: Digest256] = [:]
    private var repeated = 0
    private var isPresent = false

    /// An index that is missing or malformed: that is reported once, and not again for each record.
    init() {}

    /// Reads the file, or refuses one whose lines are not rows.
    init?(parsing file: [UInt8]) {
        isPresent = true
        let isWellFormed = JSONLines.forEach(in: file) { object, line in
            guard let seq = object.count("seq"), Self.isRow(object) else { return false }
            if rows.updateValue(SHA256.digest(of: line), forKey: seq) != nil { repeated += 1 }
            return true
        }
        guard isWellFormed else { return nil }
    }

    func check(_ read: ReadRecord, _ findings: inout Findings) {
        // Of a payload that is not canonical there is no row to derive.
        guard isPresent, let payload = read.payload else { return }
        guard let row = rows[read.index] else {
            findings.add(.indexMissing, seq: read.index)
            return
        }
        if row != Self.row(of: read.record, payload, at: read.index) { findings.add(.indexShadow, seq: read.index) }
    }

    /// Reports rows that belong to no record, or come again.
    func finish(size: UInt64, _ findings: inout Findings) {
        let beyond = rows.keys.count { $0 >= size }
        if beyond > 0 { findings.add(.indexExtra, "\(beyond) beyond the log") }
        if repeated > 0 { findings.add(.indexExtra, "\(repeated) repeated") }
    }

    /// The hash of the row that this record must have; `nil` if its time has no spelling in JSON.
    private static func row(of record: AuditRecord, _ payload: JSONObject, at index: UInt64) -> Digest256? {
        guard record.timeMicroseconds <= UInt64(CanonicalJSON.largestInteger) else { return nil }
        func text(_ key: String) -> JSONValue {
            payload[key]?.string.map(JSONValue.string) ?? .null
        }
        let row: JSONValue = [
            "actor": text("actor"),
            "case": text("case"),
            "seq": .integer(Int64(index)),
            "subject": text("subject"),
            "time_us": .integer(Int64(record.timeMicroseconds)),
            "type": .integer(Int64(record.type)),
        ]
        return SHA256.digest(of: CanonicalJSON.write(row))
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
