import RecoveryCrypto

/// Checks everything there is to check about an exported bundle, and always ends in a verdict
/// (Docs/Specs/audit-log.md §13).
///
/// Every check runs whatever others found. A part of a log can be judged alone, and then the verdict says so: half a
/// verification that says OK must not be taken for a whole one.
///
/// Memory does not grow with the records: entries, index and tiles pass by. Kept are one hash for each 256 records, and
/// what a later record may refer to: a count for each case, the statements of staff, the commitments of private fields.
public struct LogVerifier: Sendable {
    private let options: VerificationOptions

    public init(_ options: VerificationOptions) {
        self.options = options
    }

    /// Reads `bundle` and judges it.
    public func verify(_ bundle: some BundleSource) -> Verdict {
        verification(of: bundle).verdict
    }

    /// Reads `bundle` and judges it. The head comes with it if the log is intact, to be remembered.
    public func verification(of bundle: some BundleSource) -> (verdict: Verdict, head: VerifiedHead?) {
        if isWithoutEntries(bundle) { return TreeVerification(source: bundle, options: options).run() }
        var verification = Verification(of: bundle, options)
        var files = verification.files
        while let file = files.next(), verification.accept(PreparedFile(reading: file, from: bundle)) {}
        return verification.finish()
    }

    /// Reads `bundle` with several threads and judges it. The verdict is the same as with one.
    ///
    /// Records are taken apart side by side; what they say of each other is judged in their order, by one thread.
    ///
    /// - Parameters:
    ///   - jobs: how many threads to keep busy, at least 1.
    ///   - progress: is told after every file how many records were judged, and how many were signed for, if anybody
    ///     did.
    public func verification(
        of bundle: some BundleSource & Sendable,
        jobs: Int,
        progress: (_ records: UInt64, _ signed: UInt64?) -> Void = { _, _ in }
    ) async -> (verdict: Verdict, head: VerifiedHead?) {
        if isWithoutEntries(bundle) { return TreeVerification(source: bundle, options: options).run() }
        var verification = Verification(of: bundle, options)
        var files = ReadAhead(verification.files, of: bundle, jobs: jobs)
        while let file = await files.next(), verification.accept(file) {
            progress(verification.size, verification.signedSize)
        }
        files.end()
        return verification.finish()
    }

    /// Judges the records of `range` alone, and that they are in the tree that was signed. What it costs depends on how
    /// many they are, and on the epoch that the first of them is in, not on the length of the log.
    ///
    /// The verdict is about these records. Its finding `part-only` names what was not judged.
    public func verify(
        _ range: Range<UInt64>,
        of bundle: some BundleSource,
        progress: (_ records: UInt64, _ wanted: UInt64?) -> Void = { _, _ in }
    ) throws(PartError) -> Verdict {
        try PartVerification(source: bundle, options: options, range: range).run(progress: progress)
    }

    private func isWithoutEntries(_ bundle: some BundleSource) -> Bool {
        options.isTiles && bundle.kind(of: "tile/entries") == nil
    }
}
