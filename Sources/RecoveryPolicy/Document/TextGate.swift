/// Looks at the bytes of a text before the YAML parser does, and refuses what a policy has no use for.
///
/// Yams expands aliases while it composes, and hashes whole keys; both let a few lines cost hours. So anchors, aliases,
/// tags and keys that are collections must be refused *before*. Telling quotes and comments apart from the rest would
/// need a second YAML lexer that agrees with the first on every text. This one does not try: it refuses a character
/// wherever it *could* begin such a token, in a quoted string or a comment too. libyaml starts no token directly after
/// an ASCII letter or digit, which is why `R&D` and `Sure?` pass.
enum TextGate {
    /// Bytes.
    static let mostBytes = 1 << 20
    /// Bytes that can separate two nodes. No text has more nodes than these, and one.
    static let mostSeparators = 100_000

    static func check(_ text: String) throws(PolicyError) {
        let bytes = Array(text.utf8)
        var position = (line: 1, column: 1)
        func refuse(_ code: PolicyError.Code, _ text: String, _ cure: String) -> PolicyError {
            PolicyError(code: code, line: position.line, column: position.column, path: "", text: text, cure: cure)
        }
        guard bytes.count <= mostBytes else {
            throw refuse(.tooLarge, "\(bytes.count) bytes, and \(mostBytes) at most", "split the policy")
        }
        var separators = 0
        for (index, byte) in bytes.enumerated() {
            let previous = index > 0 ? bytes[index - 1] : newline
            let next = index + 1 < bytes.count ? bytes[index + 1] : newline
            let afterNext = index + 2 < bytes.count ? bytes[index + 2] : newline
            switch byte {
            case 0x00...0x09, 0x0B...0x1F, 0x7F:
                guard byte == 0x0D, next == newline else {
                    throw refuse(.character, "a control character", "use spaces, and line feeds to end lines")
                }
            case 0xC2 where (0x80...0x9F).contains(next),
                0xE2 where next == 0x80 && (0xA8...0xA9).contains(afterNext),
                0xEF where next == 0xBB && afterNext == 0xBF:
                // NEL, LS and PS end a line for libyaml and for nobody else.
                throw refuse(.character, "a control character, a byte order mark or another line end", "remove it")
            case UInt8(ascii: "&") where next.isNameByte && !previous.isLetterOrDigit:
                throw refuse(.anchor, "an anchor, or what could be one", "write the value where it is used")
            case UInt8(ascii: "*") where next.isNameByte && !previous.isLetterOrDigit:
                throw refuse(.alias, "an alias, or what could be one", "write the value where it is used")
            case UInt8(ascii: "!") where !previous.isLetterOrDigit:
                throw refuse(.tag, "a tag, or what could be one", "leave the tag out")
            case UInt8(ascii: "%") where index == 0 || previous == newline:
                throw refuse(.directive, "a directive", "remove the line")
            case UInt8(ascii: "?") where !previous.isLetterOrDigit:
                throw refuse(.complexKey, "a key mark, or what could be one", "write `key: value`")
            case UInt8(ascii: ":") where endsCollection(bytes, before: index):
                throw refuse(.complexKey, "a key that is a list or a mapping", "use a name as the key")
            default:
                break
            }
            if isSeparator(byte) { separators += 1 }
            guard separators <= mostSeparators else {
                throw refuse(.tooManyNodes, "more than \(mostSeparators) separators", "split the policy")
            }
            if byte == newline {
                position = (position.line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                position.column += 1
            }
        }
    }

    private static let newline = UInt8(ascii: "\n")

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case newline, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Whether the last byte before `index` that is not a space closes a list or a mapping. A key stands on one line.
    private static func endsCollection(_ bytes: [UInt8], before index: Int) -> Bool {
        var index = index - 1
        while index >= 0, bytes[index] == UInt8(ascii: " ") { index -= 1 }
        return index >= 0 && (bytes[index] == UInt8(ascii: "]") || bytes[index] == UInt8(ascii: "}"))
    }
}

extension UInt8 {
    var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }

    /// What libyaml allows in the name of an anchor.
    fileprivate var isNameByte: Bool { isLetterOrDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: "-") }
}
