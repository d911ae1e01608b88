/// An unambiguous encoding of several values as one byte string, for hashing or authenticating them together.
///
/// Every part is preceded by its length as eight big-endian bytes. Decimal or missing lengths would let two
/// different lists encode alike: `"1" + "2…"` and `"12" + "…"` begin with the same bytes.
public struct Transcript: Sendable {
    /// The encoding so far. It is no longer than the parts and eight bytes for each, and not secret by itself.
    public private(set) var bytes: [UInt8] = []

    /// Starts a transcript. The label separates domains: no two uses in the project share one.
    public init(label: StaticString) {
        append(label.description)
    }

    public mutating func append(_ part: [UInt8]) {
        append(UInt64(part.count))
        bytes += part
    }

    public mutating func append(_ part: String) {
        append(Array(part.utf8))
    }

    /// Appends a number. Its width is fixed, so it needs no length. Two transcripts are comparable only if numbers
    /// and parts stand in the same order in both, which the label stands for.
    public mutating func append(_ number: UInt64) {
        bytes += bigEndianBytes(of: number)
    }
}

func bigEndianBytes(of number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
}
