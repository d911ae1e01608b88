public import RecoveryCrypto

/// What an auditor brings along, and what the auditor insists on (§13). Everything here is parsed: a file that cannot
/// be read as what it should be never gets this far.
public struct VerificationOptions: Sendable {
    /// The trusted key of the log, instead of the bundle's.
    public var logKey: VKey?
    /// The trusted policy, instead of the bundle's.
    public var policy: WitnessPolicy?
    /// Signed notes kept outside, unchecked.
    public var heads: [[UInt8]] = []
    /// What an earlier run remembered.
    public var state = HeadState()
    /// Epoch keys, instead of the bundle's.
    public var epochKeys: EpochKeyFile?
    public var auditor: AuditorKey?
    /// Whose time stamps count. Without them tokens are not looked at.
    public var timeStampAuthorities: TimeStampAuthorities?
    /// Records that nobody outside vouches for make the log incomplete.
    public var requiresAnchor = false
    /// Without epoch keys the log is unverifiable.
    public var requiresMACs = false
    /// Without `private.jsonl` the log is unverifiable.
    public var requiresPrivate = false
    /// The folder is a log as it is published, `checkpoint` and `tile` (§10.2): what else a bundle has may be missing.
    public var isTiles = false
    /// The moment of the verification. A cosignature of a later time is not counted.
    public var now: UnixTime

    public init(now: UnixTime) {
        self.now = now
    }
}
