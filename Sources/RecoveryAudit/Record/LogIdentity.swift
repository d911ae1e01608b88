public import RecoveryCrypto

/// The name of a log: 1 to 255 bytes of `[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9._-]+)*` (audit-log.md §2). It never
/// changes; a new life of the log is a new origin.
public struct Origin: Sendable, Hashable {
    /// ASCII.
    public let text: String

    /// Takes a well-formed origin, or refuses.
    public init?(_ text: String) {
        guard (1...255).contains(text.utf8.count) else { return nil }
        let segments = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let holds =
                index == 0
                ? segment.allSatisfy(Origin.isHostByte) && segment.first.map(Origin.isAlphanumeric) ?? false
                : segment.allSatisfy(Origin.isPathByte) && !segment.isEmpty
            guard holds else { return nil }
        }
        self.text = text
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        isHostByte(byte) || byte == UInt8(ascii: "_") || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

/// Sixteen bytes that name a log and its key in every record (audit-log.md §4). Stored inline.
public struct LogID: Sendable, Hashable {
    public static let byteCount = 16

    private let high: UInt64
    private let low: UInt64

    /// Takes exactly 16 bytes, or refuses.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(reading: bytes.span)
    }

    init(reading bytes: Span<UInt8>) {
        high = bytes.bigEndian(UInt64.self, at: 0)
        low = bytes.bigEndian(UInt64.self, at: 8)
    }

    /// The bytes, in order.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: high)
        bytes.append(bigEndian: low)
    }
}

/// Which log: its origin, the public half of its key, and the identifier that follows from both.
public struct LogIdentity: Sendable, Hashable {
    public let origin: Origin
    public let publicKey: Ed25519.PublicKey
    public let logID: LogID

    public init(origin: Origin, publicKey: Ed25519.PublicKey) {
        self.origin = origin
        self.publicKey = publicKey
        logID = KeySchedule.logID(origin: origin, publicKey: publicKey)
    }
}
