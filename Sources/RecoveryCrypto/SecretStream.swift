import Glibc

/// Reads a secret from a pipe, a terminal or a file that is open already.
public enum SecretStream {
    /// Reads to the end, without a copy outside of wiped memory, or returns `nil` where there are more than `limit`
    /// bytes.
    ///
    /// - Parameter descriptor: Open for reading. It stays open.
    public static func read(_ descriptor: Int32, atMost limit: Int) throws(SecretFileError) -> SecretKey? {
        // One byte more than allowed, so that too much is noticed without reading all of it.
        var count = 0
        var failure: SecretFileError?
        let bytes = unsafe SecretKey(byteCount: limit + 1) { storage in
            while count < storage.count {
                let part = unsafe Glibc.read(
                    descriptor,
                    storage.baseAddress?.advanced(by: count),
                    storage.count - count
                )
                if part == 0 { return }
                if part > 0 {
                    count += part
                } else if errno != EINTR {
                    failure = .io(errno: errno)
                    return
                }
            }
        }
        if let failure { throw failure }
        return count <= limit ? bytes.part(0..<count) : nil
    }
}
