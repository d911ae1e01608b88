/// A claimed e-mail address (Docs/Specs/vault.md §10.4). Variant 1 is the address, variant 2 has its local part folded.
struct EmailClaim: ParsedClaim {
    private static let localByteCounts = 1...64
    private static let maximumByteCount = 254

    private let local: Scalars
    private let domain: Scalars

    init(_ text: CleanText) throws(ClaimRefusal) {
        guard let at = text.scalars.lastIndex(of: "@") else { throw .invalidEmail }
        local = Array(text.scalars[..<at])
        guard Self.localByteCounts.contains(local.utf8Count), !local.contains(where: Self.isForbidden) else {
            throw .invalidEmail
        }
        domain = try DomainName(text.scalars[(at + 1)...]).scalars
        guard local.utf8Count + 1 + domain.count <= Self.maximumByteCount else { throw .invalidEmail }
    }

    func form(_ variant: UInt8) -> Scalars {
        (variant == 2 ? local.folded() : local) + ["@"] + domain
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\"", "(", ")", ",", ":", ";", "<", ">", "@", "[", "\\", "]": true
        default: false
        }
    }
}

/// A domain in lower-case letters, digits, hyphens and points, labels of other scripts as A-labels.
private struct DomainName {
    private static let maximumByteCount = 253
    private static let labelByteCounts = 1...63

    let scalars: Scalars

    init(_ text: ArraySlice<Unicode.Scalar>) throws(ClaimRefusal) {
        let points = text.map { $0 == "\u{3002}" ? "." : $0 }
        // Each character by itself: the context of a word would turn a final Σ into ς.
        let lower = points.flatMap { $0.properties.lowercaseMapping.unicodeScalars }.normalised(to: .nfc)
        var labels: [Scalars] = []
        for label in lower.split(separator: ".", omittingEmptySubsequences: false) {
            labels.append(try Self.ascii(Array(label)))
        }
        guard labels.count >= 2, let last = labels.last, !last.allSatisfy(\.isASCIIDigit) else { throw .invalidEmail }
        scalars = Array(labels.joined(separator: ["."]))
        guard scalars.count <= Self.maximumByteCount else { throw .invalidEmail }
    }

    private static func ascii(_ label: Scalars) throws(ClaimRefusal) -> Scalars {
        guard label.first != "-", label.last != "-" else { throw .invalidEmail }
        var ascii = label
        if !label.allSatisfy(\.isASCII) {
            guard let first = label.first, !first.isMark, label.allSatisfy(isAllowed) else { throw .invalidEmail }
            ascii = Scalars("xn--") + Punycode.encode(label)
        }
        guard labelByteCounts.contains(ascii.count), ascii.allSatisfy(isLetterDigitHyphen), ascii.last != "-" else {
            throw .invalidEmail
        }
        return ascii
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return isLetterDigitHyphen(scalar) }
        return scalar.isLetter || scalar.isMark || scalar.isNumber || scalar == "\u{B7}" || scalar == "\u{30FB}"
    }

    private static func isLetterDigitHyphen(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCIILowercase || scalar.isASCIIDigit || scalar == "-"
    }
}
