/// A claimed address, as far as it can be compared: postcode and house (Docs/Specs/vault.md §10.7).
struct AddressClaim: ParsedClaim {
    private static let postcodeLengths = 3...10
    private static let maximumNameByteCount = 64

    private let postcode: Scalars
    private let house: Scalars

    init(postcode: CleanText, house: CleanText) throws(ClaimRefusal) {
        self.postcode = try Self.postcode(postcode.scalars.withASCIIDigits().withASCIICapitals())
        let house = house.scalars.withASCIIDigits().folded()
        self.house = try house.contains(where: \.isASCIIDigit) ? HouseNumber(house).scalars : Self.houseName(house)
    }

    func form(_: UInt8) -> Scalars {
        postcode + ["|"] + house
    }

    private static func postcode(_ text: Scalars) throws(ClaimRefusal) -> Scalars {
        let postcode = (text.first == "〒" ? Array(text.dropFirst()) : text).deletingDashes(and: [" ", "\u{30FC}"])
        guard postcodeLengths.contains(postcode.count),
            postcode.allSatisfy({ $0.isASCIIUppercase || $0.isASCIIDigit })
        else { throw .invalidAddress }
        return postcode
    }

    /// Variant 2 of a name without its spaces. Where nothing is left of it, the address is invalid, not the claim empty.
    private static func houseName(_ text: Scalars) throws(ClaimRefusal) -> Scalars {
        guard let plain = try? text.plainName() else { throw .invalidAddress }
        let name = plain.filter { $0 != " " }
        guard name.utf8Count <= maximumNameByteCount, !name.contains("|") else { throw .invalidAddress }
        return name
    }
}

/// A house that has a number: digits, perhaps letters, and up to four parts behind `-` or `/`.
private struct HouseNumber {
    private static let digitCounts = 1...6
    private static let maximumLetterCount = 3
    private static let maximumPartCount = 4
    private static let partLengths = 1...6

    /// Words for "number", which may stand before the first digit.
    private static let prefixes: [Scalars] = [.init("no"), .init("nr"), .init("n°"), ["#"]]

    /// Words for "block", "lot" and "number" that part the numbers of an East Asian address, the longest first.
    private static let separators: [Scalars] = [.init("丁目"), .init("番地"), ["番"], ["号"], ["號"], ["の"]]

    let scalars: Scalars

    /// - Parameter text: cleaned and folded, with ASCII digits.
    init(_ text: Scalars) throws(ClaimRefusal) {
        let number = Self.withPlainSeparators(Self.withoutPrefix(text).withPlainDashes(also: ["\u{30FC}"]))
        let joined = try Self.withoutSpaces(number)
        // Empty parts vanish: a run of separators is one, and none stands at an end.
        scalars = Array(joined.split(separator: "-").joined(separator: ["-"]))
        guard isValid else { throw .invalidAddress }
    }

    private static func withoutPrefix(_ text: Scalars) -> Scalars {
        guard let prefix = prefixes.first(where: { text.starts(with: $0) }) else { return text }
        var rest = text.dropFirst(prefix.count)
        if rest.first == "." { rest.removeFirst() }
        if rest.first == " " { rest.removeFirst() }
        return rest.first?.isASCIIDigit == true ? Array(rest) : text
    }

    private static func withPlainSeparators(_ text: Scalars) -> Scalars {
        var number: Scalars = []
        var rest = text[...]
        while let scalar = rest.first {
            if let separator = separators.first(where: { rest.starts(with: $0) }) {
                rest.removeFirst(separator.count)
                number.append("-")
            } else {
                rest.removeFirst()
                number.append(scalar)
            }
        }
        return number
    }

    /// "12 14" may be one house or two, so a space between digits is refused rather than deleted.
    private static func withoutSpaces(_ text: Scalars) throws(ClaimRefusal) -> Scalars {
        for index in text.indices.dropFirst().dropLast() where text[index] == " " {
            if text[index - 1].isASCIIDigit, text[index + 1].isASCIIDigit { throw .invalidAddress }
        }
        return text.filter { $0 != " " }
    }

    /// `[0-9]{1,6}[a-z]{0,3}([-/][0-9a-z]{1,6}){0,4}`.
    private var isValid: Bool {
        let parts = scalars.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" }
        guard let first = parts.first, parts.count <= Self.maximumPartCount + 1 else { return false }
        let letters = first.drop { $0.isASCIIDigit }
        return Self.digitCounts.contains(first.count - letters.count)
            && letters.count <= Self.maximumLetterCount && letters.allSatisfy(\.isASCIILowercase)
            && parts.dropFirst().allSatisfy { part in
                Self.partLengths.contains(part.count) && part.allSatisfy { $0.isASCIIDigit || $0.isASCIILowercase }
            }
    }
}
