import RecoveryCrypto

/// What lies in a bundle beside the entries, and what the auditor brought instead of it (§13.2). A file that breaks its
/// syntax is reported and treated as if it were not there.
struct BundleContents {
    // In bytes; far above what an honest bundle needs.
    private static let largestSmallFile: UInt64 = 1 << 16
    private static let largestPolicy: UInt64 = 1 << 20

    let manifest: Manifest?
    /// The key that everything is checked against; `nil` if there is none.
    let logKey: VKey?
    let policy: WitnessPolicy?
    let epochKeys: EpochKeyFile
    let index: IndexChecks
    let privates: PrivateChecks
    /// The files with tokens of authorities for time stamps.
    let anchors: [(name: String, byteCount: UInt64)]
    let timeStamps: TimeStampChecks

    var log: LogIdentity? { logKey?.identity }

    init<Source>(
        reading folder: BundleFolder<Source>,
        _ options: VerificationOptions,
        judgesRows: Bool = true,
        _ findings: inout Findings
    ) {
        let small = Self.largestSmallFile
        let isBundle = !options.isTiles
        manifest = folder.file("manifest.json", isRequired: isBundle, limit: small, &findings)
            .parsed(as: "manifest.json", &findings) { Manifest(parsing: $0) }
        let logKey = Self.logKey(
            folder.file("log.vkey", isRequired: isBundle, limit: small, &findings)
                .parsed(as: "log.vkey", &findings) { Self.logKey(file: $0) },
            options,
            &findings
        )
        self.logKey = logKey
        policy = Self.policy(
            folder.file(
                "policy",
                isRequired: isBundle,
                limit: Self.largestPolicy,
                fault: .policyMalformed,
                &findings
            ).parsed(as: "policy", fault: .policyMalformed, &findings) { Self.policy($0, of: logKey) },
            options,
            &findings
        )
        let bundled = folder.file("epoch-keys.json", isRequired: false, &findings)
            .parsed(as: "epoch-keys.json", &findings) { EpochKeyFile(parsing: $0) }
        epochKeys = options.epochKeys ?? bundled ?? EpochKeyFile()
        anchors = folder.files(in: "anchors", &findings)
        timeStamps = TimeStampChecks(options, origin: logKey?.identity?.origin)
        index = IndexChecks(folder.pieces(of: "index.jsonl", isRequired: isBundle, &findings))
        guard judgesRows else {
            privates = PrivateChecks(all: nil, some: nil)
            return
        }
        let logID = logKey?.identity?.logID
        func rows(_ name: String) -> PrivateRows? {
            let file = folder.pieces(of: name, isRequired: false, &findings)
            // What a row commits to depends on the log. Without a known key there is nothing to compare.
            guard let file, let logID else { return nil }
            let rows = PrivateRows(parsing: file, logID: logID)
            if rows == nil { findings.add(.bundleMalformed, name) }
            return rows
        }
        privates = PrivateChecks(all: rows("private.jsonl"), some: rows("disclosed.jsonl"))
    }

    private static func logKey(file: [UInt8]) -> VKey? {
        guard let key = VKey(file: file), key.identity != nil else { return nil }
        return key
    }

    private static func logKey(
        _ bundled: VKey?,
        _ options: VerificationOptions,
        _ findings: inout Findings
    ) -> VKey? {
        guard let trusted = options.logKey else {
            if bundled != nil { findings.add(.keyFromBundle, "the bundle itself says which key is right") }
            return bundled
        }
        if let bundled, bundled != trusted { findings.add(.keyMismatch) }
        return trusted
    }

    /// If a policy names logs, this must be one of them (§12).
    private static func policy(_ file: [UInt8], of logKey: VKey?) -> WitnessPolicy? {
        guard let policy = WitnessPolicy(parsing: file) else { return nil }
        if let logKey, !policy.logs.isEmpty, !policy.logs.contains(where: { $0.key == logKey }) { return nil }
        return policy
    }

    private static func policy(
        _ bundled: WitnessPolicy?,
        _ options: VerificationOptions,
        _ findings: inout Findings
    ) -> WitnessPolicy? {
        if let trusted = options.policy { return trusted }
        if bundled != nil { findings.add(.policyFromBundle, "the bundle itself says which witnesses suffice") }
        return bundled
    }
}

extension Optional<[UInt8]> {
    /// Parses a file that was read, and reports one that breaks its syntax.
    fileprivate func parsed<Value>(
        as name: String,
        fault: FindingCode = .bundleMalformed,
        _ findings: inout Findings,
        _ parse: ([UInt8]) -> Value?
    ) -> Value? {
        guard let bytes = self else { return nil }
        let value = parse(bytes)
        if value == nil { findings.add(fault, name) }
        return value
    }
}
