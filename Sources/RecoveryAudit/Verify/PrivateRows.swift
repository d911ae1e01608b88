import RecoveryCrypto

/// The rows of `private.jsonl` or `disclosed.jsonl`, as what they commit to: the values themselves are not kept.
struct PrivateRows {
    private var commitments: [UInt64: [(name: [UInt8], commitment: Digest256)]] = [:]
    /// Rows for a field that had one already.
    private(set) var repeated = 0

    /// Reads {`name`, `salt`, `seq`, `value`} on each line, or refuses.
    init?(parsing file: PiecewiseFile, logID: LogID) {
        var file = file
        let isWellFormed = file.forEachObject { row, _ in
            guard row.members.count == 4, let name = row["name"]?.string, JSONObject.isKey(name.utf8),
                let seq = row.count("seq"),
                let salt = row["salt"]?.string.flatMap({ [UInt8](hexadecimal: $0) }), salt.count == 32,
                let value = row["value"]?.string.flatMap({ Base64.decode($0) })
            else { return false }
            let commitment = PrivateField.commitment(salt: salt, logID: logID, seq: seq, name: name, value: value)
            if self.commitment(seq, Array(name.utf8)) == nil {
                commitments[seq, default: []].append((Array(name.utf8), commitment))
            } else {
                repeated += 1
            }
            return true
        }
        guard isWellFormed else { return nil }
    }

    /// What the row of that field commits to, if there is one.
    func commitment(_ seq: UInt64, _ name: [UInt8]) -> Digest256? {
        commitments[seq]?.first { $0.name == name }?.commitment
    }

    /// The number of rows whose field meets `condition`.
    func count(where condition: (UInt64, [UInt8]) -> Bool) -> Int {
        commitments.reduce(0) { sum, rows in
            sum + rows.value.count { condition(rows.key, $0.name) }
        }
    }
}
