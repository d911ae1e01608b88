/// A claimed reading of a name (Docs/Specs/vault.md §10.7): folded, closed up, all kana as katakana.
struct ReadingClaim: ParsedClaim {
    /// From a hiragana to its katakana.
    private static let distance: UInt32 = 0x60
    private static let hiragana = ScalarRanges(0x3041...0x3096, 0x309D...0x309E)

    private let reading: Scalars

    init(_ text: CleanText) throws(ClaimRefusal) {
        reading = text.scalars.folded().filter { $0 != " " && $0 != "\u{30FB}" }.map { scalar in
            guard Self.hiragana.contains(scalar) else { return scalar }
            return Unicode.Scalar(scalar.value + Self.distance) ?? scalar
        }.normalised(to: .nfc)
        guard !reading.isEmpty else { throw .empty }
    }

    func form(_: UInt8) -> Scalars {
        reading
    }
}
