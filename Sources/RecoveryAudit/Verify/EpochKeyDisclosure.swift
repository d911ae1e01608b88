import RecoveryCrypto

/// Opens what a log seals to one auditor: the keys of its epochs, for `epoch-keys.json` (audit-log.md §5, §12).
///
/// A key counts only if it opens the commitment that the epoch was begun with. Whether that record is the right one is
/// for the verifier to say, which is given these keys afterwards: this judges nothing.
public struct EpochKeyDisclosure {
    /// Epochs whose key is in ``file``, ascending.
    public private(set) var opened: [UInt32] = []
    /// Epochs that seal nothing to this auditor, ascending.
    public private(set) var closed: [UInt32] = []
    /// Epochs that seal something to this auditor that does not open, ascending.
    public private(set) var broken: [UInt32] = []
    private var members: [JSONMember] = []

    /// Reads the entries of `bundle`, as far as there are any.
    ///
    /// - Parameters:
    ///   - log: the key of the log; nothing of another log opens.
    ///   - last: the last epoch to open. Earlier epochs can be made known without those that follow.
    public init(of bundle: some BundleSource, log: VKey, auditor: AuditorKey, through last: UInt32 = .max) {
        guard let logID = log.identity?.logID else { return }
        var unread = Findings()
        var files = EntryFiles(BundleFolder(bundle, &unread))
        while let file = files.next() {
            let (entries, fault) = file.entries(from: bundle)
            for entry in entries {
                guard let record = try? AuditRecord(parsing: entry), record.logID == logID, record.epoch <= last,
                    record.recordType == .genesis || record.recordType == .epochOpen,
                    let payload = try? record.parsedPayload().object
                else { continue }
                open(record, payload, logID, auditor)
            }
            if fault != nil { break }
        }
    }

    /// The file: canonical JSON, {"<decimal epoch>": hex of A_e}. Whoever reads it can check the MACs of these epochs,
    /// and forge them in a copy that no checkpoint covers.
    public var file: [UInt8] {
        CanonicalJSON.writeLine(.object(JSONObject(members)))
    }

    private mutating func open(_ record: AuditRecord, _ payload: JSONObject, _ logID: LogID, _ auditor: AuditorKey) {
        let item = payload["sealed"]?.array?.first { $0["kid"] == .string(auditor.kid) }
        guard let item else { return closed.append(record.epoch) }
        guard let box = item["hpke"]?.string.flatMap({ Base64.decode($0) }), let commitment = payload.hash("commit"),
            let key = SealedEpochKey.open(
                box,
                with: auditor.key,
                context: KeySchedule.epochContext(logID, epoch: record.epoch),
                commitment: commitment
            )
        else { return broken.append(record.epoch) }
        opened.append(record.epoch)
        let digits = key.lend { key in key.indices.map { key[$0] }.hexadecimal }
        members.append(JSONMember(key: "\(record.epoch)", value: .string(digits)))
    }
}
