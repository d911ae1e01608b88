public import RecoveryCrypto

/// Thirty-two key bytes that several owners share. The last one to let go wipes them.
final class KeyBox: Sendable {
    let bytes: SecretKey

    init(_ bytes: consuming SecretKey) {
        precondition(bytes.byteCount == KeyBox.keySize, "every key of the vault has 32 bytes")
        self.bytes = bytes
    }

    static let keySize = 32
}

/// A key in the table `keyring` or `subject_key` goes through these in order, and never back
/// (Docs/Specs/vault.md §3).
public enum KeyState: UInt8, Sendable, Hashable, CaseIterable {
    /// Made and proven, not used yet.
    case prepared = 1
    /// Seals what is new. One version of a purpose at most.
    case active = 2
    /// Opens what it sealed.
    case draining = 3
    /// Not loaded any more.
    case retired = 4
    /// Its bytes are gone.
    case destroyed = 5

    /// Whether a key in this state opens anything.
    public var opens: Bool { self == .active || self == .draining }

    /// The only state that may follow, or `nil` at the end.
    public var next: KeyState? { KeyState(rawValue: rawValue + 1) }
}

/// One key of one subject, unwrapped.
///
/// It does not know whose it is: that is in the context of the envelope it came from, and in those of the envelopes
/// it opens.
public struct SubjectKey: Sendable {
    public let keyClass: SubjectKeyClass
    public let version: UInt32
    public let state: KeyState

    let box: KeyBox

    var name: KeyName { KeyName(.subjectKey(keyClass), version: version) }
}

extension SubjectKey {
    /// Takes a derived key for what is sealed of nobody whom the vault knows (Docs/Specs/vault.md §5.1): there is no row
    /// that it could be unwrapped from.
    ///
    /// - Parameter key: 32 bytes, of one pseudonym alone.
    public init(ofNobody key: consuming SecretKey) {
        self.init(keyClass: .personal, version: 1, state: .active, box: KeyBox(key))
    }
}

/// The keys of one subject that are at hand, by class and version.
public struct SubjectKeys: Sendable {
    private let keys: [KeyName: SubjectKey]

    /// Takes keys as they were unwrapped. Of two with one class and version the last counts.
    public init(_ keys: [SubjectKey]) {
        self.keys = Dictionary(keys.map { ($0.name, $0) }) { $1 }
    }

    /// Returns the key that seals what is new, if there is one.
    public func active(_ keyClass: SubjectKeyClass) throws(VaultError) -> SubjectKey {
        let candidates = keys.values.filter { $0.keyClass == keyClass && $0.state == .active }
        guard let key = candidates.first, candidates.count == 1 else {
            throw .keyUnavailable(KeyName(.subjectKey(keyClass), version: candidates.last?.version ?? 0))
        }
        return key
    }

    func key(_ keyClass: SubjectKeyClass, version: UInt32) throws(VaultError) -> SubjectKey {
        let name = KeyName(.subjectKey(keyClass), version: version)
        guard let key = keys[name], key.state.opens else { throw .keyUnavailable(name) }
        return key
    }
}
