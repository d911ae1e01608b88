import Foundation
import Testing

@testable import recoveryctl

@Suite struct MailMessageTests {
    @Test(arguments: [
        ("Your code", "Your code"),
        // RFC 2047 §8 has the same word in Q; these are B, made with Python's email.header.
        ("Grüße", "=?UTF-8?B?R3LDvMOfZQ==?="),
        ("案件", "=?UTF-8?B?5qGI5Lu2?="),
        ("a\nBcc: x@example.org", "=?UTF-8?B?YQpCY2M6IHhAZXhhbXBsZS5vcmc=?="),
    ])
    func `encodes what is not plain in a subject`(text: String, encoded: String) {
        #expect(MailMessage.encodedWords(text) == encoded)
    }

    @Test func `keeps encoded words short and whole`() throws {
        let text = String(repeating: "您的账户：", count: 20)
        let words = MailMessage.encodedWords(text).split(separator: "\n ").map(String.init)
        #expect(words.count > 1)
        #expect(words.allSatisfy { $0.count <= 75 })
        let parts = try words.map { word in
            let data = try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
            return try #require(String(data: data, encoding: .utf8))
        }
        #expect(parts.joined() == text)
    }

    @Test(arguments: Array(" ,;:<>()\"\\\n\r\t\0".utf8) + [0x7f])
    func `lets nothing into an address that begins something else`(byte: UInt8) {
        #expect(!MailMessage.mayStandInAddress(byte))
    }

    @Test func `dates a message as mail systems do`() {
        #expect(MailMessage.date(1_772_375_527) == "Sun, 01 Mar 2026 14:32:07 +0000")
    }
}
