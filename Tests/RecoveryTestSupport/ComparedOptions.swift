public import RecoveryAudit
import RecoveryCrypto

/// The options of a verification as the files that a caller would name, so that two verifiers can read the same ones.
public struct ComparedOptions: Encodable, Sendable {
    public var now: Int64
    public var vkey: [UInt8]?
    public var policy: [UInt8]?
    public var epochKeys: [UInt8]?
    public var state: [UInt8]?
    /// Certificates in PEM.
    public var timeStampAuthorities: [UInt8]?
    public var heads: [[UInt8]] = []
    /// An X25519 private key, which is told to the other verifier.
    public var auditorKey: [UInt8]?
    public var auditorKid = "auditor-1"
    public var requiresAnchor = false
    public var requiresMACs = false
    public var requiresPrivate = false

    public init(now: Int64) {
        self.now = now
    }

    /// The options read, or `nil` where a file is none of its kind: that would end a program before any verdict.
    public var parsed: VerificationOptions? {
        var options = VerificationOptions(now: UnixTime(seconds: now))
        options.logKey = vkey.flatMap { VKey(file: $0) }
        options.policy = policy.flatMap { WitnessPolicy(parsing: $0) }
        options.epochKeys = epochKeys.flatMap { EpochKeyFile(parsing: $0) }
        options.timeStampAuthorities = timeStampAuthorities.flatMap { TimeStampAuthorities(pem: $0) }
        if let state {
            guard let parsed = HeadState(parsing: state) else { return nil }
            options.state = parsed
        }
        guard (vkey == nil) == (options.logKey == nil), (policy == nil) == (options.policy == nil),
            (epochKeys == nil) == (options.epochKeys == nil),
            (timeStampAuthorities == nil) == (options.timeStampAuthorities == nil)
        else { return nil }
        options.heads = heads
        options.auditor = auditorKey.map { bytes in
            AuditorKey(kid: auditorKid, key: X25519.PrivateKey(bytes: SecretKey(copying: bytes.span)))
        }
        options.requiresAnchor = requiresAnchor
        options.requiresMACs = requiresMACs
        options.requiresPrivate = requiresPrivate
        return options
    }

    private enum CodingKeys: String, CodingKey {
        case now, vkey, policy, epochKeys, state, heads, auditorKey, auditorKid, requiresAnchor, requiresMACs
        case requiresPrivate, timeStampAuthorities
    }

    /// Files are base64. What was not given is left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(now, forKey: .now)
        try container.encodeIfPresent(vkey.map(Base64.encode), forKey: .vkey)
        try container.encodeIfPresent(policy.map(Base64.encode), forKey: .policy)
        try container.encodeIfPresent(epochKeys.map(Base64.encode), forKey: .epochKeys)
        try container.encodeIfPresent(state.map(Base64.encode), forKey: .state)
        try container.encodeIfPresent(timeStampAuthorities.map(Base64.encode), forKey: .timeStampAuthorities)
        try container.encode(heads.map(Base64.encode), forKey: .heads)
        try container.encodeIfPresent(auditorKey?.hexadecimal, forKey: .auditorKey)
        try container.encode(auditorKid, forKey: .auditorKid)
        try container.encode(requiresAnchor, forKey: .requiresAnchor)
        try container.encode(requiresMACs, forKey: .requiresMACs)
        try container.encode(requiresPrivate, forKey: .requiresPrivate)
    }
}
