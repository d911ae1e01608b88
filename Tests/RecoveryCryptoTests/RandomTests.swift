import RecoveryTestSupport
import Testing

@testable import RecoveryCrypto

@Suite struct RandomTests {
    /// Every byte is equally likely, so it is enough that each character comes from equally many of the 256.
    @Test func `favours no digit`() {
        let digits = (UInt8.min...UInt8.max).compactMap(Random.digit(of:))
        #expect(digits.count == 250)
        for digit in UInt8(ascii: "0")...UInt8(ascii: "9") {
            #expect(digits.count { $0 == digit } == 25)
        }
    }

    @Test func `draws ASCII digits, all ten of them`() {
        let text = Random.digits(2_000).text
        #expect(text.utf8.count == 2_000)
        // One of ten missing in 2,000 draws: once in 10⁹⁰ runs.
        #expect(Set(text) == Set("0123456789"))
    }

    @Test func `draws letters of Base32, all 32 of them`() {
        let text = Random.base32Code(4_000).text
        #expect(text.utf8.count == 4_000)
        #expect(Set(text) == Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    }

    @Test func `makes 32 letters of 32 numbers`() {
        #expect((UInt8(0)..<32).map { Base32.letter(of: $0) } == Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8))
    }

    @Test(arguments: [0, 1, 6, 23]) func `gives as many characters as it was asked for`(count: Int) {
        #expect(Random.digits(count).byteCount == count)
        #expect(Random.base32Code(count).byteCount == count)
        #expect(Random.bytes(count).count == count)
    }

    @Test func `never draws alike`() {
        let drawn = (0..<1_000).map { _ in Random.bytes(16).hexadecimal }
        #expect(Set(drawn).count == 1_000)
        #expect(SecretKey(randomByteCount: 16).hexadecimal != SecretKey(randomByteCount: 16).hexadecimal)
        #expect(Random.digits(40).text != Random.digits(40).text)
    }
}
