public import RecoveryCrypto

/// Personal data in the open: locked memory, wiped when the last owner lets go, printed as ‹personal›.
///
/// It cannot be compared, hashed, encoded or shown by accident. `reveal` is the one word that opens it, so a search
/// for that word finds every place that does.
public final class Personal: Sendable {
    private let bytes: SecretKey

    /// Takes bytes over.
    public init(_ bytes: consuming SecretKey) {
        self.bytes = bytes
    }

    /// Shows the bytes to `body` for the length of the call. Whatever copies them there must wipe its copy.
    public func reveal<Result: ~Copyable, Failure: Error>(
        to body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.lend(to: body)
    }

    var byteCount: Int { bytes.byteCount }
}

extension Personal: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "‹personal›" }
    public var debugDescription: String { description }

    /// Nothing, for `dump` and for whatever walks through mirrors.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a field holds (Docs/Specs/vault.md §5.2).
///
/// The rule version says which version of the rules of normalisation was in force when the value was stored, from 1.
public enum FieldValue: Sendable {
    /// The subject has no such thing. Stored like a value, so that a thief cannot see who has one.
    case absent
    /// UTF-8. An empty text is not the same as an absent one.
    case text(Personal, rule: UInt8)
    case bytes(Personal, rule: UInt8)
}
