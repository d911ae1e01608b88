public import RecoveryCrypto

/// What time it is. A parameter everywhere, so that tests need no waiting.
public protocol RecoveryClock: Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
    func microseconds() -> Int64
}

extension RecoveryClock {
    /// The moment in whole seconds.
    public func now() -> UnixTime {
        UnixTime(seconds: microseconds() / 1_000_000)
    }
}

/// Where identifiers, nonces and salts come from. Key bytes come from `SecretKey` directly.
public protocol RandomSource: Sendable {
    func bytes(_ count: Int) -> [UInt8]
}

/// The generator of the cryptographic library.
public struct SystemRandom: RandomSource {
    public init() {}

    public func bytes(_ count: Int) -> [UInt8] {
        Random.bytes(count)
    }
}
