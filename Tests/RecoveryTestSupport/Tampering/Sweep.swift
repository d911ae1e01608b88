import RecoveryAudit

/// A row of audit-log.md §14 that holds wherever it is made: number and name, records, what is done, what is found where.
struct Sweep: Sendable, CustomStringConvertible {
    let name: String
    let records: [Int]
    let code: FindingCode
    /// Where the finding stands, counted from the changed record.
    var offset = 0
    let change: @Sendable (inout Forgery, Int) throws -> Void

    var description: String { name }

    /// The row made at one record.
    func row(at index: Int) -> TamperRow {
        TamperRow("\(name), record \(index)", .tampered, code, UInt64(index + offset)) { forgery, _ in
            try change(&forgery, index)
            forgery.store()
        }
    }

    /// The rows at the first record, at one in the middle, and at the last: three of each sweep, or as many as it has.
    var someRows: [TamperRow] {
        Set([records.startIndex, records.count / 2, records.count - 1]).sorted().map { row(at: records[$0]) }
    }
}

extension Sweep {
    private static let everywhere = Array(0..<27)
    /// Without the ERASE: where it cannot be read, the first bad record is that whose value was erased.
    private static let allButErasure = everywhere.filter { $0 != 22 }
    /// EVENT records of the good bundle.
    private static let events = [5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 26]

    static let all: [Sweep] = [
        Sweep(name: "1 one payload bit", records: events, code: .mac) { $0.flip($1, at: 84 + 10) },
        Sweep(name: "3 EVENT to EPOCH_SEAL", records: events, code: .mac) { $0.overwrite($1, at: 5, with: [3]) },
        Sweep(name: "4 flag bit 0", records: everywhere, code: .timeFlag) { $0.overwrite($1, at: 6, with: [0, 1]) },
        Sweep(name: "4 flag bit 8", records: everywhere, code: .headerFlags) { $0.overwrite($1, at: 6, with: [1, 0]) },
        Sweep(name: "5 stored MAC", records: everywhere, code: .mac) { $0.flip($1, at: $0.entries[$1].count - 1) },
        Sweep(name: "7 epoch field", records: everywhere, code: .epochOrder) { $0.flip($1, at: 27, bit: 4) },
        Sweep(name: "9 suite", records: allButErasure, code: .badMagicOrSuite) { $0.overwrite($1, at: 4, with: [2]) },
        Sweep(name: "9 magic", records: allButErasure, code: .badMagicOrSuite) { $0.flip($1, at: 0) },
        Sweep(name: "10 one record deleted", records: allButErasure.dropLast(), code: .seq) {
            $0.entries.remove(at: $1)
        },
        Sweep(name: "16 neighbours swapped", records: everywhere.dropLast(), code: .seq) {
            $0.entries.swapAt($1, $1 + 1)
        },
        Sweep(name: "18 record duplicated", records: everywhere, code: .seq, offset: 1) {
            $0.entries.insert($0.entries[$1], at: $1)
        },
        Sweep(name: "19 record with random MAC inserted", records: [6, 7, 12, 19, 26], code: .mac) { forgery, index in
            var entry = forgery.entries[index]
            entry.replaceSubrange(entry.count - 32..<entry.count, with: [UInt8](repeating: 0x5a, count: 32))
            forgery.entries.insert(entry, at: index)
        },
        Sweep(name: "54 payload_len lies", records: allButErasure, code: .frameLength) { $0.flip($1, at: 83) },
        Sweep(name: "56 payload of length 0", records: allButErasure, code: .frameLength) { forgery, index in
            let entry = forgery.entries[index]
            forgery.entries[index] = entry.prefix(80) + [0, 0, 0, 0] + entry.suffix(32)
        },
        Sweep(name: "50 duplicate key, MAC right", records: [0, 5, 9, 10, 23, 25, 26], code: .nonCanonicalPayload) {
            try $0.replacePayload($1, with: Array(#"{"event":"audit.full","event":"audit.full","free":1}"#.utf8))
        },
        Sweep(name: "51 fraction, MAC right", records: [0, 12, 24], code: .nonCanonicalPayload) {
            try $0.replacePayload($1, with: Array(#"{"event":"audit.full","free":1.0}"#.utf8))
        },
        Sweep(name: "51 exponent, MAC right", records: [12], code: .nonCanonicalPayload) {
            try $0.replacePayload($1, with: Array(#"{"event":"audit.full","free":1e3}"#.utf8))
        },
        Sweep(name: "51 minus zero, MAC right", records: [12], code: .nonCanonicalPayload) {
            try $0.replacePayload($1, with: Array(#"{"event":"audit.full","free":-0}"#.utf8))
        },
        Sweep(name: "53 ten thousand arrays, MAC right", records: [0, 12, 26], code: .nonCanonicalPayload) {
            let arrays = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
            try $0.replacePayload($1, with: Array(#"{"free":\#(arrays)}"#.utf8))
        },
    ]
}
