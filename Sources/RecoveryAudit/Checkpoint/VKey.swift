public import RecoveryCrypto

/// A verifying key of signed notes: `name+hex(keyid)+base64(type byte ‖ public key)` (audit-log.md §10.1).
public struct VKey: Sendable, Hashable {
    /// What the key signs, as the byte before it says.
    public enum Kind: UInt8, Sendable {
        /// Checkpoints of a log: plain Ed25519.
        case log = 1
        /// Cosignatures with a time: cosignature/v1.
        case witness = 4
    }

    public let name: String
    /// The first 4 bytes of SHA-256(name ‖ 0x0a ‖ type byte ‖ public key).
    public let keyID: UInt32
    public let kind: Kind
    public let publicKey: Ed25519.PublicKey

    /// Makes the key of that name. Refuses a name that a note cannot carry.
    public init?(name: String, kind: Kind, publicKey: Ed25519.PublicKey) {
        guard isKeyName(name) else { return nil }
        self.name = name
        self.kind = kind
        self.publicKey = publicKey
        let hash = SHA256.digest(of: Array(name.utf8) + [0x0a, kind.rawValue] + publicKey.bytes)
        keyID = hash.bytes.span.bigEndian(UInt32.self, at: 0)
    }

    /// Makes the key of a log; its name is the origin.
    public init(_ identity: LogIdentity) {
        self.init(trusting: identity.origin.text, publicKey: identity.publicKey)
    }

    private init(trusting origin: String, publicKey: Ed25519.PublicKey) {
        name = origin
        kind = .log
        self.publicKey = publicKey
        let hash = SHA256.digest(of: Array(origin.utf8) + [0x0a, Kind.log.rawValue] + publicKey.bytes)
        keyID = hash.bytes.span.bigEndian(UInt32.self, at: 0)
    }

    /// Reads the text form, without a newline. Splits at the first two `+` only: base64 may contain `+`.
    public init?(parsing text: String) {
        let parts = fields(of: text, separator: "+", maximum: 3)
        guard parts.count == 3, let key = Base64.decode(parts[2]), key.count == 33, let kind = Kind(rawValue: key[0]),
            let publicKey = Ed25519.PublicKey(bytes: Array(key.dropFirst()))
        else { return nil }
        self.init(name: String(parts[0]), kind: kind, publicKey: publicKey)
        guard parts[1].utf8.elementsEqual(keyIDText.utf8) else { return nil }
    }

    /// Reads a file of one vkey line and its newline.
    public init?(file: [UInt8]) {
        guard file.last == CanonicalJSON.newline, let line = RecoveryAudit.text(of: Array(file.dropLast())) else {
            return nil
        }
        self.init(parsing: line)
    }

    /// The text form, without a newline.
    public var text: String {
        "\(name)+\(keyIDText)+\(Base64.encode([kind.rawValue] + publicKey.bytes))"
    }

    /// The log that the key belongs to; `nil` for a witness, or if the name is no origin.
    public var identity: LogIdentity? {
        guard kind == .log, let origin = Origin(name) else { return nil }
        return LogIdentity(origin: origin, publicKey: publicKey)
    }

    private var keyIDText: String {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: keyID)
        return bytes.hexadecimal
    }
}
