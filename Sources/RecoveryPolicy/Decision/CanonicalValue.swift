/// A tree of integers, strings, lists and objects: what a service writes into the log for replay.
///
/// This target has no JSON writer. The order of keys is fixed here, so that every writer makes the same bytes of it.
public indirect enum CanonicalValue: Sendable, Hashable {
    case integer(Int64)
    case string(String)
    case list([CanonicalValue])
    /// Keys are small letters and underscores, without repetition, sorted by their bytes.
    case object([Member])

    public struct Member: Sendable, Hashable {
        public let key: String
        public let value: CanonicalValue
    }

    /// Sorts the members; leaves out those that are `nil`.
    static func object(_ members: [String: CanonicalValue?]) -> CanonicalValue {
        .object(
            members.sorted { $0.key < $1.key }.compactMap { key, value in value.map { Member(key: key, value: $0) } }
        )
    }
}

extension CanonicalValue {
    /// The value as JSON without spaces; `"`, `\` and control characters are escaped, nothing else.
    public var text: String {
        switch self {
        case .integer(let number): String(number)
        case .string(let string): Self.quoted(string)
        case .list(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { Self.quoted($0.key) + ":" + $0.value.text }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ string: String) -> String {
        var result = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Reads the members of an object; every one must be asked for, or the object is not what it was taken for.
struct CanonicalReader {
    private var members: [String: CanonicalValue]

    init?(_ value: CanonicalValue) {
        guard case .object(let list) = value else { return nil }
        guard zip(list, list.dropFirst()).allSatisfy({ $0.key < $1.key }) else { return nil }
        members = Dictionary(uniqueKeysWithValues: list.map { ($0.key, $0.value) })
    }

    var isExhausted: Bool { members.isEmpty }

    mutating func integer(_ key: String) -> Int64? {
        guard case .integer(let number)? = members.removeValue(forKey: key) else { return nil }
        return number
    }

    mutating func string(_ key: String) -> String? {
        guard case .string(let text)? = members.removeValue(forKey: key) else { return nil }
        return text
    }

    mutating func list(_ key: String) -> [CanonicalValue]? {
        guard case .list(let values)? = members.removeValue(forKey: key) else { return nil }
        return values
    }

    mutating func flag(_ key: String) -> Bool? {
        switch string(key) {
        case "yes": true
        case "no": false
        default: nil
        }
    }

    mutating func has(_ key: String) -> Bool { members[key] != nil }
}
