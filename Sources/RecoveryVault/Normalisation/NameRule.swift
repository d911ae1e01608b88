/// A claimed name (Docs/Specs/vault.md §10.6). Variant 1 is folded, variant 2 without punctuation and European marks,
/// variant 3 with its parts in order of their bytes.
struct NameClaim: ParsedClaim {
    private let text: CleanText

    init(_ text: CleanText) {
        self.text = text
    }

    func form(_ variant: UInt8) throws(ClaimRefusal) -> Scalars {
        switch variant {
        case 2: try text.scalars.plainName()
        case 3: Self.sorted(try text.scalars.plainName())
        default: text.scalars.folded().withSingleSpaces().closedUp().normalised(to: .nfc)
        }
    }

    /// Scalars order like their UTF-8 bytes.
    private static func sorted(_ name: Scalars) -> Scalars {
        Array(name.split(separator: " ").sorted { $0.lexicographicallyPrecedes($1) }.joined(separator: [" "]))
    }
}

/// A claimed text (§10.7). Variant 1 is as cleaned, variant 2 that of a name.
struct TextClaim: ParsedClaim {
    private let text: CleanText

    init(_ text: CleanText) {
        self.text = text
    }

    func form(_ variant: UInt8) throws(ClaimRefusal) -> Scalars {
        variant == 2 ? try text.scalars.plainName() : text.scalars
    }
}

extension Scalars {
    /// Variant 2 of a name, from cleaned text.
    func plainName() throws(ClaimRefusal) -> Scalars {
        let parts = folded().map { scalar -> Unicode.Scalar in
            ScalarRanges.dashes.contains(scalar) || ScalarRanges.nameSeparators.contains(scalar) ? " " : scalar
        }
        let letters = parts.normalised(to: .nfd).withoutEuropeanMarks().normalised(to: .nfc)
        let spelt = letters.flatMap { Self.spellings[$0] ?? [$0] }
        let name = spelt.withSingleSpaces().closedUp().normalised(to: .nfc)
        guard !name.isEmpty else { throw .empty }
        return name
    }

    /// *Close up*: deletes a space whose two neighbours are both in J (§10.6).
    func closedUp() -> Scalars {
        indices.filter { index in
            guard self[index] == " ", index > 0, index + 1 < count else { return true }
            return !ScalarRanges.spaceless.contains(self[index - 1])
                || !ScalarRanges.spaceless.contains(self[index + 1])
        }.map { self[$0] }
    }

    /// Deletes the marks of Latin, Greek and Cyrillic letters, and those with no letter to stand on. Marks of other
    /// scripts stay, where they are vowels or tell one letter from another.
    private func withoutEuropeanMarks() -> Scalars {
        var text: Scalars = []
        text.reserveCapacity(count)
        var base: Unicode.Scalar?
        for scalar in self {
            if scalar.isNonspacingMark {
                guard let base, base != " ", !ScalarRanges.unmarked.contains(base) else { continue }
            } else {
                base = scalar
            }
            text.append(scalar)
        }
        return text
    }

    /// Letters that carry no mark to delete and are still typed as other letters.
    private static let spellings: [Unicode.Scalar: Scalars] = [
        "ø": ["o"], "ł": ["l"], "đ": ["d"], "ð": ["d"], "þ": ["t", "h"], "æ": ["a", "e"], "œ": ["o", "e"], "ı": ["i"],
        "ħ": ["h"], "ŧ": ["t"], "ŋ": ["n"],
    ]
}
