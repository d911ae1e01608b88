public import RecoveryCrypto

/// What a share of a key belongs to, and to whom it is sealed (Docs/Specs/vault.md §4.8): all of it stands in the open,
/// and all of it is authenticated.
public struct KeyShareLabel: Sendable, Hashable {
    /// The installation.
    public let tenant: TenantID
    public let role: KeyRole
    public let version: UInt32
    /// Of the whole key.
    public let checkValue: KeyCheckValue
    /// 16 random bytes, one value for the shares that were drawn together: others have other polynomials.
    public let set: [UInt8]
    /// k, from 2.
    public let threshold: Int
    /// n, up to 16.
    public let count: Int
    /// x, from 1 to n.
    public let index: Int
    /// X25519, 32 bytes.
    public let recipient: [UInt8]

    /// Takes what belongs together, or refuses.
    public init?(
        tenant: TenantID,
        role: KeyRole,
        version: UInt32,
        checkValue: KeyCheckValue,
        set: [UInt8],
        threshold: Int,
        count: Int,
        index: Int,
        recipient: [UInt8]
    ) {
        guard version > 0, set.count == Self.setSize, SecretPolynomial.shareCounts.contains(count),
            (SecretPolynomial.shareCounts.lowerBound...count).contains(threshold), (1...count).contains(index),
            recipient.count == 32
        else { return nil }
        self.tenant = tenant
        self.role = role
        self.version = version
        self.checkValue = checkValue
        self.set = set
        self.threshold = threshold
        self.count = count
        self.index = index
        self.recipient = recipient
    }

    /// The same share for somebody else.
    public func readdressed(to recipient: [UInt8]) -> KeyShareLabel? {
        KeyShareLabel(
            tenant: tenant,
            role: role,
            version: version,
            checkValue: checkValue,
            set: set,
            threshold: threshold,
            count: count,
            index: index,
            recipient: recipient
        )
    }

    /// The first part that tells another share apart from this one where both ought to be of one key.
    public func difference(from other: KeyShareLabel) -> String? {
        if tenant != other.tenant { return "installation" }
        if role != other.role { return "role" }
        if version != other.version { return "version" }
        if checkValue != other.checkValue { return "check value" }
        if set != other.set { return "set" }
        if threshold != other.threshold || count != other.count { return "number of shares" }
        return nil
    }

    /// The line up to the sealed bytes, without the space before them.
    var text: String {
        [
            "RVS1", tenant.bytes.hexadecimal, role.word, "\(version)", "\(checkValue)", set.hexadecimal,
            "\(threshold)", "\(count)", "\(index)", recipient.hexadecimal,
        ].joined(separator: " ")
    }

    /// Reads ``text``, and nothing that is spelt otherwise.
    init?(text: some StringProtocol) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 10, let tenant = [UInt8](hexadecimal: parts[1]).flatMap({ TenantID(bytes: $0) }),
            let role = KeyRole.allCases.first(where: { $0.word == parts[2] }), let version = UInt32(parts[3]),
            let check = [UInt8](hexadecimal: parts[4]).flatMap({ KeyCheckValue(bytes: $0) }),
            let set = [UInt8](hexadecimal: parts[5]), let threshold = Int(parts[6]), let count = Int(parts[7]),
            let index = Int(parts[8]), let recipient = [UInt8](hexadecimal: parts[9])
        else { return nil }
        self.init(
            tenant: tenant,
            role: role,
            version: version,
            checkValue: check,
            set: set,
            threshold: threshold,
            count: count,
            index: index,
            recipient: recipient
        )
        guard self.text.utf8.elementsEqual(text.utf8) else { return nil }
    }

    private static let setSize = 16
}

/// A share of a key, sealed to one person: one line, fit to be copied, printed and compared (Docs/Specs/vault.md §4.8).
///
/// ```
/// RVS1 <tenant> <role> <version> <kcv> <set> <k> <n> <x> <recipient> <base64 of 80 bytes> <crc32>⏎
/// ```
///
/// Who wrote it, it does not say: the transcript of the ceremony does.
public struct KeyShare: Sendable, Hashable {
    public let label: KeyShareLabel
    /// HPKE: enc, 32 bytes; ciphertext, 32 bytes; tag, 16 bytes.
    let box: [UInt8]

    /// Seals a share to the recipient of its label. `nil` for a recipient to whom nothing can be sealed: a point of
    /// small order.
    public init?(sealing value: borrowing SecretKey, label: KeyShareLabel) {
        guard value.byteCount == KeyBox.keySize,
            let box = HPKE.seal(
                value,
                to: label.recipient,
                info: Self.info,
                authenticating: Array(label.text.utf8)
            )
        else { return nil }
        self.label = label
        self.box = box
    }

    /// Reads the line of a file.
    ///
    /// - Throws: ``KeyShareError/format`` or ``KeyShareError/checksum``.
    public init(line: [UInt8]) throws(KeyShareError) {
        guard line.count <= Self.largestSize, line.last == UInt8(ascii: "\n"), line.allSatisfy({ $0 < 0x80 }) else {
            throw .format
        }
        let text = String(decoding: line.dropLast(), as: UTF8.self)
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 12, let label = KeyShareLabel(text: parts[0..<10].joined(separator: " ")),
            let box = Base64.decode(parts[10]), box.count == KeyBox.keySize + HPKE.overhead,
            let checksum = [UInt8](hexadecimal: parts[11]), checksum.count == 4
        else { throw .format }
        let checked = Array(parts[0..<11].joined(separator: " ").utf8)
        guard checksum == bigEndian(CRC32.checksum(of: checked.span)) else { throw .checksum }
        self.label = label
        self.box = box
    }

    /// The line, with its line feed.
    public var line: [UInt8] {
        let checked = Array("\(label.text) \(Base64.encode(box))".utf8)
        return checked + Array(" \(bigEndian(CRC32.checksum(of: checked.span)).hexadecimal)\n".utf8)
    }

    /// Opens the share with its holder's key.
    ///
    /// - Throws: ``KeyShareError/otherRecipient`` for another's key, ``KeyShareError/changed`` for a line that was
    ///   changed after it was sealed.
    public func open(with key: X25519.PrivateKey) throws(KeyShareError) -> SecretShare {
        guard key.publicKey == label.recipient else { throw .otherRecipient }
        let value = HPKE.open(box, with: key, info: Self.info, authenticating: Array(label.text.utf8))
        guard let value, value.byteCount == KeyBox.keySize else { throw .changed }
        return SecretShare(x: UInt8(label.index), value: value)
    }

    /// Bytes. The longest line there is has 297; whoever reads a file needs no more.
    public static let largestSize = 512
    private static let info = Array("rv1/share\0".utf8)
}

/// Why a share is no use. Which one it was, its reader knows.
public enum KeyShareError: Error, Sendable, Hashable {
    /// Not a line of a share.
    case format
    /// A slip of the hand, or a file that was cut and mended.
    case checksum
    /// Sealed to somebody else.
    case otherRecipient
    /// The line does not fit what was sealed.
    case changed
}
