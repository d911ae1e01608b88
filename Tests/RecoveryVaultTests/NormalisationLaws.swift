import RecoveryVault
import Testing

/// What must be true of every claim of one kind, whatever was typed.
struct KindLaws: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Rules of the kind, one for each set of parameters that is worth trying.
    let rules: [FieldRule]
    /// The reasons that this kind may give, beside those of unclean text.
    let reasons: Set<ClaimRefusal>
    /// Whether the variants, as texts, look as the specification says they do.
    let isWellFormed: @Sendable ([UInt8: String]) -> Bool

    static let unclean: Set<ClaimRefusal> = [
        .tooLong, .invalidUTF8, .controlCharacter, .bidiControl, .unassignedCharacter, .empty,
    ]

    func holds(for outcome: ClaimOutcome) -> Bool {
        switch outcome {
        case .refused(let reason):
            return reasons.contains(reason) || Self.unclean.contains(reason)
        case .formed(let forms):
            let texts = forms.compactMapValues { String(validating: $0, as: UTF8.self) }
            return texts.count == forms.count && Set(forms.keys) == rules[0].variants && isWellFormed(texts)
        }
    }

    /// The inputs of the vectors of this kind.
    func samples() throws -> [[[UInt8]]] {
        let samples = try ClaimVector.all.filter { $0.kind == testDescription }.map { try $0.inputs() }
        try #require(samples.count == ClaimVector.counts[testDescription])
        return samples
    }

    /// The same as texts, by part: two for an address, one otherwise. What is not UTF-8 is left empty.
    func texts() throws -> [[[Unicode.Scalar]]] {
        let samples = try samples()
        return samples[0].indices.map { part in
            samples.map { String(validating: $0[part], as: UTF8.self).map { Array($0.unicodeScalars) } ?? [] }
        }
    }
}

extension KindLaws {
    static let all = [
        KindLaws(
            testDescription: "date",
            rules: DateOrder.allCases.map { .date($0) },
            reasons: [.invalidDate, .ambiguousDate, .outOfRange],
            isWellFormed: { forms in
                let date = forms[1] ?? ""
                return date.utf8.count == 10 && date >= "1880-01-01" && date <= "2026-01-01"
                    && date.utf8.enumerated().allSatisfy { $0 == 4 || $0 == 7 ? $1 == 0x2D : isDigit($1) }
            }
        ),
        KindLaws(
            testDescription: "phone",
            rules: [.phone(nil)] + PhoneRegion.all.map { .phone($0) },
            reasons: [.invalidPhone, .noRegion],
            isWellFormed: { forms in
                let number = Array((forms[1] ?? "").utf8)
                return (9...16).contains(number.count) && number[0] == 0x2B && number[1] != 0x30
                    && number[1...].allSatisfy(isDigit) && forms[2] == (forms[1]?.suffix(4)).map(String.init)
            }
        ),
        KindLaws(
            testDescription: "email",
            rules: [.email],
            reasons: [.invalidEmail],
            isWellFormed: { forms in
                let domains = [1, 2].map { forms[$0]?.unicodeScalars.split(separator: "@").last.map(String.init) ?? "" }
                return (forms[1]?.utf8.count ?? 0) <= 254 && domains[0] == domains[1] && domains[0].contains(".")
                    && domains[0].utf8.allSatisfy {
                        isDigit($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x2E
                    }
            }
        ),
        KindLaws(
            testDescription: "national-id",
            rules: IdentityScheme.allCases.map { .nationalID($0) },
            reasons: [.invalidIdentifier, .checkDigit],
            isWellFormed: { forms in
                let identifier = forms[1] ?? ""
                return (4...20).contains(identifier.utf8.count) && identifier.utf8.allSatisfy(isDigitOrCapital)
                    && forms[2] == String(identifier.suffix(4))
            }
        ),
        KindLaws(
            testDescription: "name",
            rules: [.name],
            reasons: [],
            isWellFormed: { forms in
                let parts = forms[3].map { words($0) } ?? []
                return forms.values.allSatisfy(hasSingleSpaces)
                    && parts == forms[2].map { words($0) }?.sorted { $0.lexicographicallyPrecedes($1) }
            }
        ),
        KindLaws(testDescription: "reading", rules: [.reading], reasons: []) { forms in
            forms[1]?.unicodeScalars.contains { $0 == " " || ("ぁ"..."ゖ").contains($0) } == false
        },
        KindLaws(testDescription: "text", rules: [.text], reasons: []) { $0.values.allSatisfy(hasSingleSpaces) },
        KindLaws(testDescription: "address", rules: [.address], reasons: [.invalidAddress]) { forms in
            let parts = (forms[1] ?? "").unicodeScalars.split(separator: "|", omittingEmptySubsequences: false)
            return parts.count == 2 && (3...10).contains(parts[0].count) && !parts[1].isEmpty && !parts[1].contains(" ")
        },
        KindLaws(testDescription: "reference", rules: [.reference], reasons: [.invalidReference]) { forms in
            let reference = forms[1] ?? ""
            return (3...64).contains(reference.utf8.count)
                && reference.utf8.allSatisfy { isDigitOrCapital($0) || [0x2E, 0x2F, 0x5F].contains($0) }
        },
    ]

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte)
    }

    private static func isDigitOrCapital(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte)
    }

    private static func words(_ text: String) -> [[UInt8]] {
        text.utf8.split(separator: 0x20, omittingEmptySubsequences: false).map { Array($0) }
    }

    private static func hasSingleSpaces(_ text: String) -> Bool {
        !text.isEmpty && words(text).allSatisfy { !$0.isEmpty }
    }
}

/// SplitMix64: the same texts on every machine.
struct SeededTexts {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func number(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    /// Any scalar, each plane's worth of small ones more often than the rest.
    mutating func scalar() -> Unicode.Scalar {
        let bounds: [Int] = [0x80, 0x250, 0x3100, 0x1_0000, 0x11_0000]
        return Unicode.Scalar(UInt32(number(below: bounds[number(below: bounds.count)]))) ?? "?"
    }

    mutating func scalars(_ count: Int) -> [Unicode.Scalar] {
        (0..<count).map { _ in scalar() }
    }

    /// A sample with up to three changes, each of a character of another sample or of any.
    mutating func variation(of samples: [[Unicode.Scalar]]) -> [Unicode.Scalar] {
        var text = samples[number(below: samples.count)]
        for _ in 0..<number(below: 4) {
            let other = samples[number(below: samples.count)]
            let scalar = other.isEmpty || number(below: 4) == 0 ? scalar() : other[number(below: other.count)]
            let place = number(below: text.count + 1)
            switch number(below: 3) {
            case 0: text.insert(scalar, at: place)
            case 1 where place < text.count: text[place] = scalar
            default: if place < text.count { text.remove(at: place) }
            }
        }
        return text
    }
}
