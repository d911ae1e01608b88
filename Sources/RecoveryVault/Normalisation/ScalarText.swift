internal import RecoveryCrypto

/// A text, as every rule holds it.
///
/// It is an array of scalars throughout: a `String` would compare, search and split by canonical equivalence and by
/// grapheme, which Docs/Specs/vault.md §10.1 forbids.
typealias Scalars = [Unicode.Scalar]

/// The small steps that several rules share.
extension Scalars {
    init(_ literal: StaticString) {
        self = Array(literal.description.unicodeScalars)
    }

    /// The canonical bytes.
    var canonicalBytes: SecretKey {
        SecretKey(byteCount: utf8Count) { bytes in
            for scalar in self {
                for byte in scalar.utf8 { bytes.append(byte) }
            }
        }
    }

    var utf8Count: Int {
        reduce(0) { $0 + Unicode.UTF8.width($1) }
    }

    /// Runs of white space become one space, none at either end (§10.1 step 5).
    func withSingleSpaces() -> Scalars {
        var text: Scalars = []
        text.reserveCapacity(count)
        for scalar in self {
            if !ScalarRanges.spaces.contains(scalar) {
                text.append(scalar)
            } else if !text.isEmpty, text.last != " " {
                text.append(" ")
            }
        }
        if text.last == " " { text.removeLast() }
        return text
    }

    /// *Digits folded*: each character of category Nd becomes its ASCII digit (§10.1).
    func withASCIIDigits() -> Scalars {
        map { $0.asciiDigit ?? $0 }
    }

    /// *ASCII upper*: a to z only (§10.1).
    func withASCIICapitals() -> Scalars {
        map { $0.isASCIILowercase ? Unicode.Scalar(UInt8($0.value) - 0x20) : $0 }
    }

    /// Every dash, and whatever else is named, becomes `-`.
    func withPlainDashes(also others: Set<Unicode.Scalar> = []) -> Scalars {
        map { ScalarRanges.dashes.contains($0) || others.contains($0) ? "-" : $0 }
    }

    /// Without the named characters and without dashes.
    func deletingDashes(and others: Set<Unicode.Scalar>) -> Scalars {
        filter { !ScalarRanges.dashes.contains($0) && !others.contains($0) }
    }

    /// The number that these ASCII digits write, or `nil` for anything else, for nothing, and for more than 18 digits.
    var decimal: Int? {
        guard !isEmpty, count <= 18, allSatisfy(\.isASCIIDigit) else { return nil }
        return reduce(0) { $0 * 10 + Int($1.value - 0x30) }
    }
}
