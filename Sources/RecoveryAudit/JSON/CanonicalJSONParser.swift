import RecoveryCrypto

/// Reads canonical JSON strictly, in one pass, without recursion deeper than ``CanonicalJSON/maximumDepth``.
struct CanonicalJSONParser {
    private var offset = 0
    private let end: Int
    private var depth = 0

    init(end: Int) {
        self.end = end
    }

    mutating func root(of bytes: Span<UInt8>) throws(CanonicalJSONError) -> JSONObject {
        guard end > 0 else { throw failure(.syntax) }
        guard bytes[0] == UInt8(ascii: "{") else { throw failure(.root) }
        let object = try object(bytes)
        guard offset == end else { throw failure(.syntax) }
        return object
    }

    private mutating func value(_ bytes: Span<UInt8>) throws(CanonicalJSONError) -> JSONValue {
        guard offset < end else { throw failure(.syntax) }
        switch bytes[offset] {
        case UInt8(ascii: "\""): return .string(try string(bytes))
        case UInt8(ascii: "{"): return .object(try object(bytes))
        case UInt8(ascii: "["): return .array(try array(bytes))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .integer(try integer(bytes))
        case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
        case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
        case UInt8(ascii: "n"): return try word("null", .null, bytes)
        default: throw failure(.syntax)
        }
    }

    private mutating func object(_ bytes: Span<UInt8>) throws(CanonicalJSONError) -> JSONObject {
        try open()
        if takes(UInt8(ascii: "}"), bytes) { return close(JSONObject()) }
        var members: [JSONMember] = []
        members.reserveCapacity(10)
        // Empty, and so before any key.
        var last = 0..<0
        repeat {
            let key = try key(bytes)
            guard precedes(last, key, bytes) else { throw failure(.key) }
            last = key
            guard takes(UInt8(ascii: ":"), bytes) else { throw failure(.syntax) }
            members.append(JSONMember(key: try text(bytes.extracting(key)), value: try value(bytes)))
        } while takes(UInt8(ascii: ","), bytes)
        guard takes(UInt8(ascii: "}"), bytes) else { throw failure(.syntax) }
        return close(JSONObject(ascending: members))
    }

    private mutating func array(_ bytes: Span<UInt8>) throws(CanonicalJSONError) -> [JSONValue] {
        try open()
        var elements: [JSONValue] = []
        if takes(UInt8(ascii: "]"), bytes) { return close(elements) }
        repeat {
            elements.append(try value(bytes))
        } while takes(UInt8(ascii: ","), bytes)
        guard takes(UInt8(ascii: "]"), bytes) else { throw failure(.syntax) }
        return close(elements)
    }

    private mutating func open() throws(CanonicalJSONError) {
        guard depth < CanonicalJSON.maximumDepth else { throw failure(.depth) }
        depth += 1
        offset += 1
    }

    private mutating func close<Value>(_ value: Value) -> Value {
        depth -= 1
        return value
    }

    /// Whether one key is before another by their bytes.
    private func precedes(_ left: Range<Int>, _ right: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        for offset in 0..<min(left.count, right.count) {
            let (one, other) = (bytes[left.lowerBound + offset], bytes[right.lowerBound + offset])
            if one != other { return one < other }
        }
        return left.count < right.count
    }

    /// Returns where the key stands.
    private mutating func key(_ bytes: Span<UInt8>) throws(CanonicalJSONError) -> Range<Int> {
        guard takes(CanonicalJSON.quote, bytes) else { throw failure(.syntax) }
        let start = offset
        while offset < end, JSONObject.isKeyByte(bytes[offset]) { offset += 1 }
        guard (1...JSONObject.maximumKeySize).contains(offset - start), offset < end,
            bytes[offset] == CanonicalJSON.quote
        else { throw failure(.key) }
        offset += 1
        return start..<offset - 1
    }

    /// Matches `0|-?[1-9][0-9]*`. Sixteen digits cannot overflow, and seventeen are too many.
    private mutating func integer(_ bytes: Span<UInt8>) throws(CanonicalJSONError) -> Int64 {
        let isNegative = takes(UInt8(ascii: "-"), bytes)
        let start = offset
        var magnitude: Int64 = 0
        while offset < end, case let digit = bytes[offset], 0x30...0x39 ~= digit, offset - start <= 16 {
            magnitude = magnitude * 10 + Int64(digit - 0x30)
            offset += 1
        }
        let count = offset - start
        guard count > 0, magnitude <= CanonicalJSON.largestInteger else { throw failure(.integer) }
        guard bytes[start] != 0x30 || (count == 1 && !isNegative) else { throw failure(.integer) }
        return isNegative ? -magnitude : magnitude
    }

    private mutating func string(_ bytes: Span<UInt8>) throws(CanonicalJSONError) -> String {
        offset += 1
        let start = offset
        while offset < end {
            switch bytes[offset] {
            case CanonicalJSON.quote:
                offset += 1
                return try text(bytes.extracting(start..<offset - 1))
            case CanonicalJSON.backslash: return try escapedString(bytes, from: start)
            case 0x20...: offset += 1
            default: throw failure(.syntax)
            }
        }
        throw failure(.syntax)
    }

    /// The slower way, from the first backslash on.
    private mutating func escapedString(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(CanonicalJSONError) -> String {
        var content = [UInt8]()
        for index in start..<offset { content.append(bytes[index]) }
        while offset < end {
            switch bytes[offset] {
            case CanonicalJSON.quote:
                offset += 1
                return try text(content.span)
            case CanonicalJSON.backslash: content.append(try escape(bytes))
            case 0x20...:
                content.append(bytes[offset])
                offset += 1
            default: throw failure(.syntax)
            }
        }
        throw failure(.syntax)
    }

    /// Rule 5: the seven short escapes, and `\u00xx` in lower case for the other control characters.
    private mutating func escape(_ bytes: Span<UInt8>) throws(CanonicalJSONError) -> UInt8 {
        offset += 1
        guard offset < end else { throw failure(.syntax) }
        let letter = bytes[offset]
        offset += 1
        switch letter {
        case CanonicalJSON.quote, CanonicalJSON.backslash: return letter
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "f"): return 0x0c
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "u"):
            guard takes(UInt8(ascii: "0"), bytes), takes(UInt8(ascii: "0"), bytes), offset + 2 <= end,
                let code = [UInt8](hexadecimal: try text(bytes.extracting(offset..<offset + 2)))?.first
            else { throw failure(.syntax) }
            switch code {
            case 0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x20...: throw failure(.syntax)
            default:
                offset += 2
                return code
            }
        default: throw failure(.syntax)
        }
    }

    private mutating func word(
        _ word: StaticString,
        _ value: JSONValue,
        _ bytes: Span<UInt8>
    ) throws(CanonicalJSONError) -> JSONValue {
        for letter in word.description.utf8 {
            guard takes(letter, bytes) else { throw failure(.syntax) }
        }
        return value
    }

    private mutating func takes(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard offset < end, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// Well-formed UTF-8 only: no surrogates, no overlong forms (rule 5).
    private func text(_ bytes: Span<UInt8>) throws(CanonicalJSONError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            throw failure(.text)
        }
    }

    private func failure(_ reason: CanonicalJSONError.Reason) -> CanonicalJSONError {
        CanonicalJSONError(reason: reason, offset: offset)
    }
}
