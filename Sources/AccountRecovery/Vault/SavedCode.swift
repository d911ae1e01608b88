import RecoveryCrypto

/// A recovery code that the customer keeps: a digit that says which, and 26 letters of Base32, 130 bits.
///
///     3-ABCDE-FGHIJ-KLMNO-PQRST-UVWXYZ
///
/// Stored as salt (16 bytes) and scrypt hash (32 bytes), sealed. The digit lets a check cost one scrypt, not ten.
final class SavedCode: Sendable {
    static let letterCount = 26
    static let setSize = 10
    private static let groupCount = 5
    /// Bytes of a code as it is shown.
    static let textSize = 1 + groupCount + letterCount
    static let saltSize = 16
    static let storedSize = saltSize + 32
    /// With 130 random bits the cost hardly matters; it is that of a check an attacker may repeat a few times.
    private static let cost = Scrypt(log2N: 14, r: 8, p: 1)

    /// Which code of its set.
    let number: Int
    /// The 26 letters, in capitals.
    let letters: SecretKey

    /// Reads a code as it is typed: either case, with or without hyphens and spaces. `nil` for anything else.
    init?(parsing text: borrowing SecretKey) {
        // As long as it can be from the start: an array that grows leaves what it held behind, and a copy that is
        // made on the way to another is wiped by nobody.
        var typed: [UInt8] = []
        typed.reserveCapacity(text.byteCount)
        text.lend { span in
            for index in span.indices where span[index] != 0x2d && span[index] != 0x20 { typed.append(span[index]) }
        }
        defer { typed.wipe() }
        guard typed.count == Self.letterCount + 1, (0x30...0x39).contains(typed[0]) else { return nil }
        for index in typed.indices.dropFirst() {
            if (0x61...0x7a).contains(typed[index]) { typed[index] -= 0x20 }
            guard (0x41...0x5a).contains(typed[index]) || (0x32...0x37).contains(typed[index]) else { return nil }
        }
        number = Int(typed[0] - 0x30)
        letters = SecretKey(copying: typed.span.extracting(1..<typed.count))
    }

    static func slot(set: UInt32, number: Int) -> UInt32 {
        set * UInt32(setSize) + UInt32(number)
    }

    /// Returns what is stored of new letters.
    static func stored(_ letters: borrowing SecretKey) throws -> SecretKey {
        let salt = Random.bytes(saltSize)
        guard let hash = cost.key(from: letters, salt: salt) else {
            throw ServiceError.fault("no memory for scrypt")
        }
        return SecretKey(byteCount: storedSize) { stored in
            stored.append(all: salt)
            hash.lend { stored.append(all: $0) }
        }
    }

    static func matches(_ letters: borrowing SecretKey, stored: borrowing SecretKey) throws -> Bool {
        guard stored.byteCount == storedSize else { throw StoreError.corrupt("a stored code has another size") }
        let salt = stored.lend { span in (0..<saltSize).map { span[$0] } }
        guard let hash = cost.key(from: letters, salt: salt) else {
            throw ServiceError.fault("no memory for scrypt")
        }
        return constantTimeEqual(stored.part(saltSize..<storedSize), hash)
    }

    /// The code as it is shown: the digit, and the letters in five groups.
    static func text(number: Int, letters: borrowing SecretKey) -> SecretKey {
        SecretKey(byteCount: textSize) { text in
            text.append(UInt8(0x30 + number))
            letters.lend { span in
                for index in span.indices {
                    if index.isMultiple(of: 5), index < 5 * groupCount { text.append(0x2d) }
                    text.append(span[index])
                }
            }
        }
    }
}
