/// A text that went through "clean", the first step of every rule (Docs/Specs/vault.md §10.1): valid, visible, NFKC,
/// single spaces, not empty, at most 1,024 bytes.
///
/// Holds personal data as an array that is released but not wiped; it lives for the length of one call.
struct CleanText {
    /// The longest claim, in bytes of UTF-8, as received and again after cleaning.
    static let maximumByteCount = 1024

    let scalars: Scalars

    init(_ bytes: [UInt8]) throws(ClaimRefusal) {
        guard bytes.count <= Self.maximumByteCount else { throw .tooLong }
        // Read in place: a string of the claim would be one more copy that nobody wipes.
        guard let text = try? UTF8Span(validating: bytes.span) else { throw .invalidUTF8 }
        var visible: Scalars = []
        visible.reserveCapacity(bytes.count)
        var scalars = text.makeUnicodeScalarIterator()
        // The first character at fault gives the reason, whichever of the three it is.
        while let scalar = scalars.next() {
            if ScalarRanges.controls.contains(scalar) { throw .controlCharacter }
            if ScalarRanges.bidiControls.contains(scalar) { throw .bidiControl }
            if !scalar.isAssignedInFourteen { throw .unassignedCharacter }
            if !ScalarRanges.invisible.contains(scalar) { visible.append(scalar) }
        }
        let clean = visible.normalised(to: .nfkc).withSingleSpaces()
        guard clean.utf8Count <= Self.maximumByteCount else { throw .tooLong }
        guard !clean.isEmpty else { throw .empty }
        self.scalars = clean
    }
}
