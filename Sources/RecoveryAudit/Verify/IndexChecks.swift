import RecoveryCrypto

/// The rows of `index.jsonl`, each derived again from its record (§12, §13.4).
///
/// An index that says what it must is the derived rows, one after the other, byte by byte: then no line is parsed or kept.
/// At the first line that is another the file is read as what it is, rows in any order, and every record is looked up.
struct IndexChecks {
    /// How many lines were those of the first records, and what follows them; `nil` once the order is lost.
    private var inOrder: (count: UInt64, rest: PiecewiseFile)?

    // A row is canonical JSON, so equal rows are equal bytes, and a hash of them is all that needs to be kept.
    private var rows: [UInt64: Digest256]?
    private var repeated = 0

    /// - Parameter file: `nil` for an index that is missing: that is reported once, and not again for each record.
    init(_ file: PiecewiseFile?) {
        inOrder = file.map { (0, $0) }
    }

    mutating func check(_ read: ReadRecord, _ findings: inout Findings) {
        if inOrder != nil {
            if let row = read.indexRow, inOrder?.count == read.index, inOrder?.rest.skip(row) == true {
                inOrder?.count += 1
                return
            }
            parse(&findings)
        }
        // Of a payload that is not canonical there is no row to derive.
        guard let rows, read.payload != nil else { return }
        guard let found = rows[read.index] else {
            findings.add(.indexMissing, seq: read.index)
            return
        }
        if read.indexRow.map({ SHA256.digest(of: $0) }) != found { findings.add(.indexShadow, seq: read.index) }
    }

    /// Reports rows that belong to no record, or come again.
    mutating func finish(size: UInt64, _ findings: inout Findings) {
        if inOrder?.rest.isAtEnd() == false { parse(&findings) }
        if inOrder?.rest.hasFailed == true { findings.add(.internalError, "index.jsonl cannot be read") }
        let beyond = rows?.keys.count { $0 >= size } ?? 0
        if beyond > 0 { findings.add(.indexExtra, "\(beyond) beyond the log") }
        if repeated > 0 { findings.add(.indexExtra, "\(repeated) repeated") }
    }

    /// Reads the whole file, or reports one whose lines are not rows. It then counts as missing.
    private mutating func parse(_ findings: inout Findings) {
        guard let (count, rest) = inOrder else { return }
        inOrder = nil
        var file = rest.fromTheBeginning
        var rows: [UInt64: Digest256] = [:]
        var first: [Digest256] = []
        var repeated = 0
        let isWellFormed = file.forEachObject { object, line in
            guard let seq = object.count("seq"), Self.isRow(object) else { return false }
            let hash = SHA256.digest(of: line)
            if first.count < count { first.append(hash) }
            if rows.updateValue(hash, forKey: seq) != nil { repeated += 1 }
            return true
        }
        guard isWellFormed else {
            if file.hasFailed {
                findings.add(.internalError, "index.jsonl cannot be read")
            } else {
                findings.add(.bundleMalformed, "index.jsonl")
            }
            return
        }
        // Of two rows for one record the later counts, also where the earlier one was found right already.
        for (seq, hash) in first.enumerated() where rows[UInt64(seq)] != hash {
            findings.add(.indexShadow, seq: UInt64(seq))
        }
        self.rows = rows
        self.repeated = repeated
    }

    private static func isRow(_ row: JSONObject) -> Bool {
        row.members.count == 6 && row.count("time_us") != nil && row.count("type") != nil
            && ["actor", "case", "subject"].allSatisfy { row[$0] == .null || row[$0]?.string != nil }
    }
}

extension IndexRow {
    /// Returns the line that a record must have, without its newline; `nil` if its time has no spelling in JSON.
    static func line(of record: AuditRecord, _ payload: JSONObject, at index: UInt64) -> [UInt8]? {
        guard record.timeMicroseconds <= UInt64(CanonicalJSON.largestInteger) else { return nil }
        var line: [UInt8] = []
        line.reserveCapacity(192)
        func write(_ name: String, _ value: JSONValue) {
            line += name.utf8
            CanonicalJSON.write(value, to: &line)
        }
        func text(_ key: String) -> JSONValue {
            if case .string(let text)? = payload[key] { .string(text) } else { .null }
        }
        write("{\"actor\":", text("actor"))
        write(",\"case\":", text("case"))
        write(",\"seq\":", .integer(Int64(index)))
        write(",\"subject\":", text("subject"))
        write(",\"time_us\":", .integer(Int64(record.timeMicroseconds)))
        write(",\"type\":", .integer(Int64(record.type)))
        line.append(UInt8(ascii: "}"))
        return line
    }
}
