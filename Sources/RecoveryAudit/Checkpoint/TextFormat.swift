// Small lexical rules that notes, policies and proofs share (audit-log.md §2).

/// Reads a decimal number of §2 rule 7: no sign, no leading zero, at most 2^53 − 1.
func decimal(_ text: some StringProtocol) -> UInt64? {
    let digits = text.utf8
    guard (1...16).contains(digits.count), digits.first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
    var number: UInt64 = 0
    for digit in digits {
        guard 0x30...0x39 ~= digit else { return nil }
        number = number * 10 + UInt64(digit - 0x30)
    }
    return number <= UInt64(CanonicalJSON.largestInteger) ? number : nil
}

/// Whether `name` can name a key in a signed note: not empty, no white space, no `+`, no control characters.
func isKeyName(_ name: some StringProtocol) -> Bool {
    !name.isEmpty
        && name.unicodeScalars.allSatisfy {
            $0 != "+" && !$0.properties.isWhitespace && $0.properties.generalCategory != .control
        }
}

/// Splits at an ASCII character. By bytes: as a `Character`, a separator before a combining mark would be another one.
func fields(
    of text: some StringProtocol,
    separator: Unicode.Scalar,
    maximum: Int = .max
) -> [Substring] {
    Substring(text).utf8
        .split(separator: UInt8(ascii: separator), maxSplits: maximum - 1, omittingEmptySubsequences: false)
        .map { Substring($0) }
}

extension StringProtocol {
    /// Whether both are the same bytes. `==` would accept another normalisation of the same text.
    func hasSameBytes(as other: some StringProtocol) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}

/// Reads well-formed UTF-8, or refuses.
func text(of bytes: [UInt8]) -> String? {
    guard let span = try? UTF8Span(validating: bytes.span) else { return nil }
    return String(copying: span)
}
