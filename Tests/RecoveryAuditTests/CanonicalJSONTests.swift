import RecoveryAudit
import RecoveryTestSupport
import Testing

@Suite struct CanonicalJSONTests {
    private struct Vectors: Decodable {
        let accept: [String]
        let reject: [String]
        let reject_hex: [String]
    }

    private let vectors: Vectors

    init() throws {
        vectors = try VectorFile.decode(Vectors.self, from: "audit-log/ours-canonical-json.json")
    }

    @Test func `gives back the bytes of every text it accepts`() throws {
        try #require(vectors.accept.count == 8)
        for text in vectors.accept {
            let value = try CanonicalJSON.parse(Array(text.utf8))
            #expect(CanonicalJSON.write(value) == Array(text.utf8), "\(text)")
        }
    }

    @Test func `refuses every text that is not the one spelling of its value`() throws {
        try #require(vectors.reject.count == 36 && vectors.reject_hex.count == 3)
        for text in vectors.reject.map({ Array($0.utf8) }) + vectors.reject_hex.map({ [UInt8](hex: $0) }) {
            #expect(throws: CanonicalJSONError.self, "\(String(decoding: text, as: UTF8.self))") {
                try CanonicalJSON.parse(text)
            }
        }
    }

    @Test(arguments: [
        ("{\"b\":1,\"a\":2}", CanonicalJSONError.Reason.key, 10),
        ("{\"a\":1,\"a\":1}", .key, 10),
        ("{\"a\":01}", .integer, 7),
        ("{\"a\":-0}", .integer, 7),
        ("{\"a\":-}", .integer, 6),
        ("{\"a\":9007199254740992}", .integer, 21),
        ("{\"a\":12345678901234567890}", .integer, 22),
        ("{\"a\":1.0}", .syntax, 6),
        ("{\"a\":1e3}", .syntax, 6),
        ("[]", .root, 0),
        ("{\"a\":[[[[[[[[", .depth, 12),
        ("{\"a\":\"\\u0008\"}", .syntax, 10),
        ("{\"a\":\"\u{7f}\\/\"}", .syntax, 9),
        ("{\"a\":\"", .syntax, 6),
        ("{\"a\":nul}", .syntax, 8),
    ])
    func `says what is wrong and where`(text: String, reason: CanonicalJSONError.Reason, offset: Int) throws {
        let error = #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.parse(Array(text.utf8)) }
        #expect(error?.reason == reason)
        #expect(error?.offset == offset)
    }

    @Test(arguments: ["ff", "eda080", "c080", "f4908080", "c2", "e28094e2", "80"])
    func `refuses text that is not UTF-8, plain and behind an escape`(hex: String) throws {
        for prefix in ["{\"a\":\"", "{\"a\":\"\\n"] {
            let bytes = Array(prefix.utf8) + [UInt8](hex: hex) + Array("\"}".utf8)
            let error = #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.parse(bytes) }
            #expect(error?.reason == .text)
        }
    }

    @Test func `does not run away on ten thousand open arrays`() {
        let bytes = Array("{\"a\":".utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 10_000)
        let error = #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.parse(bytes) }
        #expect(error?.reason == .depth)
    }

    @Test func `tells apart strings that Swift would call equal`() throws {
        let composed = try CanonicalJSON.parse(Array("{\"a\":\"\u{e9}\"}".utf8))
        let decomposed = try CanonicalJSON.parse(Array("{\"a\":\"e\u{301}\"}".utf8))
        #expect(composed != decomposed)
        #expect(composed["a"]?.string == decomposed["a"]?.string)
    }

    @Test func `reads a file as one object and one newline`() throws {
        #expect(try CanonicalJSON.parseFile(Array("{\"a\":1}\n".utf8)) == ["a": 1])
        for text in ["", "\n", "{}", "{}\n\n", "{}\r\n", "[]\n", "{}\n{}\n"] {
            #expect(throws: CanonicalJSONError.self, "\(text)") { try CanonicalJSON.parseFile(Array(text.utf8)) }
        }
    }

    @Test func `reads lines until the last newline`() throws {
        #expect(try CanonicalJSON.parseLines([]).isEmpty)
        #expect(try CanonicalJSON.parseLines(Array("{\"a\":1}\n{}\n".utf8)) == [["a": 1], .object(JSONObject())])
        for text in ["{}", "{}\n\n", "\n", "{}\n{}", "{}\r\n", "{} \n"] {
            #expect(throws: CanonicalJSONError.self, "\(text)") { try CanonicalJSON.parseLines(Array(text.utf8)) }
        }
    }

    @Test func `refuses every proper prefix of a text, and every prefix of what may follow`() throws {
        let text = Array("{\"a\":[1,-2,true,null,\"\\u0001—\"],\"b\":{\"c\":false}}".utf8)
        #expect(CanonicalJSON.write(try CanonicalJSON.parse(text)) == text)
        for count in 0..<text.count {
            #expect(throws: CanonicalJSONError.self, "\(count) bytes") {
                try CanonicalJSON.parse(Array(text[..<count]))
            }
            #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.parse(text + text[...count]) }
        }
    }

    @Test func `accepts no text with one bit changed that it does not give back`() throws {
        let text = Array("{\"a\":[10,-2,true,null,\"\\u0001—\\n\"],\"b\":{\"c\":false}}".utf8)
        var accepted = 0
        for bit in 0..<text.count * 8 {
            var changed = text
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let value = try? CanonicalJSON.parse(changed) else { continue }
            accepted += 1
            #expect(CanonicalJSON.write(value) == changed, "bit \(bit)")
        }
        #expect(accepted > 10 && accepted < text.count * 4)
    }

    @Test func `sorts the members it is given, and finds a place for a new one`() {
        let object: JSONObject = ["b": 1, "10": 2, "2": 3]
        #expect(object.members.map(\.key) == ["10", "2", "b"])
        #expect(object.adding("a", 4).members.map(\.key) == ["10", "2", "a", "b"])
        #expect(object.adding("z", 4).members.map(\.key) == ["10", "2", "b", "z"])
    }
}
