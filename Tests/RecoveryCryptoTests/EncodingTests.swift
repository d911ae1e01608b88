import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct EncodingTests {
    private struct Vectors: Decodable {
        struct Row: Decodable {
            let text, base64, base32, base16: String
        }

        let rows: [Row]
    }

    @Test func `gives the encodings of RFC 4648 Section 10, and reads them`() throws {
        let rows = try VectorFile.decode(Vectors.self, from: "rfc4648.json").rows
        try #require(rows.count == 7)
        for row in rows {
            let bytes = Array(row.text.utf8)
            #expect(Base64.encode(bytes) == row.base64)
            #expect(Base64.decode(row.base64) == bytes)
            #expect(Base32.encode(bytes) == row.base32)
            #expect(Base32.decode(row.base32) == bytes)
            #expect(bytes.hexadecimal == row.base16.lowercased())
            #expect([UInt8](hexadecimal: row.base16.lowercased()) == bytes)
            let letters = Array(row.base32.prefix { $0 != "=" }.utf8)
            #expect(Base32.encode(seed: SecretKey(text: row.text)).text == String(decoding: letters, as: UTF8.self))
            #expect(Base32.decode(seed: letters.span)?.text == row.text)
            let lower = Array(String(decoding: letters, as: UTF8.self).lowercased().utf8)
            #expect(Base32.decode(seed: lower.span)?.text == row.text)
        }
    }

    @Test(arguments: [
        "M", "MY", "MY=", "MY=====", "MY=======", "my======", "MY======\n", " MY======", "MY== ====", "MZ======",
        "MZXR====", "MZXW7===", "MZXW6YR=", "MZXW6YTB========", "========", "=MY=====", "MY====M=", "M1======",
        "M0======", "M8======", "MＹ======", "MY======MY======", "MZX=====", "MZXW6Y==", "MZXW6YTBO=======", "Ｍ",
    ]) func `reads no other Base32`(text: String) {
        #expect(Base32.decode(text) == nil)
    }

    @Test(arguments: [
        "M", "MZ", "MZX", "MZXR", "MZXW7", "MZXW6Y", "MZXW6YR", "MY======", "MY ", "M Y", "M-Y", "M1", "MZXW6YTB1", "é",
    ]) func `reads no other seed`(text: String) {
        let letters = Array(text.utf8)
        #expect(Base32.decode(seed: letters.span)?.hexadecimal == nil)
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Zm9v\n", " Zm9v", "Zm 9v", "Zm-_", "=Zg=", "Z=g=", "====",
        "Zg==Zg==", "Zｇ==", "Zm9v====",
    ]) func `reads no other Base64`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Zg==", "Zh", "Zm9", "Z", "Zm+/", "Zm9v ", "Zm9v="]) func `reads no other base64url`(text: String)
    {
        #expect(Base64.decodeURL(text) == nil)
    }

    @Test(arguments: ["0", "000", "0A", "0g", "0x00", " 00", "0 0", "００", "-1"])
    func `reads no other hexadecimal`(text: String) {
        #expect([UInt8](hexadecimal: text) == nil)
    }

    @Test func `reads back what it writes, for every length`() {
        for count in 0...64 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decodeURL(Base64.encodeURL(bytes)) == bytes)
            #expect(Base32.decode(Base32.encode(bytes)) == bytes)
            #expect([UInt8](hexadecimal: bytes.hexadecimal) == bytes)
            let seed = Base32.encode(seed: SecretKey(copying: bytes.span))
            #expect(seed.lend { Base32.decode(seed: $0)?.hexadecimal } == bytes.hexadecimal)
        }
    }

    /// Of all texts of a whole group in a small alphabet, exactly those that encoding writes are read.
    @Test func `reads a text only if it would write it, for every short text`() {
        var read = (base32: 0, base64: 0, hexadecimal: 0)
        let characters = Array("AQgh27=".utf8)
        for index in 0..<7 * 7 * 7 * 7 {
            let four = (0..<4).map { characters[index / [1, 7, 49, 343][$0] % 7] }
            let text = String(decoding: four, as: UTF8.self)
            if let bytes = Base64.decode(text) {
                read.base64 += 1
                #expect(Base64.encode(bytes) == text)
            }
            if let bytes = [UInt8](hexadecimal: text) {
                read.hexadecimal += 1
                #expect(bytes.hexadecimal == text)
            }
            for padded in [text + "====", "AAAA" + text] {
                guard let bytes = Base32.decode(padded) else { continue }
                read.base32 += 1
                #expect(Base32.encode(bytes) == padded)
            }
        }
        #expect(read.base64 == expectedBase64 && read.base32 == expectedBase32 && read.hexadecimal == 16)
    }

    // Counted by hand. Base64, letters AQgh27: four letters; three and `=`, the last ending in two zero bits: A (0), Q
    // (16) or g (32); two and `==`, the last ending in four: A, Q or g.
    private let expectedBase64 = 6 * 6 * 6 * 6 + 6 * 6 * 3 + 6 * 3
    // Base32, letters AQ27 (0, 16, 26, 31). Four letters and `====`: the last ends in four zeros (A, Q); two letters
    // and six `=`: the last ends in two zeros (A, Q). After `AAAA`: four letters; three and `=` (three zeros: A, Q);
    // one and `===` (one zero: A, Q, 2); none and `====`.
    private let expectedBase32 = (4 * 4 * 4 * 2 + 4 * 2) + (4 * 4 * 4 * 4 + 4 * 4 * 2 + 3 + 1)

    @Test(
        arguments: [
            ("", 0), ("a", 0xe8b7_be43), ("abc", 0x3524_41c2), ("123456789", 0xcbf4_3926),
            ("The quick brown fox jumps over the lazy dog", 0x414f_a339),
        ] as [(String, UInt32)]
    ) func `gives the checksums of zlib`(text: String, checksum: UInt32) {
        // Recomputed with Python: zlib.crc32.
        #expect(CRC32.checksum(of: Array(text.utf8)) == checksum)
    }

    @Test func `finds every error of one bit, and of two within 32`() {
        let bytes = Array("a key file".utf8)
        let checksum = CRC32.checksum(of: bytes)
        for first in 0..<bytes.count * 8 {
            for last in first..<min(first + 32, bytes.count * 8) {
                let damaged = first == last ? bytes.flipping(first) : bytes.flipping(first).flipping(last)
                #expect(CRC32.checksum(of: damaged) != checksum, "bits \(first) and \(last)")
            }
        }
    }
}
