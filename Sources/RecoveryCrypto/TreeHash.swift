import COpenSSL

/// The two hashes of a Merkle tree (RFC 6962 §2.1): the prefix keeps a leaf from passing for a node.
///
/// They live here because they run once per record on the way to the disk, and hand inline digests to C without
/// an array between.
public enum TreeHash {
    /// Returns `SHA-256(0x00 ‖ entry)`.
    public static func leaf(of entry: Span<UInt8>) -> Digest256 {
        SHA256.digest(of: leafPrefix.span, entry)
    }

    /// Returns `SHA-256(0x01 ‖ left ‖ right)`.
    public static func node(_ left: Digest256, _ right: Digest256) -> Digest256 {
        var digest = Digest256()
        unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                unsafe digest.withUnsafeMutableBytes { bytes in
                    let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    unsafe shim_sha256(
                        nodePrefix,
                        nodePrefix.count,
                        left.baseAddress,
                        left.count,
                        right.baseAddress,
                        right.count,
                        start
                    )
                }
            }
        }
        return digest
    }

    private static let leafPrefix: [UInt8] = [0]
    private static let nodePrefix: [UInt8] = [1]
}
