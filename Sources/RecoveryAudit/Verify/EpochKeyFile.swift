public import RecoveryCrypto

/// Epoch keys A_e that somebody gave the verifier: `epoch-keys.json` (§12).
public struct EpochKeyFile: Sendable {
    // A key in a collection needs an owner that the collection can copy.
    private final class Owner: Sendable {
        let key: SecretKey

        init(_ key: consuming SecretKey) {
            self.key = key
        }
    }

    private var owners: [UInt32: Owner] = [:]

    /// No keys.
    public init() {}

    /// Reads a JSON file {"<decimal epoch>": hex of A_e}, or refuses.
    public init?(parsing file: [UInt8]) {
        guard let object = try? CanonicalJSON.parseFile(file).object else { return nil }
        for member in object.members {
            guard let epoch = UInt32(member.key), String(epoch) == member.key,
                let text = member.value.string, var bytes = [UInt8](hexadecimal: text),
                bytes.count == Digest256.byteCount
            else { return nil }
            owners[epoch] = Owner(SecretKey(wiping: &bytes))
        }
    }

    var isEmpty: Bool { owners.isEmpty }

    /// A copy of the key of that epoch.
    func key(of epoch: UInt32) -> SecretKey? {
        guard let owner = owners[epoch] else { return nil }
        return owner.key.copy()
    }
}

/// An auditor to whom epoch keys are sealed in the log itself (§5).
public struct AuditorKey: Sendable {
    /// The name of the key in `sealed`.
    public let kid: String
    public let key: X25519.PrivateKey

    public init(kid: String, key: X25519.PrivateKey) {
        self.kid = kid
        self.key = key
    }
}
