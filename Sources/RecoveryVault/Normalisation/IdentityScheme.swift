/// A register whose numbers are known by pattern and check digit (Docs/Specs/vault.md §10.5). The raw value is the word
/// of the configuration.
public enum IdentityScheme: String, Sendable, Hashable, CaseIterable {
    /// Any identifier; nothing is checked but its characters.
    case unchecked = "NONE"
    case spanishDNI = "ES-DNI"
    case chineseResidentCard = "CN-RIC"
    case americanSSN = "US-SSN"
    case britishNINO = "GB-NINO"
    case brazilianCPF = "BR-CPF"
    case frenchNIR = "FR-NIR"
    case japaneseMyNumber = "JP-MN"
    case polishPESEL = "PL-PESEL"
}

extension IdentityScheme {
    /// One letter for each character: `9` a digit, `A` a letter, `X` a digit or X, `E` what a Spanish one begins with,
    /// `*` what the scheme itself looks at.
    private var shape: StaticString? {
        switch self {
        case .unchecked: nil
        case .spanishDNI: "E9999999A"
        case .chineseResidentCard: "99999999999999999X"
        case .americanSSN: "999999999"
        case .britishNINO: "AA999999A"
        case .brazilianCPF, .polishPESEL: "99999999999"
        case .frenchNIR: "999999*99999999"
        case .japaneseMyNumber: "999999999999"
        }
    }

    /// Whether a compact identifier, of A–Z and 0–9, has the pattern of this scheme.
    func fitsPattern(_ text: Scalars) -> Bool {
        guard let shape else { return true }
        let classes = Scalars(shape)
        guard text.count == classes.count, zip(text, classes).allSatisfy(Self.belongs) else { return false }
        switch self {
        case .americanSSN:
            let area = Array(text[..<3])
            return area != Scalars("000") && area != Scalars("666") && area[0] != "9"
                && Array(text[3..<5]) != Scalars("00") && Array(text[5...]) != Scalars("0000")
        case .britishNINO:
            let refused = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].map { Scalars($0) }
            return !Scalars("DFIQUV").contains(text[0]) && !Scalars("DFIOQUV").contains(text[1])
                && !refused.contains(Array(text[..<2])) && ("A"..."D").contains(text[8])
        case .brazilianCPF:
            return !text.allSatisfy { $0 == text[0] }
        case .frenchNIR:
            return text[6].isASCIIDigit || text[5] == "2" && (text[6] == "A" || text[6] == "B")
        case .unchecked, .spanishDNI, .chineseResidentCard, .japaneseMyNumber, .polishPESEL:
            return true
        }
    }

    private static func belongs(_ scalar: Unicode.Scalar, to kind: Unicode.Scalar) -> Bool {
        switch kind {
        case "9": scalar.isASCIIDigit
        case "A": scalar.isASCIIUppercase
        case "X": scalar.isASCIIDigit || scalar == "X"
        case "E": scalar.isASCIIDigit || ("X"..."Z").contains(scalar)
        default: true
        }
    }

    /// Whether the check digits of an identifier that fits the pattern are right.
    func passesCheck(_ text: Scalars) -> Bool {
        let digits = text.map { $0.isASCIIDigit ? Int($0.value) - 0x30 : 0 }
        switch self {
        case .unchecked, .americanSSN, .britishNINO:
            return true
        case .spanishDNI:
            let first = text[0].isASCIIDigit ? digits[0] : Int(text[0].value) - 0x58
            let number = digits[1..<8].reduce(first) { $0 * 10 + $1 }
            return text[8] == Scalars("TRWAGMYFPDXBNJZSQVHLCKE")[number % 23]
        case .chineseResidentCard:
            let sum = weighted(digits, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
            return text[17] == Scalars("10X98765432")[sum % 11]
        case .brazilianCPF:
            let tenth = weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
            let eleventh = weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
            return digits[9] == tenth && digits[10] == eleventh
        case .frenchNIR:
            // The departments of Corsica, 2A and 2B, count as 19 and 18.
            var number = digits
            if !text[6].isASCIIDigit { number.replaceSubrange(5...6, with: [1, text[6] == "A" ? 9 : 8]) }
            let first = number[..<13].reduce(0) { $0 * 10 + $1 }
            return number[13] * 10 + number[14] == 97 - first % 97
        case .japaneseMyNumber:
            let rest = weighted(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
            return digits[11] == (rest <= 1 ? 0 : 11 - rest)
        case .polishPESEL:
            return digits[10] == (10 - weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10
        }
    }

    private func weighted(_ digits: [Int], _ weights: [Int]) -> Int {
        zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
