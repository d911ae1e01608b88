public import RecoveryCrypto

/// A sealed value as it is stored. Nothing about it is believed before it was opened.
///
/// ```
///  0  2  magic "RV"          8  4  key version         40  32  commitment
///  2  1  format             12  4  n                   72   n  ciphertext
///  3  1  suite              16 24  salt              72+n  16  tag
///  4  1  type
///  5  1  pad class           integers are big-endian; Docs/Specs/vault.md §5
///  6  2  zero
/// ```
public struct Envelope: Sendable, Hashable {
    /// The smallest envelope: n is 32.
    public static let leastSize = overhead + 32

    static let overhead = 88
    static let headerSize = 16
    static let saltRange = 16..<40
    static let commitmentRange = 40..<72

    /// What an envelope holds: its type byte.
    enum Kind: UInt8 {
        case field = 1
        case subjectKey = 2
        case classKey = 3
        case attachmentHead = 4
    }

    public let bytes: [UInt8]

    /// Takes bytes from a store or from the network as they are.
    public init(unverified bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// What the manifest binds (§12), or `nil` if there are too few bytes to have one. As unverified as the rest.
    public var commitment: Digest256? {
        bytes.count < Self.leastSize ? nil : Digest256(bytes[Self.commitmentRange])
    }

    /// Names this envelope in reports: the first 8 bytes of its SHA-256 (§18).
    public var fingerprint: [UInt8] {
        Array(SHA256.digest(of: bytes).bytes.prefix(8))
    }
}

/// How small a sealed value may look (§5.2): the least bucket is 32·2^class bytes.
public enum PadClass: UInt8, Sendable, Hashable, CaseIterable {
    case to32 = 0
    case to64 = 1
    case to128 = 2
    case to256 = 3
    case to512 = 4
    case to1024 = 5

    var leastSize: Int { 32 << Int(rawValue) }
}

/// The first 16 bytes of an envelope whose form was checked.
struct EnvelopeHeader {
    static let largestPlaintext = 65_536

    let type: Envelope.Kind
    let padClass: PadClass
    let keyVersion: UInt32
    /// n, the size of the padded plaintext.
    let plaintextSize: Int

    init(type: Envelope.Kind, padClass: PadClass, keyVersion: UInt32, plaintextSize: Int) {
        self.type = type
        self.padClass = padClass
        self.keyVersion = keyVersion
        self.plaintextSize = plaintextSize
    }

    /// Steps 1 to 3 of §7, in their order. Nothing is allocated by what the bytes say.
    ///
    /// - Parameter keyVersions: Those that may stand here; zero only where a passphrase is the key.
    init(
        of envelope: Envelope,
        expecting type: Envelope.Kind,
        keyVersions: ClosedRange<UInt32>
    ) throws(VaultError) {
        let bytes = envelope.bytes
        guard bytes.count >= Envelope.leastSize else { throw .truncated }
        guard bytes[0] == 0x52, bytes[1] == 0x56 else { throw .unsupportedFormat(offset: 0) }
        guard bytes[2] == 1 else { throw .unsupportedFormat(offset: 2) }
        guard bytes[3] == 1 else { throw .unsupportedFormat(offset: 3) }
        guard bytes[4] == type.rawValue else { throw .unsupportedFormat(offset: 4) }
        let holdsKey = type == .subjectKey || type == .classKey
        guard let padClass = PadClass(rawValue: bytes[5]), !holdsKey || padClass == .to32 else {
            throw .unsupportedFormat(offset: 5)
        }
        guard bytes[6] == 0, bytes[7] == 0 else { throw .unsupportedFormat(offset: 6) }
        let keyVersion = bytes[8..<12].reduce(0) { $0 << 8 | UInt32($1) }
        guard keyVersions.contains(keyVersion) else { throw .unsupportedFormat(offset: 8) }
        let size = bytes[12..<16].reduce(0) { $0 << 8 | Int($1) }
        guard size <= Self.largestPlaintext, size == Padding.bucket(size),
            holdsKey ? size == 32 : size >= padClass.leastSize
        else { throw .unsupportedFormat(offset: 12) }
        guard bytes.count == size + Envelope.overhead else { throw .truncated }
        self.init(type: type, padClass: padClass, keyVersion: keyVersion, plaintextSize: size)
    }

    /// Magic, format 1, suite 1, and the rest as it stands.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Envelope.headerSize)
        bytes += [0x52, 0x56, 1, 1, type.rawValue, padClass.rawValue, 0, 0]
        bytes.append(bigEndian: keyVersion)
        bytes.append(bigEndian: UInt32(plaintextSize))
        return bytes
    }
}
