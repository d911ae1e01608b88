import RecoveryCrypto

/// What a field may hold (audit-log.md §6). There is no free text outside private values.
enum ValueKind: Sendable, Hashable {
    /// An identifier minted by the service: `[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}`.
    case ref
    /// A value of a closed vocabulary: `[a-z][a-z0-9_.]{0,47}`.
    case word
    /// A random pseudonym, nonce or identifier: 32 hex digits.
    case psn
    /// 64 hex digits.
    case hash
    /// An integer of 0 or more, at least the given bound.
    case int(from: Int64 = 0)
    /// Any integer.
    case sint
    /// 1 to 32 words, strictly ascending.
    case words
    /// 1 to 16 positions, strictly ascending.
    case seqs
    case base64(ClosedRange<Int>)
    case oneOf([String])
    /// The name of a log.
    case origin
    /// At most so many characters.
    case text(upTo: Int)
    /// Told apart elsewhere.
    case anyText
    case object(PayloadShape)
    case list(ClosedRange<Int>, of: ListKind)
    /// A non-empty selection of private values by name, each a hash.
    case commitments([String])

    /// Arrays with a rule that spans their elements.
    enum ListKind: Sendable, Hashable {
        /// Sealed epoch keys; no `kid` twice.
        case sealedKeys
        /// Lines of witnesses.
        case cosignatures
        /// Pairs of position and name, strictly ascending.
        case privateFields
    }

    static func base64(_ count: Int) -> ValueKind { .base64(count...count) }

    /// Reads a kind as the tables of §6 and §7 write it.
    init(named name: Substring) {
        switch name {
        case "ref": self = .ref
        case "word": self = .word
        case "psn": self = .psn
        case "hash": self = .hash
        case "int": self = .int()
        case "sint": self = .sint
        case "words": self = .words
        case "seqs": self = .seqs
        default: self = .oneOf(name.split(separator: "/").map(String.init))
        }
    }

    /// Whether `value` is of this kind.
    func admits(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.ref, .string(let text)): Self.isRef(text)
        case (.word, .string(let text)): Self.isWord(text)
        case (.psn, .string(let text)): Self.isHex(text, digits: 32)
        case (.hash, .string(let text)): Self.isHex(text, digits: 64)
        case (.int(let bound), .integer(let number)): bound...CanonicalJSON.largestInteger ~= number
        case (.sint, .integer(let number)): number.magnitude <= CanonicalJSON.largestInteger.magnitude
        case (.words, .array(let elements)): Self.areAscendingWords(elements)
        case (.seqs, .array(let elements)): Self.areAscendingPositions(elements)
        case (.base64(let sizes), .string(let text)): Base64.decode(text).map { sizes.contains($0.count) } ?? false
        case (.oneOf(let texts), .string(let text)): texts.contains { $0.hasSameBytes(as: text) }
        case (.origin, .string(let text)): Origin(text) != nil
        case (.text(let limit), .string(let text)): text.unicodeScalars.count <= limit
        case (.anyText, .string): true
        case (.object(let shape), .object(let object)): shape.admits(object)
        case (.list(let counts, let kind), .array(let elements)):
            counts.contains(elements.count) && kind.admits(elements)
        case (.commitments(let names), .object(let object)):
            !object.members.isEmpty
                && object.members.allSatisfy { names.contains($0.key) && ValueKind.hash.admits($0.value) }
        default: false
        }
    }

    static func isRef(_ text: String) -> Bool {
        let bytes = text.utf8.span
        guard 1...64 ~= bytes.count, isAlphanumeric(bytes[0]) else { return false }
        return holds(bytes) { byte in
            switch byte {
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "-"): true
            default: isAlphanumeric(byte)
            }
        }
    }

    static func isWord(_ text: String) -> Bool {
        let bytes = text.utf8.span
        guard 1...48 ~= bytes.count, 0x61...0x7a ~= bytes[0] else { return false }
        return holds(bytes) { byte in
            switch byte {
            case 0x61...0x7a, 0x30...0x39, UInt8(ascii: "_"), UInt8(ascii: "."): true
            default: false
            }
        }
    }

    static func isHex(_ text: String, digits: Int) -> Bool {
        let bytes = text.utf8.span
        return bytes.count == digits
            && holds(bytes) { byte in
                switch byte {
                case 0x30...0x39, 0x61...0x66: true
                default: false
                }
            }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: false
        }
    }

    private static func holds(_ bytes: Span<UInt8>, _ rule: (UInt8) -> Bool) -> Bool {
        for index in bytes.indices where !rule(bytes[index]) { return false }
        return true
    }

    private static func areAscendingWords(_ elements: [JSONValue]) -> Bool {
        let words = elements.compactMap(\.string)
        return 1...32 ~= words.count && words.count == elements.count && words.allSatisfy(isWord)
            && zip(words, words.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func areAscendingPositions(_ elements: [JSONValue]) -> Bool {
        let numbers = elements.compactMap(\.integer)
        return 1...16 ~= numbers.count && numbers.count == elements.count && numbers[0] >= 0
            && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
            && numbers.allSatisfy { $0 <= CanonicalJSON.largestInteger }
    }
}

extension ValueKind.ListKind {
    private static let sealedKey = PayloadShape(required: ["hpke": .base64(80), "kid": .ref])
    private static let cosignature = PayloadShape(required: ["name": .anyText, "sig": .base64(76)])

    func admits(_ elements: [JSONValue]) -> Bool {
        switch self {
        case .sealedKeys:
            let kids = elements.compactMap { $0["kid"]?.string }
            return elements.allSatisfy { ValueKind.object(Self.sealedKey).admits($0) }
                && Set(kids).count == elements.count
        case .cosignatures:
            return elements.allSatisfy { element in
                guard ValueKind.object(Self.cosignature).admits(element), let name = element["name"]?.string else {
                    return false
                }
                return name.unicodeScalars.count <= 255 && !name.isEmpty
                    && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" }
            }
        case .privateFields:
            let fields = elements.compactMap(PrivateFieldReference.init)
            return fields.count == elements.count && zip(fields, fields.dropFirst()).allSatisfy { $0 < $1 }
        }
    }
}
