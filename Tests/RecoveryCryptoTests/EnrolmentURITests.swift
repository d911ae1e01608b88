import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct EnrolmentURITests {
    /// The example of the Key URI Format (google-authenticator wiki).
    private static let example =
        "otpauth://totp/ACME%20Co:john.doe@email.com"
        + "?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30"

    private static let seed = "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ"

    private static func refusal(of text: String) -> EnrolmentURI.Refusal? {
        do throws(EnrolmentURI.Refusal) {
            _ = try EnrolmentURI(parsing: SecretKey(text: text)).account
            return nil
        } catch {
            return error
        }
    }

    @Test func `reads the example of the Key URI Format, and writes it again`() throws {
        let uri = try EnrolmentURI(parsing: SecretKey(text: Self.example))
        #expect(uri.issuer == "ACME Co")
        #expect(uri.account == "john.doe@email.com")
        #expect(uri.totp.hash == .sha1)
        #expect(uri.totp.digits == 6)
        #expect(uri.totp.period == 30)
        // Recomputed with Python: base64.b32decode(...).hex().
        #expect(uri.seed().hexadecimal == "3dc6caa4824a6d288767b2331e20b43166cb85d9")
        #expect(uri.text().text == Self.example)
    }

    @Test(
        arguments: [
            ("the least", "alice?secret=\(seed)", nil, "alice", .sha1, 6, 30),
            ("an issuer in the label", "A:alice?secret=\(seed)", "A", "alice", .sha1, 6, 30),
            ("an issuer in the query", "alice?secret=\(seed)&issuer=A", "A", "alice", .sha1, 6, 30),
            ("an escaped colon", "A%3Aalice?secret=\(seed)", "A", "alice", .sha1, 6, 30),
            ("a space before the account", "A:%20alice?secret=\(seed)", "A", "alice", .sha1, 6, 30),
            ("another order", "alice?period=60&digits=8&algorithm=SHA512&secret=\(seed)", nil, "alice", .sha512, 8, 60),
            ("seven digits", "alice?secret=\(seed)&digits=7&algorithm=SHA256", nil, "alice", .sha256, 7, 30),
            ("the shortest period", "alice?secret=\(seed)&period=1", nil, "alice", .sha1, 6, 1),
            ("the longest period", "alice?secret=\(seed)&period=86400", nil, "alice", .sha1, 6, 86_400),
            ("a seed in lower case", "alice?secret=\(seed.lowercased())", nil, "alice", .sha1, 6, 30),
            ("a plus in an account", "alice+tag@a?secret=\(seed)", nil, "alice+tag@a", .sha1, 6, 30),
            ("a question mark in a value", "alice?secret=\(seed)&issuer=A?", "A?", "alice", .sha1, 6, 30),
            ("another script", "%E5%BC%A0?secret=\(seed)&issuer=%e4%b8%ad", "中", "张", .sha1, 6, 30),
            ("a percent sign", "100%25?secret=\(seed)", nil, "100%", .sha1, 6, 30),
        ] as [(String, String, String?, String, Hash, Int, Int64)]
    )
    func `reads what others write`(
        name: String,
        rest: String,
        issuer: String?,
        account: String,
        hash: Hash,
        digits: Int,
        period: Int64
    ) throws {
        let uri = try EnrolmentURI(parsing: SecretKey(text: "otpauth://totp/" + rest))
        #expect(uri.issuer == issuer, "\(name)")
        #expect(uri.account == account, "\(name)")
        #expect(uri.totp.hash == hash, "\(name)")
        #expect(uri.totp.digits == digits, "\(name)")
        #expect(uri.totp.period == period, "\(name)")
        #expect(Base32.encode(seed: uri.seed()).text == Self.seed, "\(name)")
    }

    @Test(
        arguments: [
            ("nothing", "", .notOtpauth), ("another scheme", "https://totp/a?secret=\(seed)", .notOtpauth),
            ("upper case", "OTPAUTH://totp/a?secret=\(seed)", .notOtpauth),
            ("no slashes", "otpauth:totp/a?secret=\(seed)", .notOtpauth),
            ("a counter", "otpauth://hotp/a?secret=\(seed)&counter=0", .counterBased),
            ("another type", "otpauth://steam/a?secret=\(seed)", .unknownType),
            ("a port", "otpauth://totp:80/a?secret=\(seed)", .unknownType),
            ("a user", "otpauth://me@totp/a?secret=\(seed)", .unknownType),
            ("type in upper case", "otpauth://TOTP/a?secret=\(seed)", .unknownType),
            ("no label", "otpauth://totp?secret=\(seed)", .unknownType),
            ("too long", "otpauth://totp/" + String(repeating: "a", count: 2_034), .tooLong),
        ] as [(String, String, EnrolmentURI.Refusal)]
    )
    func `refuses what is no enrolment`(name: String, text: String, refusal: EnrolmentURI.Refusal) {
        #expect(Self.refusal(of: text) == refusal, "\(name)")
    }

    /// Offsets count from the first byte of the URI: the label begins at 15.
    @Test(
        arguments: [
            ("a space", "a b?secret=\(seed)", .illegalByte(offset: 16)),
            ("a line end", "a?secret=\(seed)\n", .illegalByte(offset: 56)),
            ("a character beyond ASCII", "ä?secret=\(seed)", .illegalByte(offset: 15)),
            ("a quote", "a\"?secret=\(seed)", .illegalByte(offset: 16)),
            ("a zero byte", "a\0?secret=\(seed)", .illegalByte(offset: 16)),
            ("a fragment", "a?secret=\(seed)#x", .fragment(offset: 56)),
            ("half an escape", "a%4?secret=\(seed)", .badPercentEncoding(offset: 16)),
            ("no escape", "a%?secret=\(seed)", .badPercentEncoding(offset: 16)),
            ("an escape of no digits", "a%zz?secret=\(seed)", .badPercentEncoding(offset: 16)),
            ("an escape cut by the end", "a?secret=\(seed)&issuer=%4", .badPercentEncoding(offset: 64)),
            ("bytes that are not UTF-8", "%ff?secret=\(seed)", .notUTF8),
            ("an overlong slash", "%c0%af?secret=\(seed)", .notUTF8),
            ("a surrogate", "a?secret=\(seed)&issuer=%ed%a0%80", .notUTF8),
            ("a deeper path", "a/b?secret=\(seed)", .pathTooDeep),
            ("an empty label", "?secret=\(seed)", .accountEmpty),
            ("an issuer alone", "A:?secret=\(seed)", .accountEmpty),
            ("a space alone", "A:%20?secret=\(seed)", .accountEmpty),
            ("an empty issuer", ":alice?secret=\(seed)", .issuerEmpty),
            ("two colons", "A:B:alice?secret=\(seed)", .colonInName),
            ("two colons, one escaped", "A:B%3aalice?secret=\(seed)", .colonInName),
            ("a colon in the issuer", "alice?secret=\(seed)&issuer=A:B", .colonInName),
            ("a space before an account alone", "%20a?secret=\(seed)", .spaceBeforeName),
            ("a space before the issuer", "%20A:a?secret=\(seed)", .spaceBeforeName),
            ("an escaped line end", "a%0Ab?secret=\(seed)", .controlCharacterInName),
            ("an escaped zero byte", "a%00?secret=\(seed)", .controlCharacterInName),
            ("a reversal of direction", "a%E2%80%AEb?secret=\(seed)", .controlCharacterInName),
            ("a delete in the issuer", "a?secret=\(seed)&issuer=%7F", .controlCharacterInName),
            ("two issuers that differ", "A:alice?secret=\(seed)&issuer=B", .issuerMismatch),
            ("two that differ in case", "A:alice?secret=\(seed)&issuer=a", .issuerMismatch),
            ("two that only look alike", "%C3%A9:b?secret=\(seed)&issuer=e%CC%81", .issuerMismatch),
        ] as [(String, String, EnrolmentURI.Refusal)]
    )
    func `refuses a label that others may read otherwise`(name: String, rest: String, refusal: EnrolmentURI.Refusal) {
        #expect(Self.refusal(of: "otpauth://totp/" + rest) == refusal, "\(name)")
    }

    /// The query begins at 17.
    @Test(
        arguments: [
            ("an unknown one", "secret=\(seed)&image=x", .unknownParameter(offset: 57)),
            ("a counter", "counter=1&secret=\(seed)", .unknownParameter(offset: 17)),
            ("a name in upper case", "Secret=\(seed)", .unknownParameter(offset: 17)),
            ("an escaped name", "%73ecret=\(seed)", .unknownParameter(offset: 17)),
            ("no name", "=x&secret=\(seed)", .unknownParameter(offset: 17)),
            ("two seeds", "secret=\(seed)&secret=\(seed)", .duplicateParameter(.secret)),
            ("two issuers", "secret=\(seed)&issuer=A&issuer=A", .duplicateParameter(.issuer)),
            ("two algorithms", "algorithm=SHA1&secret=\(seed)&algorithm=SHA1", .duplicateParameter(.algorithm)),
            ("two numbers of digits", "digits=6&digits=6&secret=\(seed)", .duplicateParameter(.digits)),
            ("two periods", "period=30&period=30&secret=\(seed)", .duplicateParameter(.period)),
            ("no value", "secret=\(seed)&issuer=", .parameterWithoutValue(offset: 57)),
            ("no equals sign", "secret=\(seed)&issuer", .parameterWithoutValue(offset: 57)),
            ("nothing between", "secret=\(seed)&&issuer=A", .parameterWithoutValue(offset: 57)),
            ("nothing at the end", "secret=\(seed)&", .parameterWithoutValue(offset: 57)),
            ("nothing at the start", "&secret=\(seed)", .parameterWithoutValue(offset: 17)),
            ("a plus", "secret=\(seed)&issuer=A+B", .plusSign(offset: 65)),
            ("nothing", "", .secretMissing), ("no seed", "issuer=A", .secretMissing),
            ("an empty seed", "secret=", .parameterWithoutValue(offset: 17)),
            ("padding", "secret=MZXW6YTBMZXW6YTBME======", .secretPadded),
            ("escaped padding", "secret=MZXW6YTBMZXW6YTBME%3D%3D%3D%3D%3D%3D", .secretPadded),
            ("a digit that Base32 lacks", "secret=\(seed.dropLast())1", .secretNotBase32),
            ("a dash", "secret=HXDM-VJECJJWSRB3HWIZR4IFUGFTMXBOZ", .secretNotBase32),
            ("an escaped letter", "secret=%48XDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ", .secretNotBase32),
            ("a length that no bytes have", "secret=\(seed)A", .secretNotBase32),
            ("a spare bit", "secret=MZXW6YTBMZXW6YTBMF", .secretNotBase32),
            ("72 bits", "secret=MZXW6YTBMZXW6YQ", .secretTooShort),
            ("129 bytes", "secret=" + String(repeating: "A", count: 207), .secretTooLong),
            ("another hash", "secret=\(seed)&algorithm=MD5", .unknownAlgorithm),
            ("a hash in lower case", "secret=\(seed)&algorithm=sha1", .unknownAlgorithm),
            ("a hash with a dash", "secret=\(seed)&algorithm=SHA-256", .unknownAlgorithm),
            ("an escaped hash", "secret=\(seed)&algorithm=SHA%31", .unknownAlgorithm),
            ("five digits", "secret=\(seed)&digits=5", .digitsOutOfRange),
            ("nine digits", "secret=\(seed)&digits=9", .digitsOutOfRange),
            ("a leading zero", "secret=\(seed)&digits=06", .digitsOutOfRange),
            ("a sign", "secret=\(seed)&digits=-6", .digitsOutOfRange),
            ("a word", "secret=\(seed)&digits=six", .digitsOutOfRange),
            ("a fraction", "secret=\(seed)&digits=6.0", .digitsOutOfRange),
            ("a number beyond 64 bits", "secret=\(seed)&digits=18446744073709551622", .digitsOutOfRange),
            ("no period", "secret=\(seed)&period=0", .periodOutOfRange),
            ("more than a day", "secret=\(seed)&period=86401", .periodOutOfRange),
            ("a period of letters", "secret=\(seed)&period=30s", .periodOutOfRange),
            ("a period beyond 64 bits", "secret=\(seed)&period=18446744073709551646", .periodOutOfRange),
        ] as [(String, String, EnrolmentURI.Refusal)]
    )
    func `refuses parameters that are wrong, doubled or unknown`(
        name: String,
        query: String,
        refusal: EnrolmentURI.Refusal
    ) {
        #expect(Self.refusal(of: "otpauth://totp/a?" + query) == refusal, "\(name)")
    }

    @Test(
        arguments: [
            ("no account", "A", "", 20, 6, 30, .accountEmpty), ("an empty issuer", "", "a", 20, 6, 30, .issuerEmpty),
            ("a space", "A", " a", 20, 6, 30, .spaceBeforeName),
            ("a colon", "A:B", "a", 20, 6, 30, .colonInName),
            ("a bell", "A", "\u{7}", 20, 6, 30, .controlCharacterInName),
            ("72 bits", "A", "a", 9, 6, 30, .secretTooShort), ("129 bytes", "A", "a", 129, 6, 30, .secretTooLong),
            ("nine digits", "A", "a", 20, 9, 30, .digitsOutOfRange),
            ("no period", "A", "a", 20, 6, 0, .periodOutOfRange),
        ] as [(String, String, String, Int, Int, Int64, EnrolmentURI.Refusal)]
    )
    func `is not made of parts that it would not read`(
        name: String,
        issuer: String,
        account: String,
        size: Int,
        digits: Int,
        period: Int64,
        refusal: EnrolmentURI.Refusal
    ) {
        #expect(throws: refusal, "\(name)") {
            let seed = SecretKey(randomByteCount: size)
            _ = try EnrolmentURI(issuer: issuer, account: account, seed: seed, digits: digits, period: period).account
        }
    }

    @Test func `writes what it reads back, for every size of seed and every character of ASCII`() throws {
        let printable = String(String.UnicodeScalarView((32..<127).map { Unicode.Scalar(UInt8($0)) })).filter {
            $0 != ":"
        }
        for size in [10, 11, 12, 13, 14, 15, 16, 20, 32, 64, 128] {
            let seed = SecretKey(randomByteCount: size)
            let uri = try EnrolmentURI(
                issuer: "Ø & Søn?#%",
                account: "a" + printable,
                seed: seed.copy(),
                hash: .sha512,
                digits: 8,
                period: 60
            )
            let again = try EnrolmentURI(parsing: uri.text())
            #expect(again.issuer == uri.issuer)
            #expect(again.account == uri.account)
            #expect(again.seed().hexadecimal == seed.hexadecimal)
            #expect(again.totp.hash == .sha512)
            #expect(again.totp.digits == 8)
            #expect(again.totp.period == 60)
        }
    }

    @Test func `accepts no prefix of a URI that ends within the seed's first 80 bits`() {
        let bytes = Array(Self.example.utf8)
        let start = "otpauth://totp/ACME%20Co:john.doe@email.com?secret=".utf8.count
        for count in 0..<start + 16 {
            let refusal = Self.refusal(of: String(decoding: bytes.prefix(count), as: UTF8.self))
            #expect(refusal != nil, "\(count) bytes")
        }
    }

    /// Whatever comes in, an answer comes out. The seed of the generator is fixed, so a failure repeats.
    @Test func `answers every damaged URI`() {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        func draw(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = Array(Self.example.utf8)
            for _ in 0...draw(4) {
                switch draw(3) {
                case 0: bytes[draw(bytes.count)] = UInt8(draw(256))
                case 1: bytes.remove(at: draw(bytes.count))
                default: bytes.insert(Array("%&=?:/+#".utf8)[draw(8)], at: draw(bytes.count))
                }
            }
            do throws(EnrolmentURI.Refusal) {
                let uri = try EnrolmentURI(parsing: SecretKey(copying: bytes.span))
                #expect(Self.refusal(of: uri.text().text) == nil)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 10_000 && refused < 20_000)
    }
}
