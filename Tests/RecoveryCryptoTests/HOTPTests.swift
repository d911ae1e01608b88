import RecoveryTestSupport
import Testing

@testable import RecoveryCrypto

@Suite struct HOTPTests {
    private struct Vectors: Decodable {
        struct Row: Decodable {
            let counter: UInt64
            let code: String
        }

        let key: String
        let rows: [Row]
    }

    private struct Refused: Error {}

    /// The key of RFC 4226, Appendix D.
    private static func hotp(digits: Int = 6) throws -> HOTP {
        guard let hotp = HOTP(key: SecretKey(text: "12345678901234567890"), digits: digits) else { throw Refused() }
        return hotp
    }

    @Test func `gives and accepts the codes of RFC 4226 Appendix D`() throws {
        let vectors = try VectorFile.decode(Vectors.self, from: "rfc4226.json")
        try #require(vectors.rows.count == 10)
        guard let hotp = HOTP(key: SecretKey(hex: vectors.key)) else { throw Refused() }
        for row in vectors.rows {
            #expect(hotp.code(at: row.counter).text == row.code)
            let code = SecretKey(text: row.code)
            let counter = hotp.matchingCounter(for: code, from: row.counter, lookAhead: 0)
            #expect(counter == row.counter)
        }
    }

    /// The code of counter 3 is 969429.
    @Test(
        arguments: [
            (from: 0, lookAhead: 2, found: false), (from: 0, lookAhead: 3, found: true),
            (from: 3, lookAhead: 0, found: true),
            (from: 4, lookAhead: 0, found: false), (from: 4, lookAhead: 100, found: false),
        ] as [(UInt64, UInt64, Bool)]
    )
    func `looks ahead so far and never back`(from: UInt64, lookAhead: UInt64, found: Bool) throws {
        let counter = try Self.hotp().matchingCounter(for: SecretKey(text: "969429"), from: from, lookAhead: lookAhead)
        #expect(counter == (found ? 3 : nil))
    }

    @Test func `gives a code for the last counter`() throws {
        let hotp = try Self.hotp()
        let code = hotp.code(at: .max)
        let counter = hotp.matchingCounter(for: code, from: .max - 1, lookAhead: 100)
        #expect(counter == .max)
    }

    @Test func `keeps leading zeros, for every number of digits`() throws {
        // The truncated value of counter 7 is 82162583 (RFC 4226, Appendix D).
        #expect(try Self.hotp(digits: 6).code(at: 7).text == "162583")
        #expect(try Self.hotp(digits: 7).code(at: 7).text == "2162583")
        #expect(try Self.hotp(digits: 8).code(at: 7).text == "82162583")
        // With eight digits, that of counter 5 is 868254676, cut to its last eight.
        #expect(try Self.hotp(digits: 8).code(at: 5).text == "68254676")
    }

    @Test(
        arguments: [
            ("five digits", 20, 5), ("nine digits", 20, 9), ("no digits", 20, 0), ("fewer than none", 20, -1),
            ("72 bits", 9, 6), ("no key", 0, 6),
        ] as [(String, Int, Int)]
    )
    func `is not made of what makes weak codes`(name: String, size: Int, digits: Int) {
        let refused = HOTP(key: SecretKey(randomByteCount: size), digits: digits) == nil
        #expect(refused, "\(name)")
    }

    @Test func `compares without a branch as == does`() {
        let values: [UInt32] = [0, 1, 2, 9, 10, 99_999_999, 0x7fff_fffe, 0x7fff_ffff]
        for left in values {
            for right in values { #expect(isEqual(left, right) == (left == right ? 1 : 0), "\(left), \(right)") }
        }
    }
}
