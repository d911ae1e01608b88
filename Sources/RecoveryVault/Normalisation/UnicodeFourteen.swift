/// Unicode 14.0 as seen through newer tables (Docs/Specs/vault.md §10): assigned characters keep their decompositions
/// and case foldings for ever, so only later characters and the few categories that changed have to be told apart.
extension Unicode.Scalar {
    /// Neither unassigned nor private nor a noncharacter in Unicode 14.0.
    var isAssignedInFourteen: Bool {
        if isASCII { return true }
        guard let age = properties.age, age.major <= 14 else { return false }
        return switch properties.generalCategory {
        case .unassigned, .privateUse, .surrogate: false
        default: true
        }
    }

    /// General category Mn. U+1171E is a spacing mark in newer tables and was none in 14.0.
    var isNonspacingMark: Bool {
        value == 0x1171E || !isASCII && properties.generalCategory == .nonspacingMark
    }

    /// General category L.
    var isLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    /// General category M.
    var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// General category N.
    var isNumber: Bool {
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }

    /// The ASCII digit of a character of category Nd, or `nil`.
    var asciiDigit: Unicode.Scalar? {
        if isASCII { return isASCIIDigit ? self : nil }
        guard properties.generalCategory == .decimalNumber, let value = properties.numericValue else { return nil }
        return Unicode.Scalar(0x30 + UInt8(value))
    }

    var isASCIIDigit: Bool { ("0"..."9").contains(self) }

    var isASCIILowercase: Bool { ("a"..."z").contains(self) }

    var isASCIIUppercase: Bool { ("A"..."Z").contains(self) }
}
