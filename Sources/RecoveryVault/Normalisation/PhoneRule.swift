/// A claimed telephone number (Docs/Specs/vault.md §10.3). Variant 1 is E.164, variant 2 its last four digits.
struct PhoneClaim: ParsedClaim {
    /// Digits of an international number without `+`; E.164 allows 15.
    private static let digitCounts = 8...15

    /// Country code and national number, digits only.
    private let number: Scalars

    init(_ text: CleanText, region: PhoneRegion?) throws(ClaimRefusal) {
        let dialled = try Self.dialled(text.scalars)
        var number = try Self.international(dialled, region: region)
        // "+44 (0)20 …" written without its brackets.
        if let code = PhoneRegion.zeroTrunkCode(of: number), number.dropFirst(code.count).first == "0" {
            number.remove(at: code.count)
        }
        guard Self.digitCounts.contains(number.count), number.first != "0" else { throw .invalidPhone }
        self.number = number
    }

    func form(_ variant: UInt8) -> Scalars {
        variant == 2 ? number.suffix(4) : ["+"] + number
    }

    /// What a finger would press: digits, perhaps after `+`, without scheme, extension and punctuation.
    private static func dialled(_ text: Scalars) throws(ClaimRefusal) -> Scalars {
        var text = text.withASCIIDigits().map { scalar in
            scalar.isASCIIUppercase ? Unicode.Scalar(UInt8(scalar.value) + 0x20) : scalar
        }
        if text.starts(with: Scalars("tel:")) {
            text = Array(text.dropFirst(4).drop { $0 == " " })
        }
        text.removeExtension()
        if text.first == "+" || text.starts(with: Scalars("00")) {
            text.removeTrunkInBrackets()
        }
        text = text.deletingDashes(and: [" ", "(", ")", ".", "/", "\u{B7}", "\u{30FC}"])
        let digits = text.first == "+" ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit) else { throw .invalidPhone }
        return text
    }

    /// Country code and national number of what was dialled in this region.
    private static func international(_ dialled: Scalars, region: PhoneRegion?) throws(ClaimRefusal) -> Scalars {
        if dialled.first == "+" { return Array(dialled.dropFirst()) }
        let prefix = region?.internationalPrefix ?? Scalars("00")
        if dialled.starts(with: prefix) { return Array(dialled.dropFirst(prefix.count)) }
        guard let region else { throw .noRegion }
        if dialled.starts(with: Scalars("00")) { throw .invalidPhone }
        let trunk = region.trunkPrefix
        return region.countryCode + dialled.dropFirst(dialled.starts(with: trunk) ? trunk.count : 0)
    }
}

extension Scalars {
    /// Removes a final extension: a marker and 1 to 8 digits, with spaces before and after the marker.
    fileprivate mutating func removeExtension() {
        let digits = reversed().prefix { $0.isASCIIDigit }.count
        guard (1...8).contains(digits) else { return }
        var rest = dropLast(digits)
        while rest.last == " " { rest.removeLast() }
        let markers: [Scalars] = [Scalars(";ext="), Scalars("ext."), Scalars("ext"), ["x"], ["#"]]
        guard let marker = markers.first(where: { rest.reversed().starts(with: $0.reversed()) }) else { return }
        rest.removeLast(marker.count)
        while rest.last == " " { rest.removeLast() }
        self = Array(rest)
    }

    /// Removes the first `(0)`.
    fileprivate mutating func removeTrunkInBrackets() {
        guard let place = indices.first(where: { self[$0...].starts(with: ["(", "0", ")"]) }) else { return }
        removeSubrange(place..<place + 3)
    }
}
