/// What a QR code tells an authenticator: an `otpauth://` URI, in the Key URI Format of google-authenticator.
///
///     otpauth://totp/ACME%20Co:john.doe@email.com?secret=HXDM…&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30
///
/// Whoever has it has the second factor: it is written to and read from a ``SecretKey``, never a `String`.
public struct EnrolmentURI: ~Copyable, Sendable {
    /// Bytes of the longest URI that is read. The largest QR code holds 2,953.
    public static let maximumSize = 2_048

    /// Bytes of the longest seed: a block of SHA-512. HMAC would hash a longer one first, and gain nothing.
    public static let maximumSeedSize = 128

    /// Who asks for the code. Missing only in URIs made by others.
    public let issuer: String?

    /// Whose code it is, as the issuer names the account.
    public let account: String

    /// The verifier of the codes that the enrolled authenticator will show.
    public let totp: TOTP

    /// Takes the parts. The defaults are the only values that every authenticator respects.
    public init(
        issuer: String?,
        account: String,
        seed: consuming SecretKey,
        hash: Hash = .sha1,
        digits: Int = 6,
        period: Int64 = 30
    ) throws(Refusal) {
        try Self.check(name: account, empty: .accountEmpty)
        if let issuer { try Self.check(name: issuer, empty: .issuerEmpty) }
        guard seed.byteCount <= Self.maximumSeedSize else { throw .secretTooLong }
        guard HOTP.digitCounts.contains(digits) else { throw .digitsOutOfRange }
        guard TOTP.periods.contains(period) else { throw .periodOutOfRange }
        // All that TOTP asks for is checked by now but the least size of its key.
        guard let totp = TOTP(hash, key: seed, digits: digits, period: period) else { throw .secretTooShort }
        self.issuer = issuer
        self.account = account
        self.totp = totp
    }

    /// Returns a copy of the seed, decoded.
    public borrowing func seed() -> SecretKey {
        totp.hotp.key.copy()
    }

    /// Returns the URI as ASCII, with every parameter named, also where it has its default.
    public borrowing func text() -> SecretKey {
        let escapedIssuer = issuer.map(Self.escape)
        let label = (escapedIssuer.map { $0 + ":" } ?? "") + Self.escape(account)
        let before = Array("\(EnrolmentURI.prefix)\(label)?secret=".utf8)
        let issuer = escapedIssuer.map { "&issuer=" + $0 } ?? ""
        let algorithm = totp.hash.rawValue.uppercased()
        let after = Array("\(issuer)&algorithm=\(algorithm)&digits=\(totp.digits)&period=\(totp.period)".utf8)
        return Base32.encode(seed: totp.hotp.key).lend { letters in
            SecretKey(byteCount: before.count + letters.count + after.count) { index in
                if index < before.count { return before[index] }
                let index = index - before.count
                return index < letters.count ? letters[index] : after[index - letters.count]
            }
        }
    }

    private static func check(name: String, empty: Refusal) throws(Refusal) {
        guard !name.isEmpty else { throw empty }
        // The format lets spaces stand before the account that do not belong to it.
        guard name.utf8.first != UInt8(ascii: " ") else { throw .spaceBeforeName }
        // The colon divides issuer and account; a written one and an escaped one mean the same to authenticators.
        guard !name.utf8.contains(UInt8(ascii: ":")) else { throw .colonInName }
        guard
            !name.unicodeScalars.contains(where: {
                $0.properties.generalCategory == .control || $0.properties.isBidiControl
            })
        else {
            throw .controlCharacterInName
        }
    }

    /// Percent-encodes all but the unreserved characters of RFC 3986 §2.3 and `@`, which a path may hold (§3.3) and
    /// most accounts do.
    private static func escape(_ name: String) -> String {
        name.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "@"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%" + CollectionOfOne(byte).hexadecimal.uppercased()
            }
        }
    }
}
