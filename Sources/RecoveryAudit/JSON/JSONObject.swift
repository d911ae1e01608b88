/// A name and its value.
public struct JSONMember: Sendable, Hashable {
    public let key: String
    public let value: JSONValue

    public init(key: String, value: JSONValue) {
        self.key = key
        self.value = value
    }
}

/// The members of an object, ascending by the bytes of their keys, each key once (audit-log.md §2.1 rule 2).
public struct JSONObject: Sendable, Hashable {
    public private(set) var members: [JSONMember]

    /// Sorts `members`. Keys come from this program, not from input: one that is malformed or comes twice is a
    /// mistake in the program and ends it.
    public init(_ members: [JSONMember] = []) {
        let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for index in sorted.indices {
            precondition(JSONObject.isKey(sorted[index].key.utf8), "a key is 1 to 64 of a-z, 0-9 and _")
            precondition(index == 0 || sorted[index - 1].key != sorted[index].key, "a key comes once")
        }
        self.members = sorted
    }

    /// Takes members that the parser found well formed and ascending.
    init(ascending members: [JSONMember]) {
        self.members = members
    }

    /// The value of that name. Payloads have few members, so this looks at each.
    public subscript(key: String) -> JSONValue? {
        for member in members where member.key == key { return member.value }
        return nil
    }

    /// The same object with one member more; the key must be a new one.
    public func adding(_ key: String, _ value: JSONValue) -> JSONObject {
        precondition(JSONObject.isKey(key.utf8) && self[key] == nil, "a key is well formed and comes once")
        var object = self
        let index = members.firstIndex { key.utf8.lexicographicallyPrecedes($0.key.utf8) } ?? members.endIndex
        object.members.insert(JSONMember(key: key, value: value), at: index)
        return object
    }

    static let maximumKeySize = 64

    static func isKey(_ key: some Collection<UInt8>) -> Bool {
        (1...maximumKeySize).contains(key.count) && key.allSatisfy(isKeyByte)
    }

    static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self.init(members.map { JSONMember(key: $0.0, value: $0.1) })
    }
}
