/// Text with variables in it, not yet put in.
struct Template: Sendable {
    private(set) var parts: [Part] = []

    enum Part: Sendable {
        case text(String)
        case variable(String)
    }

    /// Reads `$NAME` as a variable. A dollar sign before anything but a capital letter stands for itself.
    init(_ text: Substring) {
        var rest = text
        while let match = rest.firstMatch(of: /\$([A-Z][A-Z0-9_]*)/) {
            parts.append(.text(String(rest[..<match.range.lowerBound])))
            parts.append(.variable(String(match.1)))
            rest = rest[match.range.upperBound...]
        }
        parts.append(.text(String(rest)))
    }

    init(literal text: Substring) {
        parts = [.text(String(text))]
    }

    static func + (left: Template, right: Template) -> Template {
        var sum = left
        sum.parts += right.parts
        return sum
    }

    var variables: [String] {
        parts.compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }

    /// The text with the values put in as they are.
    func text(_ values: [String: String]) -> String {
        joined { values[$0] ?? "" }
    }

    /// The text as a regular expression, in which a value matches itself and nothing else.
    func pattern(_ values: [String: String]) throws -> Regex<AnyRegexOutput> {
        let pattern = joined { name in
            (values[name] ?? "").map { $0.isLetter || $0.isNumber ? "\($0)" : "\\\($0)" }.joined()
        }
        return try Regex(pattern).anchorsMatchLineEndings().matchingSemantics(.unicodeScalar)
    }

    private func joined(_ value: (String) -> String) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .variable(let name): value(name)
            }
        }.joined()
    }
}

extension [Template] {
    /// Parts a line into words.
    init(words line: Substring, line number: Int) throws(ScriptError) {
        self = []
        var rest = line.drop { $0 == " " }
        while !rest.isEmpty {
            var word = Template(literal: "")
            while let first = rest.first, first != " " {
                if first == "'" || first == "\"" {
                    guard let end = rest.dropFirst().firstIndex(of: first) else { throw .openQuote(line: number) }
                    let inside = rest[rest.index(after: rest.startIndex)..<end]
                    word = word + (first == "'" ? Template(literal: inside) : Template(inside))
                    rest = rest[rest.index(after: end)...]
                } else {
                    let plain = rest.prefix { $0 != " " && $0 != "'" && $0 != "\"" }
                    word = word + Template(plain)
                    rest = rest[plain.endIndex...]
                }
            }
            append(word)
            rest = rest.drop { $0 == " " }
        }
    }
}
