/// Values, each with exactly one way to write it.
extension StrictNode {
    var isList: Bool { if case .list = content { true } else { false } }
    var isMapping: Bool { if case .mapping = content { true } else { false } }

    /// The text of a plain scalar; `nil` for everything else.
    var plain: String? { if case .scalar(let text, isPlain: true) = content { text } else { nil } }

    func list() throws(PolicyError) -> [StrictNode] {
        guard case .list(let members) = content else {
            throw error(.wrongShape, "a list belongs here", "write `[a, b]`, or lines that begin with `- `")
        }
        return members
    }

    /// A text for people, quoted or not.
    func text(atMost limit: Int = 500) throws(PolicyError) -> String {
        guard case .scalar(let text, _) = content, !text.isEmpty else {
            throw error(.wrongShape, "a text belongs here", "write a text")
        }
        guard text.unicodeScalars.count <= limit else {
            throw error(.textTooLong, "more than \(limit) characters", "shorten it")
        }
        return text
    }

    func name() throws(PolicyError) -> String {
        guard let text = plain, text.isPolicyName else {
            throw error(
                .notAName,
                "a name belongs here",
                "use small letters, digits and single hyphens, first a letter, 40 at most"
            )
        }
        return text
    }

    /// A whole number in decimal digits, without sign, leading zero, point or exponent.
    func integer(_ range: ClosedRange<Int64>) throws(PolicyError) -> Int64 {
        guard let number = plain.flatMap(Int64.init(strictDigits:)), range.contains(number) else {
            throw error(
                .notANumber,
                "a whole number from \(range.lowerBound) to \(range.upperBound) belongs here",
                "write digits alone, such as 5"
            )
        }
        return number
    }

    /// A number and a unit: `90s`, `15m`, `48h`, `7d`. Seconds, from 1 second to 10 years.
    func duration() throws(PolicyError) -> Int64 {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let text = plain, let unit = text.last.flatMap({ units[$0] }),
            let number = Int64(strictDigits: String(text.dropLast())), (1...315_360_000 / unit).contains(number)
        else {
            throw error(.notADuration, "a duration belongs here", "write a number and s, m, h or d, such as 15m")
        }
        return number * unit
    }

    func flag() throws(PolicyError) -> Bool {
        switch plain {
        case "true": return true
        case "false": return false
        default: throw error(.notAFlag, "true or false belongs here", "write true or false")
        }
    }

    func choice<Name: RawRepresentable<String> & CaseIterable>(_ type: Name.Type) throws(PolicyError) -> Name {
        guard let text = plain, let name = Name(rawValue: text) else {
            throw unknownName(of: type.allCases.map(\.rawValue))
        }
        return name
    }

    /// A list of names, each once.
    func choices<Name: RawRepresentable<String> & CaseIterable & Hashable>(
        _ type: Name.Type
    ) throws(PolicyError) -> [Name] {
        var names: [Name] = []
        for member in try list() {
            let name = try member.choice(type)
            guard !names.contains(name) else { throw member.error(.duplicateMember, "named twice", "keep one") }
            names.append(name)
        }
        return names
    }

    func unknownName(of names: [String]) -> PolicyError {
        let found: String = if case .scalar(let text, _) = content { text.quoted + " is" } else { "this is" }
        return error(
            .unknownName,
            found + " not a name known here",
            names.isEmpty ? "declare it first" : "use one of " + names.joined(separator: ", ")
        )
    }
}

extension Int64 {
    /// Reads decimal digits and nothing else: no sign, no leading zero, at most 15.
    init?(strictDigits text: String) {
        guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text == "0" || !text.hasPrefix("0")
        else { return nil }
        self.init(text)
    }
}
