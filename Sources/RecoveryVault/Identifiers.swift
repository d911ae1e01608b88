internal import RecoveryCrypto

/// Sixteen bytes that name something: random, never derived from personal data (Docs/Specs/vault.md §2).
public protocol Identifier: Sendable, Hashable, CustomStringConvertible {
    /// Exactly 16 bytes.
    var bytes: [UInt8] { get }

    /// Takes exactly 16 bytes, or refuses.
    init?(bytes: [UInt8])
}

extension Identifier {
    /// Thirty-two lower-case hexadecimal digits.
    public var description: String { bytes.hexadecimal }
}

/// The size of every ``Identifier``.
let identifierSize = 16

/// Names one customer of the installation. Two tenants share no key, no tag and no index value.
public struct TenantID: Identifier {
    public let bytes: [UInt8]

    public init?(bytes: [UInt8]) {
        guard bytes.count == identifierSize else { return nil }
        self.bytes = bytes
    }

    /// Draws a new one.
    public static func random() -> TenantID {
        TenantID(random: Random.bytes(identifierSize))
    }

    private init(random bytes: [UInt8]) {
        self.bytes = bytes
    }
}

/// Names the person whose data it is. Stands in no log: there the ``Pseudonym`` does.
public struct SubjectID: Identifier {
    public let bytes: [UInt8]

    public init?(bytes: [UInt8]) {
        guard bytes.count == identifierSize else { return nil }
        self.bytes = bytes
    }

    /// Draws a new one.
    public static func random() -> SubjectID {
        SubjectID(random: Random.bytes(identifierSize))
    }

    private init(random bytes: [UInt8]) {
        self.bytes = bytes
    }
}

/// The name of a subject that logs and errors may carry. Erasing its row in the database makes it mean nobody.
public struct Pseudonym: Identifier {
    public let bytes: [UInt8]

    public init?(bytes: [UInt8]) {
        guard bytes.count == identifierSize else { return nil }
        self.bytes = bytes
    }
}
