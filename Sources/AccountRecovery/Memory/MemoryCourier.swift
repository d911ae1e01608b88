import RecoveryCrypto

/// A courier that keeps what it is given, so that a test can play the person who reads it.
///
/// It breaks the one promise of a courier, that it keeps no message: never use it but in tests and demonstrations.
public actor MemoryCourier: Courier {
    /// A message that was handed over. A class, because secrets cannot be copied into an array.
    private final class Kept: Sendable {
        let message: Message

        init(_ message: borrowing Message) {
            self.message = Message(
                channel: message.channel,
                address: message.address.copy(),
                subject: message.subject,
                body: message.body.copy()
            )
        }
    }

    private var kept: [Kept] = []
    private var failure: String?

    public init() {}

    public func deliver(_ message: borrowing Message) -> DeliveryAnswer {
        if let failure { return .failed(code: failure) }
        kept.append(Kept(message))
        return .accepted
    }

    /// From now on refuses every message with `code`; accepts again with `nil`.
    public func fail(with code: String?) {
        failure = code
    }

    /// How many messages were accepted.
    public var count: Int { kept.count }

    /// Shows one message for the length of the call; `nil` if there is none of that number, from 0.
    public func lend<Value: Sendable>(_ number: Int, to body: (borrowing Message) -> Value) -> Value? {
        kept.indices.contains(number) ? body(kept[number].message) : nil
    }

    /// Shows the newest message.
    public func lendLast<Value: Sendable>(to body: (borrowing Message) -> Value) -> Value? {
        lend(kept.count - 1, to: body)
    }
}
