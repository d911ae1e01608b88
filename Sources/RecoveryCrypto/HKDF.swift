import COpenSSL

/// Key derivation (RFC 5869), on ``HMAC``.
public enum HKDF {
    /// Returns `byteCount` bytes of HKDF-Expand with SHA-256: at most 8,160, and one HMAC for each 32.
    ///
    /// - Parameter info: Names the purpose. No two purposes in the project share a label.
    public static func expand(_ key: borrowing SecretKey, info: [UInt8], byteCount: Int = 32) -> SecretKey {
        expand(.sha256, key, info: info, byteCount: byteCount)
    }

    /// Returns `byteCount` bytes of HKDF-Expand (RFC 5869 §2.3): at most 255 times the size of the hash.
    public static func expand(_ hash: Hash, _ key: borrowing SecretKey, info: [UInt8], byteCount: Int) -> SecretKey {
        precondition(byteCount <= 255 * hash.byteCount, "HKDF gives at most 255 blocks")
        var message = info + [0]
        return unsafe SecretKey(byteCount: byteCount) { output in
            HMAC.withKey(key, of: hash) { states in
                unsafe withUnsafeTemporaryAllocation(byteCount: hash.byteCount, alignment: 1) { block in
                    // It is output, and must not stay behind on the stack.
                    defer { unsafe OPENSSL_cleanse(block.baseAddress, block.count) }
                    var offset = 0
                    while offset < output.count {
                        message[info.count] += 1
                        unsafe message.withUnsafeBytes { message in
                            let before = unsafe UnsafeRawBufferPointer(
                                rebasing: block[..<(offset == 0 ? 0 : block.count)]
                            )
                            unsafe states.write(over: before, message, into: block)
                        }
                        let count = min(block.count, output.count - offset)
                        unsafe UnsafeMutableRawBufferPointer(rebasing: output[offset..<offset + count])
                            .copyMemory(from: UnsafeRawBufferPointer(rebasing: block[..<count]))
                        offset += count
                    }
                }
            }
        }
    }

    /// Returns the first 32 bytes of HKDF-Expand with SHA-256 as a key, and the next 32, which are public, as the
    /// commitment to it.
    public static func expandCommitted(_ key: borrowing SecretKey, info: [UInt8]) -> CommittedKey {
        var message = info + [1]
        var commitment = Digest256()
        let first = unsafe SecretKey(byteCount: Digest256.byteCount) { block in
            HMAC.withKey(key, of: .sha256) { states in
                let nothing = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
                unsafe message.withUnsafeBytes { unsafe states.write(over: nothing, $0, into: block) }
                message[info.count] = 2
                unsafe message.withUnsafeBytes { message in
                    unsafe commitment.withUnsafeMutableBytes { commitment in
                        unsafe states.write(over: UnsafeRawBufferPointer(block), message, into: commitment)
                    }
                }
            }
        }
        return CommittedKey(key: first, commitment: commitment)
    }

    /// Returns the pseudorandom key of HKDF-Extract (RFC 5869 §2.2). A missing salt is as many zeros as the hash has.
    public static func extract(
        _ hash: Hash = .sha256,
        salt: borrowing SecretKey,
        inputKeyMaterial: borrowing SecretKey
    ) -> SecretKey {
        extract(hash, salt: salt, prefix: [], inputKeyMaterial: inputKeyMaterial)
    }

    /// The same for input key material of two parts, so that a public label need not be joined with a secret.
    static func extract(
        _ hash: Hash = .sha256,
        salt: borrowing SecretKey,
        prefix: [UInt8],
        inputKeyMaterial: borrowing SecretKey
    ) -> SecretKey {
        inputKeyMaterial.lend { material in
            unsafe SecretKey(byteCount: hash.byteCount) { output in
                unsafe HMAC.compute(hash, prefix, material, key: salt, into: output)
            }
        }
    }
}

/// A key, and what tells it from every other without saying what it is.
public struct CommittedKey: ~Copyable {
    public let key: SecretKey
    public let commitment: Digest256
}

extension SecretKey {
    /// Replaces the 32 bytes by HKDF-Expand(itself, `info`, 32), in place: the old key is gone when this returns.
    public mutating func ratchet(info: [UInt8]) {
        precondition(byteCount == Digest256.byteCount, "only a 32-byte key can be ratcheted")
        var next = HKDF.expand(self, info: info)
        swap(&self, &next)
    }
}
