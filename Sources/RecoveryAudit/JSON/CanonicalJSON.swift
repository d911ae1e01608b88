import RecoveryCrypto

/// Why a byte string is not canonical JSON, and where.
public struct CanonicalJSONError: Error, Sendable, Hashable {
    public enum Reason: Sendable, Hashable {
        /// The text ends, goes on or goes wrong: white space, fractions, a forbidden escape and the like.
        case syntax
        /// A key is malformed, comes twice, or stands out of order.
        case key
        /// An integer is spelt otherwise than it must be, or lies beyond ±(2^53 − 1).
        case integer
        /// A string is not well-formed UTF-8.
        case text
        /// More than eight arrays and objects are open at once.
        case depth
        /// The root is not an object.
        case root
    }

    public let reason: Reason
    /// Offset of the offending byte.
    public let offset: Int
}

/// The subset of RFC 8785 that payloads, statements and bundle files use (audit-log.md §2.1).
///
/// A value has one spelling. The parser takes that one and refuses all others, so that two readers can never see
/// different records in the same bytes, and parsing then writing gives the bytes back.
public enum CanonicalJSON {
    /// 2^53 − 1: what every JSON reader keeps exactly (RFC 8259 §6).
    public static let largestInteger: Int64 = 9_007_199_254_740_991
    /// Arrays and objects that may be open at once, the root included.
    public static let maximumDepth = 8

    /// Returns the value of `bytes`; its root is an object.
    public static func parse(_ bytes: [UInt8]) throws(CanonicalJSONError) -> JSONValue {
        try parse(bytes.span)
    }

    /// Returns the value of `bytes`; its root is an object.
    public static func parse(_ bytes: Span<UInt8>) throws(CanonicalJSONError) -> JSONValue {
        var parser = CanonicalJSONParser(end: bytes.count)
        return .object(try parser.root(of: bytes))
    }

    /// Returns the object of a JSON file: one object and one newline.
    public static func parseFile(_ bytes: [UInt8]) throws(CanonicalJSONError) -> JSONValue {
        guard bytes.last == newline else { throw CanonicalJSONError(reason: .syntax, offset: bytes.count) }
        return try parse(bytes.span.extracting(droppingLast: 1))
    }

    /// Returns the objects of a JSON Lines file: zero or more lines, each with its newline.
    public static func parseLines(_ bytes: [UInt8]) throws(CanonicalJSONError) -> [JSONValue] {
        var values: [JSONValue] = []
        var start = 0
        let span = bytes.span
        for end in bytes.indices where bytes[end] == newline {
            do {
                values.append(try parse(span.extracting(start..<end)))
            } catch {
                throw CanonicalJSONError(reason: error.reason, offset: start + error.offset)
            }
            start = end + 1
        }
        guard start == bytes.count else { throw CanonicalJSONError(reason: .syntax, offset: bytes.count) }
        return values
    }

    /// Returns the one spelling of `value`. Integers must lie within ±(2^53 − 1).
    public static func write(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        write(value, to: &bytes)
        return bytes
    }

    /// Returns the spelling of `value` and a newline: a JSON file, or a line of JSON Lines.
    public static func writeLine(_ value: JSONValue) -> [UInt8] {
        write(value) + [newline]
    }

    /// Appends the one spelling of `object` to `bytes`.
    public static func write(_ object: JSONObject, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        var first = true
        for member in object.members {
            if !first { bytes.append(UInt8(ascii: ",")) }
            first = false
            bytes.append(quote)
            bytes.append(contentsOf: member.key.utf8)
            bytes.append(quote)
            bytes.append(UInt8(ascii: ":"))
            write(member.value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// Appends the one spelling of `value` to `bytes`.
    static func write(_ value: JSONValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(true): bytes.append(contentsOf: "true".utf8)
        case .bool(false): bytes.append(contentsOf: "false".utf8)
        case .integer(let number):
            // What is appended passed the payload's schema, and the schema knows the range.
            precondition(-largestInteger...largestInteger ~= number, "an integer beyond 2^53 has no spelling")
            write(number, to: &bytes)
        case .string(let text): write(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            var first = true
            for element in elements {
                if !first { bytes.append(UInt8(ascii: ",")) }
                first = false
                write(element, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object): write(object, to: &bytes)
        }
    }

    private static func write(_ number: Int64, to bytes: inout [UInt8]) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = number.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(quote)
        if isPlain(text.utf8.span) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 { escape(byte, to: &bytes) }
        }
        bytes.append(quote)
    }

    /// Nearly all strings of a log need no escape, and can be copied as they are.
    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        for index in text.indices where text[index] < 0x20 || text[index] == quote || text[index] == backslash {
            return false
        }
        return true
    }

    private static func escape(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case quote, backslash: bytes += [backslash, byte]
        case 0x20...: bytes.append(byte)
        default:
            if let letter = letters[byte] {
                bytes += [backslash, letter]
            } else {
                bytes += Array("\\u00".utf8) + Array([byte].hexadecimal.utf8)
            }
        }
    }

    static let newline = UInt8(ascii: "\n")
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")

    /// The control characters that have a letter of their own (rule 5).
    private static let letters: [UInt8: UInt8] = [
        0x08: UInt8(ascii: "b"), 0x09: UInt8(ascii: "t"), 0x0a: UInt8(ascii: "n"), 0x0c: UInt8(ascii: "f"),
        0x0d: UInt8(ascii: "r"),
    ]
}
