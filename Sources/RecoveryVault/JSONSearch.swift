/// Finds one string in a JSON text (RFC 8259) where it stands, and copies nothing of it: an answer with a key in it must
/// not become strings that nobody wipes.
struct JSONSearch {
    /// Arrays and objects that may be open at once.
    static let maximumDepth = 16

    private var position = 0
    private var found: Range<Int>?

    /// Returns where the string at the end of `path` stands, without its quotes, or `nil` if the text is no JSON, has
    /// no such string, or more than one, or one with an escape, since a name or a string that can be spelt in two ways
    /// is not looked for.
    static func string(at path: [String], in text: Span<UInt8>) -> Range<Int>? {
        var search = JSONSearch()
        guard search.value(text, path[...], depth: 0) else { return nil }
        search.skipSpace(text)
        return search.position == text.count ? search.found : nil
    }

    /// Passes one value. `path` is what is left of it below here; `nil` where nothing is looked for.
    private mutating func value(_ text: Span<UInt8>, _ path: ArraySlice<String>?, depth: Int) -> Bool {
        skipSpace(text)
        guard position < text.count, depth < Self.maximumDepth else { return false }
        switch text[position] {
        case UInt8(ascii: "{"): return members(text, path, depth: depth)
        case UInt8(ascii: "["): return elements(text, depth: depth)
        case UInt8(ascii: "\""):
            guard let string = string(text) else { return false }
            if path?.isEmpty == true {
                guard found == nil, !string.isEscaped else { return false }
                found = string.range
            }
            return true
        default: return number(text) || ["true", "false", "null"].contains { literal($0, text) }
        }
    }

    private mutating func members(_ text: Span<UInt8>, _ path: ArraySlice<String>?, depth: Int) -> Bool {
        position += 1
        if take("}", text) { return true }
        repeat {
            skipSpace(text)
            guard let name = string(text), take(":", text) else { return false }
            var rest: ArraySlice<String>?
            if let path, let wanted = path.first {
                guard !name.isEscaped else { return false }
                if name.range.count == wanted.utf8.count,
                    zip(name.range, wanted.utf8).allSatisfy({ text[$0] == $1 })
                {
                    rest = path.dropFirst()
                }
            }
            guard value(text, rest, depth: depth + 1) else { return false }
        } while take(",", text)
        return take("}", text)
    }

    private mutating func elements(_ text: Span<UInt8>, depth: Int) -> Bool {
        position += 1
        if take("]", text) { return true }
        repeat {
            guard value(text, nil, depth: depth + 1) else { return false }
        } while take(",", text)
        return take("]", text)
    }

    private mutating func string(_ text: Span<UInt8>) -> (range: Range<Int>, isEscaped: Bool)? {
        guard position < text.count, text[position] == UInt8(ascii: "\"") else { return nil }
        position += 1
        let start = position
        var isEscaped = false
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\""):
                position += 1
                return (start..<position - 1, isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                position += 2
            case 0..<0x20: return nil
            default: position += 1
            }
        }
        return nil
    }

    private mutating func number(_ text: Span<UInt8>) -> Bool {
        let start = position
        while position < text.count, Array("+-.0123456789Ee".utf8).contains(text[position]) { position += 1 }
        return position > start
    }

    private mutating func literal(_ word: String, _ text: Span<UInt8>) -> Bool {
        guard position + word.utf8.count <= text.count,
            zip(position..., word.utf8).allSatisfy({ text[$0] == $1 })
        else { return false }
        position += word.utf8.count
        return true
    }

    private mutating func take(_ mark: Unicode.Scalar, _ text: Span<UInt8>) -> Bool {
        skipSpace(text)
        guard position < text.count, text[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace(_ text: Span<UInt8>) {
        while position < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[position]) { position += 1 }
    }
}
