public import RecoveryCrypto

/// Which witnesses are known, and which of them suffice: a C2SP tlog-policy (audit-log.md §10.4).
///
///     log audit.example.org/recovery+ebc3840b+AYqI…
///     witness w1 witness.example.net/w1+a51380c7+BO1J…
///     quorum w1
///
/// Witness names mean something inside the file only, and are octet strings.
public struct WitnessPolicy: Sendable, Hashable {
    /// A key and where to reach its holder.
    public struct Party: Sendable, Hashable {
        public let key: VKey
        public let url: String?
    }

    /// The logs the policy is for; may be empty.
    public let logs: [Party]
    public let witnesses: [Party]
    let quorum: Quorum

    /// Whether cosignatures can anchor at all. `quorum none` says that they cannot.
    public var anchors: Bool { quorum.decisive != nil }

    /// The keys of the witnesses: the lines that are not to be ignored.
    public var witnessKeys: [VKey] { witnesses.map(\.key) }

    /// Reads a policy file, or refuses.
    public init?(parsing bytes: [UInt8]) {
        var parser = WitnessPolicyParser()
        guard let quorum = parser.quorum(of: bytes) else { return nil }
        logs = parser.logs
        witnesses = parser.witnesses
        self.quorum = quorum
    }

    /// Whether cosignatures of `keys` suffice. Never with `quorum none`.
    public func isMet(by keys: some Sequence<VKey>) -> Bool {
        quorum.isMet(by: Set(keys))
    }

    /// Whether enough witnesses cosigned at a time that counts at `now`.
    public func isMet(by cosignatures: [Cosignature], at now: UnixTime) -> Bool {
        isMet(by: cosignatures.filter { $0.counts(at: now) }.map(\.witness))
    }

    /// Returns the policy file of a log without witnesses.
    public static func withoutWitnesses(log: VKey) -> [UInt8] {
        Array("log \(log.text)\nquorum none\n".utf8)
    }
}

/// A tree of k of n: a witness is a leaf, `any` is 1 of n, `all` is n of n.
///
/// A list, and no type that holds itself: how deep groups lie in groups is somebody else's choice, and a recursion as
/// deep would end the program.
struct Quorum: Sendable, Hashable {
    enum Rule: Sendable, Hashable {
        case witness(VKey)
        /// So many of the rules at these places, all of them earlier in the list.
        case group(threshold: Int, members: [Int])
    }

    private(set) var rules: [Rule] = []
    /// The rule that has to hold; `nil` for `quorum none`, which nothing meets.
    var decisive: Int?

    /// Adds a rule, and returns its place.
    mutating func add(_ rule: Rule) -> Int {
        rules.append(rule)
        return rules.count - 1
    }

    func isMet(by keys: Set<VKey>) -> Bool {
        guard let decisive else { return false }
        var isMet: [Bool] = []
        for rule in rules {
            switch rule {
            case .witness(let key): isMet.append(keys.contains(key))
            case .group(let threshold, let members): isMet.append(members.count { isMet[$0] } >= threshold)
            }
        }
        return isMet[decisive]
    }
}
