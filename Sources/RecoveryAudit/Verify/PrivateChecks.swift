import RecoveryCrypto

/// The values of private fields that lie beside the log, against the commitments in it (§8, §13.4).
struct PrivateChecks {
    /// A private field of one record. The name is kept as bytes: two spellings of one letter are two names.
    private struct Field: Hashable {
        let seq: UInt64
        let name: [UInt8]
    }

    /// `private.jsonl`, which claims to be complete; `nil` if absent.
    private let all: PrivateRows?
    /// `disclosed.jsonl`, a selection; `nil` if absent.
    private let some: PrivateRows?
    private var commitments: [Field: Digest256] = [:]
    private var erased: Set<Field> = []

    init(all: PrivateRows?, some: PrivateRows?) {
        self.all = all
        self.some = some
    }

    var extent: Verdict.Privates {
        if all != nil { return .complete }
        return some != nil ? .selection : .none
    }

    /// Takes the commitments of a record, and what it says was erased.
    mutating func check(_ read: ReadRecord, _ findings: inout Findings) {
        if let (_, payload) = read.event {
            for member in payload["priv"]?.object?.members ?? [] {
                guard let hash = member.value.string.flatMap({ [UInt8](hexadecimal: $0) }) else { continue }
                commitments[Field(seq: read.index, name: Array(member.key.utf8))] = Digest256(hash)
            }
        }
        for item in read.payload(of: .erase)?["fields"]?.array ?? [] {
            guard let pair = item.array, pair.count == 2, let seq = pair[0].integer.flatMap(UInt64.init(exactly:)),
                let name = pair[1].string
            else { continue }
            let field = Field(seq: seq, name: Array(name.utf8))
            if commitments[field] == nil {
                findings.add(.eraseUnknown, seq: read.index, "record \(seq)")
            }
            erased.insert(field)
        }
    }

    /// Judges every private field of the log, once all erasures are known.
    func finish(_ findings: inout Findings) {
        for (field, commitment) in commitments {
            let values = [all, some].compactMap { $0?.commitment(field.seq, field.name) }
            if values.contains(where: { $0 != commitment }) {
                findings.add(.privateMismatch, seq: field.seq, text(field))
            }
            switch (isPresent: !values.isEmpty, isErased: erased.contains(field)) {
            case (true, true): findings.add(.erasureNotCarriedOut, seq: field.seq, text(field))
            case (false, true): findings.add(.redactedAuthorised, seq: field.seq, text(field))
            case (false, false) where all != nil: findings.add(.privateMissing, seq: field.seq, text(field))
            case (false, false), (true, false): break
            }
        }
        for rows in [all, some].compactMap(\.self) {
            let extra = rows.count { commitments[Field(seq: $0, name: $1)] == nil }
            if extra > 0 { findings.add(.privateExtra, "\(extra) for no field of the log") }
            if rows.repeated > 0 { findings.add(.privateExtra, "\(rows.repeated) repeated") }
        }
    }

    private func text(_ field: Field) -> String {
        "field " + String(decoding: field.name, as: UTF8.self).printable
    }
}
