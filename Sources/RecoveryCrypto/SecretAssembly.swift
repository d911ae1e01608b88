import COpenSSL

extension SecretKey {
    /// Makes a key of bytes that `write` appends, and zeros in what it leaves free: exactly `byteCount` bytes.
    ///
    /// Parts of secrets are joined here, in memory that is wiped, where an array would leave copies as it grows.
    public init<Failure: Error>(
        byteCount: Int,
        writing write: (inout OutputSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        var failure: Failure?
        unsafe self.init(byteCount: byteCount) { storage in
            let bytes = unsafe storage.bindMemory(to: UInt8.self)
            var output = unsafe OutputSpan(buffer: bytes, initializedCount: 0)
            do throws(Failure) {
                try write(&output)
            } catch {
                failure = error
            }
            _ = unsafe output.finalize(for: bytes)
        }
        if let failure { throw failure }
    }

    /// Returns a copy of the bytes in `range`, which lie inside the key.
    public borrowing func part(_ range: Range<Int>) -> SecretKey {
        lend { SecretKey(copying: $0.extracting(range)) }
    }
}

extension OutputSpan<UInt8> {
    /// Appends every byte of `bytes`.
    public mutating func append(all bytes: Span<UInt8>) {
        for index in bytes.indices { append(bytes[index]) }
    }

    /// Appends every byte of `bytes`.
    public mutating func append(all bytes: [UInt8]) {
        append(all: bytes.span)
    }
}

/// Compares two byte strings in time that depends on their lengths only.
public func constantTimeEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe left.withUnsafeBytes { left in
        unsafe right.withUnsafeBytes { right in
            unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
        }
    }
}
