import RecoveryCrypto

/// Where a record stands in its epoch, and its MAC (§13.3, `epoch-order` to `mac`).
///
/// A record out of order is believed as to where it stands, so that one fault is not reported for every record after
/// it; but the keys are lost until the next epoch begins.
struct EpochChecks: ~Copyable {
    private let unlocking: EpochUnlocking?
    private var epoch: UInt32 = 0
    /// The step that the next record of the epoch must have.
    private var step: UInt32 = 0
    private var isSealed = false
    /// `next_commit` of the last GENESIS or EPOCH_OPEN, if known.
    private var nextCommitment: Digest256?
    /// `nil` while the keys of the epoch are not known.
    private var ratchet: RecordRatchet?

    /// How many records had their MAC computed and compared.
    private(set) var checkedMACs: UInt64 = 0

    init(unlocking: EpochUnlocking?) {
        self.unlocking = unlocking
    }

    /// Passes over a record that has no frame: it takes one step of the ratchet.
    mutating func skipRecord() {
        step &+= 1
        ratchet?.skip()
    }

    /// Takes the record before the first one that is checked: the end of an epoch, which commits to the next.
    mutating func `continue`(after read: ReadRecord) {
        epoch = read.record.epoch
        step = read.record.step &+ 1
        isSealed = read.type == .epochSeal
        nextCommitment = isSealed ? read.payload?.hash("next_commit") : nil
    }

    mutating func check(_ read: ReadRecord, _ findings: inout Findings) {
        let opens = read.type == .genesis || read.type == .epochOpen
        if opens {
            checkOpening(read, &findings)
        } else {
            checkPlace(read, &findings)
        }
        checkStep(read, &findings)
        if read.type == .epochSeal {
            checkCommitment(read.payload?.hash("next_commit"), of: read, &findings)
            isSealed = true
        }
        checkMAC(read, &findings)
        step = read.record.step &+ 1
    }

    private mutating func checkOpening(_ read: ReadRecord, _ findings: inout Findings) {
        let record = read.record
        let isInOrder =
            read.index == 0
            ? read.type == .genesis && record.epoch == 0 && record.step == 0
            : read.type == .epochOpen && record.epoch > 0 && record.epoch - 1 == epoch
                && record.step == 0
        if !isInOrder { findings.add(.epochOrder, seq: read.index, "opens epoch \(record.epoch)") }
        if read.type == .epochOpen {
            if read.index > 0, !isSealed {
                findings.add(.epochUnsealed, seq: read.index, "the epoch before has no end")
                if let reason = read.payload?["reason"]?.string, reason != "recover" {
                    findings.add(.epochReason, seq: read.index)
                }
            }
            checkCommitment(read.payload?.hash("commit"), of: read, &findings)
        }
        epoch = record.epoch
        step = record.step
        isSealed = false
        nextCommitment = read.payload?.hash("next_commit")
        ratchet = unlocking?.ratchet(opening: read, &findings)
        // A false step leaves the ratchet elsewhere; what it computed would not be the MAC of this record.
        if record.step != 0 { ratchet = nil }
    }

    private mutating func checkPlace(_ read: ReadRecord, _ findings: inout Findings) {
        let record = read.record
        if read.index == 0 || record.epoch != epoch {
            findings.add(.epochOrder, seq: read.index, "epoch \(record.epoch)")
            isSealed = isSealed && record.epoch == epoch
            epoch = record.epoch
            step = record.step
            nextCommitment = nil
            ratchet = nil
        }
        if isSealed { findings.add(.recordAfterSeal, seq: read.index) }
    }

    private mutating func checkStep(_ read: ReadRecord, _ findings: inout Findings) {
        let actual = read.record.step
        guard actual != step || actual > AuditRecord.lastStep else { return }
        findings.add(.step, seq: read.index, "step \(actual)")
        ratchet = nil
    }

    /// A payload without the field has nothing to compare, and fails its schema instead.
    private func checkCommitment(_ commitment: Digest256?, of read: ReadRecord, _ findings: inout Findings) {
        if let commitment, let nextCommitment, commitment != nextCommitment {
            findings.add(.epochCommitChain, seq: read.index)
        }
    }

    private mutating func checkMAC(_ read: ReadRecord, _ findings: inout Findings) {
        let entry = read.record.entry
        let authenticated = entry.count - Digest256.byteCount
        guard let mac = ratchet?.mac(of: entry.span.extracting(0..<authenticated)) else { return }
        checkedMACs += 1
        if !constantTimeEqual(mac, read.record.mac) { findings.add(.mac, seq: read.index) }
    }
}
