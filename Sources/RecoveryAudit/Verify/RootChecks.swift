import RecoveryCrypto

/// The roots that the log names of itself: at the end of an epoch, and where an outside witness is written back into
/// it (§6, `seal-count` to `anchor-tsa-unchecked`).
struct RootChecks {
    private let origin: Origin?
    private let notes: NoteChecks

    /// The largest size that an ANCHOR of enough witnesses vouches for.
    private(set) var anchored: UInt64 = 0
    private(set) var timeStamps: TimeStampChecks

    init(origin: Origin?, notes: NoteChecks, timeStamps: TimeStampChecks) {
        self.origin = origin
        self.notes = notes
        self.timeStamps = timeStamps
    }

    /// - Parameter tree: Holds at least the records before this one.
    mutating func check(_ read: ReadRecord, in tree: some TreeHashes, _ findings: inout Findings) {
        if let payload = read.payload(of: .epochSeal) {
            if payload.count("count") != UInt64(read.record.step) { findings.add(.sealCount, seq: read.index) }
            if let root = tree.root(at: read.index), payload.hash("root") != root {
                findings.add(.sealRoot, seq: read.index)
            }
        }
        if let payload = read.payload(of: .anchor) { checkAnchor(payload, at: read.index, tree, &findings) }
    }

    private mutating func checkAnchor(
        _ payload: JSONObject,
        at index: UInt64,
        _ tree: some TreeHashes,
        _ findings: inout Findings
    ) {
        guard let size = payload.count("size"), let root = payload.hash("root") else { return }
        let actual = size <= index ? tree.root(at: size) : nil
        let isTrue = actual == root
        if size > index || actual != nil && !isTrue { findings.add(.anchorRoot, seq: index, size: size) }
        if let token = payload["token"]?.string.flatMap({ Base64.decode($0) }) {
            timeStamps.check(token, at: index, size: size, root: root, isTrue: isTrue, &findings)
        }
        guard let origin, let items = payload["cosignatures"]?.array else { return }
        let checkpoint = Checkpoint(origin: origin, size: size, root: root)
        guard let cosignatures = cosignatures(items, of: checkpoint) else {
            findings.add(.anchorSignature, seq: index, size: size)
            return
        }
        if notes.isWitnessed(by: cosignatures, seq: index, size: size, &findings), isTrue {
            anchored = max(anchored, size)
        }
    }

    /// Returns the cosignatures of known witnesses, or `nil` if one of them is wrong. Others are ignored.
    private func cosignatures(_ items: [JSONValue], of checkpoint: Checkpoint) -> [Cosignature]? {
        var cosignatures: [Cosignature] = []
        for item in items {
            guard let name = item["name"]?.string, let bytes = item["sig"]?.string.flatMap({ Base64.decode($0) }),
                let line = NoteSignature(name: name, keyIDAndSignature: bytes)
            else { continue }
            for witness in notes.policy?.witnessKeys ?? [] where line.isBy(witness) {
                guard let cosignature = Cosignature(verifying: line, by: witness, of: checkpoint) else { return nil }
                cosignatures.append(cosignature)
            }
        }
        return cosignatures
    }
}
