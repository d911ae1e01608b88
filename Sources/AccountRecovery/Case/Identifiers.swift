import RecoveryCrypto

/// The name of a case, such as `C-7F3KQ2M9XA`: ten letters of Crockford's alphabet, 50 bits, drawn at random.
///
/// It is said over the phone, so it has no letters that sound or look alike, and it proves nothing.
public struct CaseID: Sendable, Hashable, Codable {
    public let text: String

    static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    static let letters = 10

    /// Reads a name as a person types it: either case, nothing else tolerated.
    public init?(_ text: some StringProtocol) {
        // Outside ASCII there are letters whose upper case is an ASCII letter, or two of them.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let text = text.uppercased()
        guard text.hasPrefix("C-"), text.utf8.count == 2 + Self.letters,
            text.utf8.dropFirst(2).allSatisfy(Self.alphabet.contains)
        else { return nil }
        self.text = text
    }

    init(random: any RandomSource) {
        let letters = random.bytes(Self.letters).map { Self.alphabet[Int($0 & 31)] }
        text = "C-" + String(decoding: letters, as: UTF8.self)
    }
}

/// The random 128-bit name by which records and the log speak of a subject or a member of staff.
///
/// What it means is known only to the database, so deleting the row there makes the log anonymous.
public struct Pseudonym: Sendable, Hashable, Codable {
    /// Thirty-two lower-case hexadecimal digits.
    public let text: String

    /// Takes 16 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        text = bytes.hexadecimal
    }

    /// Takes thirty-two hexadecimal digits.
    public init?(_ text: String) {
        guard let bytes = [UInt8](hexadecimal: text) else { return nil }
        self.init(bytes: bytes)
    }

    init(random: any RandomSource) {
        text = random.bytes(16).hexadecimal
    }
}

/// What a member of staff is called at the desk and in the log: the identifier of the signing key (`kid`).
///
/// A letter, then letters, digits, `.`, `_` or `-`, 32 in all at most: it is also a file name.
public struct StaffName: Sendable, Hashable, Codable {
    public let text: String

    public init?(_ text: String) {
        let letters = Array(text.utf8)
        guard let first = letters.first, letters.count <= 32,
            (0x61...0x7a).contains(first | 0x20),
            letters.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
                    || [0x2d, 0x2e, 0x5f].contains(byte)
            })
        else { return nil }
        self.text = text
    }
}
