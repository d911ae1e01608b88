public import RecoveryCrypto

/// Takes codes and notices out of the house.
///
/// Conformances pass `CourierConformance`: bounded in time, and they never keep a message.
public protocol Courier: Sendable {
    /// Hands a message over. Returns when the next system has taken responsibility for it.
    func deliver(_ message: borrowing Message) async -> DeliveryAnswer
}

public enum DeliveryAnswer: Sendable, Hashable {
    case accepted
    /// Not delivered, with a code for operators.
    case failed(code: String)
}

/// How a message travels.
public enum MessageChannel: String, Sendable, Codable {
    case email, sms, voice, post
}

/// A message to one address. The address and the text are personal or secret: they live as long as the delivery.
public struct Message: ~Copyable, Sendable {
    public let channel: MessageChannel
    /// UTF-8.
    public let address: SecretKey
    public let subject: String
    /// UTF-8.
    public let body: SecretKey

    public init(channel: MessageChannel, address: consuming SecretKey, subject: String, body: consuming SecretKey) {
        self.channel = channel
        self.address = address
        self.subject = subject
        self.body = body
    }
}
