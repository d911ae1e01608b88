import RecoveryCrypto

/// A value that goes into a record as a commitment only. Prints as ‹private›.
public struct PrivateValue: Sendable, CustomStringConvertible, CustomReflectable {
    /// `[a-z0-9_]{1,64}`, one of the private names of the event.
    public let name: String
    /// Text is UTF-8.
    public let value: [UInt8]
    /// 32 random bytes, of this value alone.
    public let salt: [UInt8]

    /// Takes a fresh salt from the caller's source of randomness; refuses one that has not 32 bytes.
    public init?(name: String, value: [UInt8], salt: [UInt8]) {
        guard salt.count == PrivateField.saltSize else { return nil }
        self.name = name
        self.value = value
        self.salt = salt
    }

    /// Draws the salt.
    public init(name: String, value: [UInt8]) {
        self.name = name
        self.value = value
        salt = Random.bytes(PrivateField.saltSize)
    }

    public var description: String { "‹private›" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What opens one commitment: kept outside the log, the value encrypted under the subject's data key, until it is
/// erased. Prints as ‹private›.
public struct PrivateRow: Sendable, CustomStringConvertible, CustomReflectable {
    public let seq: UInt64
    public let name: String
    public let salt: [UInt8]
    public let value: [UInt8]

    public init(seq: UInt64, name: String, salt: [UInt8], value: [UInt8]) {
        self.seq = seq
        self.name = name
        self.salt = salt
        self.value = value
    }

    /// Which value it is.
    public var reference: PrivateFieldReference { PrivateFieldReference(seq: seq, name: name) }

    /// The line of `private.jsonl` (audit-log.md §12).
    public var json: JSONValue {
        [
            "name": .string(name), "salt": .string(salt.hexadecimal), "seq": .integer(Int64(seq)),
            "value": .string(Base64.encode(value)),
        ]
    }

    public var description: String { "‹private›" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
