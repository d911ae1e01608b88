import COpenSSL

/// Key bytes, or other bytes that nobody may see: one owner, wiped when that owner lets go.
///
/// The bytes live in OpenSSL's secure heap once ``ProcessHardening`` has set it up: locked into memory, and left out
/// of core files. Where that heap is full they live in the common one, and are wiped all the same: whoever can make
/// us open many large values must not be able to stop the process with them.
///
/// They cannot be printed, copied, compared with `==`, encoded or hashed. `lend` is the only way to see them, so a
/// search for that word finds every place that does.
@safe
public struct SecretKey: ~Copyable, @unchecked Sendable {
    /// How many bytes the key has.
    public let byteCount: Int

    // An array may be copied or moved by the runtime and leaves its old bytes behind; this allocation stays put.
    private let storage: UnsafeMutableRawPointer

    /// Takes a copy. Wiping the source is the caller's duty: prefer ``init(wiping:)``.
    public init(copying bytes: Span<UInt8>) {
        unsafe self.init(byteCount: bytes.count) { storage in
            unsafe bytes.withUnsafeBytes { unsafe storage.copyMemory(from: $0) }
        }
    }

    /// Takes the bytes over and wipes the array that held them. Copies made of it before are not reached.
    public init(wiping bytes: inout [UInt8]) {
        self.init(copying: bytes.span)
        bytes.wipe()
    }

    /// Draws a key from the private generator.
    public init(randomByteCount count: Int) {
        unsafe self.init(byteCount: count) { storage in
            unsafe must(
                RAND_priv_bytes(storage.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(storage.count))
            )
        }
    }

    /// Makes a key of bytes that `fill` writes into zeroed storage.
    init(byteCount: Int, filledBy fill: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(byteCount >= 0, "a key of fewer than no bytes")
        // One byte at least: an empty key is legal for HMAC, an empty allocation is not for the heap.
        guard let storage = unsafe shim_secure_allocate(ProcessHardening.heapSize, max(byteCount, 1)) else {
            preconditionFailure("no memory for a key")
        }
        self.byteCount = byteCount
        unsafe self.storage = storage
        unsafe fill(UnsafeMutableRawBufferPointer(start: storage, count: byteCount))
    }

    /// Makes a key of bytes that are computed one by one, in order.
    init(byteCount: Int, byte: (Int) -> UInt8) {
        unsafe self.init(byteCount: byteCount) { storage in
            for index in 0..<byteCount { unsafe storage[index] = byte(index) }
        }
    }

    deinit {
        unsafe shim_secure_free(storage, max(byteCount, 1))
    }

    /// Shows the bytes to `body` for the length of the call. Whatever copies them there must wipe its copy.
    public borrowing func lend<Result: ~Copyable, Failure: Error>(
        to body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(unsafe UnsafeBufferPointer(start: storage.assumingMemoryBound(to: UInt8.self), count: byteCount).span)
    }

    /// Returns a second owner of the same bytes.
    public borrowing func copy() -> SecretKey {
        lend { SecretKey(copying: $0) }
    }

    borrowing func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe try body(UnsafeRawBufferPointer(start: storage, count: byteCount))
    }

    mutating func withUnsafeMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        unsafe body(UnsafeMutableRawBufferPointer(start: storage, count: byteCount))
    }
}

extension [UInt8] {
    /// Takes a copy of a span. What was lent by a ``SecretKey`` is secret in the copy as well: wipe it after use.
    public init(copying bytes: Span<UInt8>) {
        self.init()
        append(bytes)
    }

    /// Appends the bytes of a span. A span cannot be iterated, and an array cannot be made of one otherwise.
    public mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }

    /// Overwrites the elements with zeros in a way the compiler may not leave out, and empties the array.
    ///
    /// Reaches this array's own storage only. For secrets that outlive a call use ``SecretKey``.
    public mutating func wipe() {
        unsafe withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
        removeAll()
    }
}
