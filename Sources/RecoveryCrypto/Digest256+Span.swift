extension Digest256 {
    /// Takes exactly 32 bytes, or refuses. Costs no allocation, unlike a detour over an array.
    public init?(span: Span<UInt8>) {
        guard span.count == Self.byteCount else { return nil }
        self.init()
        unsafe span.withUnsafeBytes { source in
            unsafe withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
        }
    }

    /// Appends the 32 bytes, in order.
    public func append(to bytes: inout [UInt8]) {
        unsafe withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
}
