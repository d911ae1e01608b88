public import RecoveryCrypto

/// How much of the log an authority for time stamps has seen, and by when (§10.5). It did not look whether the log
/// extends what was there before, so this says nothing about completeness.
public struct TimeStamped: Sendable, Hashable {
    /// The first so many records.
    public let size: UInt64
    public let time: UnixTime
}

/// The tokens of authorities for time stamps, in ANCHOR records (§13.3) and beside the log (§13.5), against the text of
/// the checkpoint that they are said to be over.
struct TimeStampChecks {
    private let authorities: TimeStampAuthorities?
    private let origin: Origin?
    private let now: UnixTime

    /// The largest size of a token that holds, and the earliest time among those of that size.
    private(set) var newest: TimeStamped?

    init(_ options: VerificationOptions, origin: Origin?) {
        authorities = options.timeStampAuthorities
        now = options.now
        self.origin = origin
    }

    /// The token of an ANCHOR record.
    ///
    /// - Parameter isTrue: whether `root` is that of the log. Of another tree no time is learnt.
    mutating func check(
        _ token: [UInt8],
        at seq: UInt64,
        size: UInt64,
        root: Digest256,
        isTrue: Bool,
        _ findings: inout Findings
    ) {
        check(token, size: size, root: root, isTrue: isTrue) { code, detail in
            findings.add(code, seq: seq, size: size, detail)
        }
    }

    /// The files `anchors/<size>.tsr`, which are looked at under authorities only.
    ///
    /// - Parameter largest: the size of the bundle.
    mutating func check<Source>(
        _ files: [(name: String, byteCount: UInt64)],
        in folder: BundleFolder<Source>,
        _ tree: some TreeHashes,
        upTo largest: UInt64,
        _ findings: inout Findings
    ) {
        guard authorities != nil else { return }
        for (name, byteCount) in files {
            let path = "anchors/" + name.printable
            guard let size = Self.size(named: name), size <= largest, byteCount <= TimeStampResponse.maximumSize else {
                findings.add(.bundleMalformed, path)
                continue
            }
            // Records that are not here are reported as missing: there is no root to compare with.
            guard let root = tree.root(at: size), let token = folder.bytes(of: "anchors/" + name, &findings) else {
                continue
            }
            check(token, size: size, root: root, isTrue: true) { code, detail in
                findings.add(code, size: size, detail.isEmpty ? path : "\(path): \(detail)")
            }
        }
    }

    private mutating func check(
        _ token: [UInt8],
        size: UInt64,
        root: Digest256,
        isTrue: Bool,
        report: (FindingCode, String) -> Void
    ) {
        guard let authorities, let origin else { return report(.anchorTSAUnchecked, "") }
        let text = Checkpoint(origin: origin, size: size, root: root).text
        do {
            let imprint = SHA256.digest(of: Array(text.utf8))
            let stamp = try TimeStamp(verifying: token, of: imprint, under: authorities, now: now)
            if isTrue { remember(TimeStamped(size: size, time: stamp.time)) }
        } catch {
            report(error.code, error.words)
        }
    }

    private mutating func remember(_ stamped: TimeStamped) {
        if let newest {
            guard stamped.size > newest.size || stamped.size == newest.size && stamped.time < newest.time else {
                return
            }
        }
        newest = stamped
    }

    private static func size(named name: String) -> UInt64? {
        guard name.hasSuffix(".tsr"), let size = decimal(name.dropLast(4)), size >= 1 else { return nil }
        return size
    }
}

extension TimeStampError {
    /// Of a signer that nobody trusts, and of a time to come, nothing is known: the token counts for nothing. The others
    /// are lies.
    fileprivate var code: FindingCode {
        switch self {
        case .malformed, .imprint, .signature: .anchorSignature
        case .authority, .future: .anchorTSAUnchecked
        }
    }

    fileprivate var words: String {
        switch self {
        case .malformed: "no granted time stamp"
        case .imprint: "a time stamp of something else"
        case .authority: "its signer is not under the given authorities"
        case .signature: "its signature is wrong, or its signer is not one for time stamps"
        case .future: "its time has not come yet"
        }
    }
}
