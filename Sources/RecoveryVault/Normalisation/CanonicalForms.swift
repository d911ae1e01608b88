/// What a claim is compared by: the canonical UTF-8 bytes of each enabled variant (Docs/Specs/vault.md §10).
///
/// They go into match tags (§8) or the blind index (§9), are wiped with the last owner, and are never stored or logged.
/// They are compared as bytes only, since equality of `String` is canonical equivalence.
public struct CanonicalForms: Sendable {
    /// Variant number to canonical bytes; one entry for every enabled variant.
    public let variants: [UInt8: Personal]
}

extension CanonicalForms: CustomStringConvertible, CustomReflectable {
    /// Says how many variants there are and nothing of the person.
    public var description: String { "‹personal: \(variants.count) variants›" }

    /// Without it a dump, or a test that fails, would print the bytes.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
