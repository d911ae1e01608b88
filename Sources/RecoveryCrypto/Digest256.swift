/// Thirty-two bytes: a SHA-256 hash or an HMAC-SHA-256 tag. Stored inline, so that trees of them cost no allocation.
///
/// `==` is not constant in time: it is for hashes that are public. Tags are compared by ``constantTimeEqual(_:_:)``.
public struct Digest256: Sendable, Hashable {
    public static let byteCount = 32

    // In memory order, so that the value itself can be handed to C as 32 bytes.
    private var words: (first: UInt64, second: UInt64, third: UInt64, fourth: UInt64)

    /// Thirty-two zero bytes.
    public init() {
        words = (0, 0, 0, 0)
    }

    /// Takes exactly 32 bytes, or refuses.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init()
        unsafe withUnsafeMutableBytes { unsafe $0.copyBytes(from: bytes) }
    }

    /// The bytes, in order.
    public var bytes: [UInt8] {
        unsafe withUnsafeBytes { unsafe Array($0) }
    }

    /// Sixty-four lower-case digits.
    public var hexadecimal: String { bytes.hexadecimal }

    public static func == (left: Digest256, right: Digest256) -> Bool {
        left.words == right.words
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.first)
        hasher.combine(words.second)
    }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe Swift.withUnsafeBytes(of: words) { unsafe body($0) }
    }

    mutating func withUnsafeMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        unsafe Swift.withUnsafeMutableBytes(of: &words) { unsafe body($0) }
    }
}

extension Digest256: CustomStringConvertible {
    public var description: String { hexadecimal }
}
