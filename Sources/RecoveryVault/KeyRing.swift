public import RecoveryCrypto

/// The installation's keys that are loaded, by purpose and version, each proven by its check value.
///
/// A value: a reload makes a new ring, and what is under way finishes with the old one.
public struct KeyRing: Sendable {
    private struct Entry {
        var state: KeyState
        let box: KeyBox
    }

    private var entries: [KeyName: Entry] = [:]

    public init() {}

    /// Takes a key from a provider, or one that was unwrapped, after comparing it with the row of the table
    /// `keyring` (Docs/Specs/vault.md §3). This comes before any other row is read.
    ///
    /// - Throws: ``VaultError/wrongKey(expected:found:)``: the service stays sealed and writes nothing.
    ///   ``VaultError/keyUnavailable(_:)`` for a state that is not loaded, for a second active version of a purpose,
    ///   for version 0 and for keys of subjects.
    public mutating func load(
        _ key: consuming SecretKey,
        as name: KeyName,
        state: KeyState,
        checkValue expected: KeyCheckValue
    ) throws(VaultError) {
        guard state < .retired, name.version > 0, name.purpose.keyringCode != nil, key.byteCount == KeyBox.keySize,
            state != .active || activeName(of: name.purpose) == nil || activeName(of: name.purpose) == name
        else { throw .keyUnavailable(name) }
        let found = KeyCheckValue(of: key)
        guard found == expected else { throw .wrongKey(expected: expected, found: found) }
        entries[name] = Entry(state: state, box: KeyBox(key))
    }

    /// Lets a prepared key take over. The one that was active drains.
    public mutating func activate(_ name: KeyName) throws(VaultError) {
        guard entries[name]?.state == .prepared else { throw .keyUnavailable(name) }
        if let old = activeName(of: name.purpose) { entries[old]?.state = .draining }
        entries[name]?.state = .active
    }

    /// Forgets a draining key; its bytes are wiped once nothing under way uses them.
    public mutating func retire(_ name: KeyName) throws(VaultError) {
        guard entries[name]?.state == .draining else { throw .keyUnavailable(name) }
        entries[name] = nil
    }

    /// Forgets a key in whatever state: the keys of the roles `pii` and `auth` are kept for one operation (§3.1).
    public mutating func drop(_ name: KeyName) {
        entries[name] = nil
    }

    /// The version that seals, if one is loaded.
    public func activeVersion(of purpose: KeyPurpose) -> UInt32? {
        activeName(of: purpose)?.version
    }

    /// The state of a loaded key.
    public func state(of name: KeyName) -> KeyState? {
        entries[name]?.state
    }

    /// Shows an active or draining key to `body`: for the formats of other modules, whose keys are on this ring.
    public func lend<Result>(
        _ name: KeyName,
        to body: (borrowing SecretKey) -> Result
    ) throws(VaultError) -> Result {
        body(try key(name).bytes)
    }

    /// The key that seals for this purpose.
    func active(_ purpose: KeyPurpose) throws(VaultError) -> (version: UInt32, key: KeyBox) {
        guard let name = activeName(of: purpose) else { throw .keyUnavailable(KeyName(purpose, version: 0)) }
        return (name.version, try key(name))
    }

    /// The key of this version, if it opens anything.
    func key(_ name: KeyName) throws(VaultError) -> KeyBox {
        guard let entry = entries[name], entry.state.opens else { throw .keyUnavailable(name) }
        return entry.box
    }

    private func activeName(of purpose: KeyPurpose) -> KeyName? {
        entries.first { $0.key.purpose == purpose && $0.value.state == .active }?.key
    }
}

extension KeyState: Comparable {
    public static func < (left: KeyState, right: KeyState) -> Bool {
        left.rawValue < right.rawValue
    }
}
