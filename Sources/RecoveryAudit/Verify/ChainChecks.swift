import RecoveryCrypto

/// What one record must say, given its position and the record before: number, log, link, time (§13.3, `seq` to
/// `time-flag`, and `genesis`).
struct ChainChecks {
    private let log: LogIdentity?
    private var previousMAC: Digest256?
    private var latestTime: UInt64?

    /// Without a key there is no `log_id` to compare with.
    init(log: LogIdentity?) {
        self.log = log
    }

    /// Passes over a record that has no frame: its MAC is unknown, so the next link cannot be checked.
    mutating func skipRecord() {
        previousMAC = nil
    }

    /// Takes the record before the first one that is checked.
    mutating func `continue`(after read: ReadRecord) {
        previousMAC = read.record.mac
        latestTime = read.record.timeMicroseconds
    }

    mutating func check(_ read: ReadRecord, _ findings: inout Findings) {
        let record = read.record
        if record.seq != read.index { findings.add(.seq, seq: read.index, "its header says \(record.seq)") }
        if let log, record.logID != log.logID { findings.add(.logID, seq: read.index) }
        if record.recordType == nil { findings.add(.recordType, seq: read.index, "type \(record.type)") }
        if record.flags & ~AuditRecord.clampedFlag != 0 { findings.add(.headerFlags, seq: read.index) }
        checkLink(read, &findings)
        checkTime(read, &findings)
        if read.index == 0 { checkGenesis(read, &findings) }
    }

    private mutating func checkLink(_ read: ReadRecord, _ findings: inout Findings) {
        if read.index > 0 {
            if let previousMAC, read.record.previousMAC != previousMAC { findings.add(.link, seq: read.index) }
        } else if let log, let commitment = read.payload?.hash("commit") {
            // A record 0 without a commitment has no genesis value to compare with, and fails its schema instead.
            let link = KeySchedule.genesisLink(log.logID, commitment: commitment)
            if read.record.previousMAC != link { findings.add(.genesisLink, seq: read.index) }
        }
        previousMAC = read.record.mac
    }

    private mutating func checkTime(_ read: ReadRecord, _ findings: inout Findings) {
        let time = read.record.timeMicroseconds
        if let latestTime, time < latestTime { findings.add(.timeRegression, seq: read.index) }
        if read.record.flags & AuditRecord.clampedFlag != 0, read.index == 0 || time != latestTime {
            findings.add(.timeFlag, seq: read.index)
        }
        latestTime = max(time, latestTime ?? 0)
    }

    private func checkGenesis(_ read: ReadRecord, _ findings: inout Findings) {
        // A payload that is no JSON is reported as that, and has no fields to compare.
        guard let log, let payload = read.payload else { return }
        let isOfThisLog =
            read.type == .genesis && payload["origin"] == .string(log.origin.text)
            && payload["log_key"] == .string(Base64.encode(log.publicKey.bytes))
        if !isOfThisLog { findings.add(.genesis, seq: read.index) }
    }
}
