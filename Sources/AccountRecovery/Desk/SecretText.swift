import RecoveryCrypto

/// Text that is secret or personal: a code, a seed, what a claimant said. UTF-8, wiped with its last owner.
///
/// It cannot be printed or encoded. `lend` shows it, and is the word to search for.
@safe
public final class SecretText: Sendable {
    let key: SecretKey

    /// Takes the bytes over and wipes the array.
    public init(wiping bytes: inout [UInt8]) {
        key = SecretKey(wiping: &bytes)
    }

    init(_ key: consuming SecretKey) {
        self.key = key
    }

    /// Shows the bytes for the length of the call.
    public func lend<Result>(to body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        try key.lend(to: body)
    }
}

extension SecretText: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "‹secret›" }
    public var debugDescription: String { description }
}
