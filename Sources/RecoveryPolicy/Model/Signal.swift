/// The name of a risk signal, such as `sim-changed`.
public struct SignalName: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: String

    /// Returns `nil` unless the text is a name: a small letter, then small letters, digits and hyphens, 40 at most.
    public init?(_ text: String) {
        guard text.isPolicyName else { return nil }
        self.text = text
    }

    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// The name of a tier, such as `high`.
public struct TierName: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: String

    /// Returns `nil` unless the text is a name, as for ``SignalName``.
    public init?(_ text: String) {
        guard text.isPolicyName else { return nil }
        self.text = text
    }

    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// What is known of a signal.
public enum SignalReading: Sendable, Hashable {
    /// Asked, and there was nothing.
    case never
    /// Seconds since it happened.
    case seen(age: Int64)
    /// The source gave no answer. Counts as the worst that it could be.
    case unknown
}

/// What a signal does while it is fresh.
public struct SignalRule: Sendable, Hashable {
    /// Evidence of these kinds is worth nothing.
    public let blocks: Set<CheckKind>
    /// Cases for these purposes are refused, whatever the evidence.
    public let refuses: Set<Purpose>
    /// Seconds for which it stays fresh.
    public let duration: Int64

    public init(blocks: Set<CheckKind>, refuses: Set<Purpose>, duration: Int64) {
        self.blocks = blocks
        self.refuses = refuses
        self.duration = duration
    }

    /// Whether the rule bites. An age below zero is a broken clock, and bites.
    func isActive(_ reading: SignalReading) -> Bool {
        switch reading {
        case .never: false
        case .seen(let age): age <= duration
        case .unknown: true
        }
    }
}

extension String {
    /// A small letter, then small letters, digits and single hyphens; 40 characters at most.
    var isPolicyName: Bool {
        guard (1...40).contains(utf8.count), let first = utf8.first, (0x61...0x7A).contains(first) else { return false }
        return !hasSuffix("-") && !contains("--")
            && utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}
