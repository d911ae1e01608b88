import AccountRecovery
import RecoveryStore

/// What a restore came to, or would.
struct RestoreOutcome: Encodable {
    let generation: UInt64
    let customers: Int
    /// Erased since the backup was made. They stay so.
    let shredded: Int
    /// Customers without keys though nobody erased them.
    let keyUnavailable: [String]
    let fieldsOpened: Int
    /// In words, what the backup does not have.
    let lost: [String]
    /// Whether it would be refused without an administrator's word.
    var isRefused = false
    /// The new log, if one began.
    var origin: String?
    var restores: UInt32?
    var staff: [String] = []
    var leftOut: [String] = []
    var endedCases: [String] = []
    var unknownCases: [String] = []

    init(_ backup: AssembledBackup, opened: Int, lost: [String]) {
        generation = backup.dataFile.facts.generation.rawValue
        customers = backup.subjects - backup.shredded.count
        shredded = backup.shredded.count
        keyUnavailable = backup.keyless.map(\.text)
        fieldsOpened = opened
        self.lost = lost
    }

    var lines: [[String]] {
        var rows = [
            ["generation", "\(generation)"], ["customers", "\(customers)"],
            ["opened", "\(fieldsOpened) fields of random customers"],
            ["shredded", "\(shredded) erased since, and left out"],
        ]
        rows += keyUnavailable.map { ["key-unavailable", $0] }
        rows += lost.map { ["lost", $0] }
        if let origin { rows.append(["log", "\(origin), a new one"]) }
        if !staff.isEmpty { rows.append(["admitted", staff.joined(separator: ", ")]) }
        if !leftOut.isEmpty { rows.append(["left out", leftOut.joined(separator: ", ")]) }
        if !endedCases.isEmpty { rows.append(["ended", endedCases.joined(separator: ", ")]) }
        return rows
    }

    /// What the operator does now.
    func advice(_ target: DataFolder?) -> [String] {
        guard let target else { return [] }
        var lines = ["next: recoveryctl --data \(quoted(target.root)) status"]
        guard origin != nil else {
            return lines + ["the old data directory must not be used any more: its log goes on here"]
        }
        lines += unknownCases.map { "ask the directory what became of \($0): it was being carried out" }
        lines.append("revoke again whoever was revoked since: recoveryctl agent revoke NAME")
        lines.append("give auditors and witnesses the key of the new log: \(target.logVerifier)")
        lines.append("the log that ended, as the backup held it: \(target.priorLog)")
        return lines
    }
}
