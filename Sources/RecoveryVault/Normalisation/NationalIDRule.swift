/// A claimed number of a state's register (Docs/Specs/vault.md §10.5). Variant 1 is its compact form, variant 2 its
/// last four characters.
struct NationalIDClaim: ParsedClaim {
    private static let lengths = 4...20

    private let compact: Scalars

    init(_ text: CleanText, scheme: IdentityScheme) throws(ClaimRefusal) {
        compact = text.scalars.withASCIIDigits().withASCIICapitals().deletingDashes(and: [" ", ".", "/"])
        guard Self.lengths.contains(compact.count),
            compact.allSatisfy({ $0.isASCIIUppercase || $0.isASCIIDigit }),
            scheme.fitsPattern(compact)
        else { throw .invalidIdentifier }
        guard scheme.passesCheck(compact) else { throw .checkDigit }
    }

    func form(_ variant: UInt8) -> Scalars {
        variant == 2 ? compact.suffix(4) : compact
    }
}
