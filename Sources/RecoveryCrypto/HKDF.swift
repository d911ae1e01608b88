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
        var block: [UInt8] = []
        var message: [UInt8] = []
        // An array that grows leaves its old bytes behind, and these are output.
        message.reserveCapacity(hash.byteCount + info.count + 1)
        defer {
            block.wipe()
            message.wipe()
            HMAC.forgetKey(of: hash)
        }
        return unsafe SecretKey(byteCount: byteCount) { output in
            var offset = 0
            var counter: UInt8 = 1
            while offset < output.count {
                message.removeAll(keepingCapacity: true)
                message += block
                message += info
                message.append(counter)
                if block.isEmpty { block = [UInt8](repeating: 0, count: hash.byteCount) }
                unsafe block.withUnsafeMutableBytes { block in
                    unsafe HMAC.compute(hash, [], message.span, key: key, into: block)
                }
                let count = min(block.count, output.count - offset)
                unsafe UnsafeMutableRawBufferPointer(rebasing: output[offset..<offset + count])
                    .copyBytes(from: block.prefix(count))
                offset += count
                counter &+= 1
            }
        }
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
        defer { HMAC.forgetKey(of: hash) }
        return inputKeyMaterial.lend { material in
            unsafe SecretKey(byteCount: hash.byteCount) { output in
                unsafe HMAC.compute(hash, prefix, material, key: salt, into: output)
            }
        }
    }
}

extension SecretKey {
    /// Replaces the 32 bytes by HKDF-Expand(itself, `info`, 32), in place: the old key is gone when this returns.
    public mutating func ratchet(info: [UInt8]) {
        precondition(byteCount == Digest256.byteCount, "only a 32-byte key can be ratcheted")
        var next = HKDF.expand(self, info: info)
        swap(&self, &next)
    }
}
