/// A claimed account reference (Docs/Specs/vault.md §10.7). O and 0 stay different.
struct ReferenceClaim: ParsedClaim {
    private static let lengths = 3...64

    private let reference: Scalars

    init(_ text: CleanText) throws(ClaimRefusal) {
        reference = text.scalars.withASCIIDigits().withASCIICapitals().deletingDashes(and: [" "])
        guard Self.lengths.contains(reference.count), reference.allSatisfy(Self.isAllowed) else {
            throw .invalidReference
        }
    }

    func form(_: UInt8) -> Scalars {
        reference
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "0"..."9", ".", "_", "/": true
        default: false
        }
    }
}
