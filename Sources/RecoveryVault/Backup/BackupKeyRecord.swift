/// One wrapped key of a subject as a key file holds it (Docs/Specs/vault.md §15).
///
/// ```
///  0  16  tenant        32   2  class         42   1  state: 2 active, 3 draining
/// 16  16  subject       34   4  version       43 120  wrapped, an envelope of type 02
///                       38   4  KEK version
/// ```
public struct BackupKeyRecord: Sendable, Hashable {
    public static let byteCount = 163

    /// 16 bytes.
    public let tenant: [UInt8]
    /// 16 bytes.
    public let subject: [UInt8]
    public let keyClass: UInt16
    public let version: UInt32
    public let kekVersion: UInt32
    public let state: UInt8
    /// 120 bytes.
    public let wrapped: [UInt8]

    /// Returns `nil` for what no key of a subject can be.
    public init?(
        tenant: [UInt8],
        subject: [UInt8],
        keyClass: UInt16,
        version: UInt32,
        kekVersion: UInt32,
        state: UInt8,
        wrapped: [UInt8]
    ) {
        guard tenant.count == 16, subject.count == 16, wrapped.count == Envelope.leastSize,
            SubjectKeyClass(rawValue: keyClass) != nil, version > 0, kekVersion > 0,
            KeyState(rawValue: state)?.opens == true
        else { return nil }
        self.tenant = tenant
        self.subject = subject
        self.keyClass = keyClass
        self.version = version
        self.kekVersion = kekVersion
        self.state = state
        self.wrapped = wrapped
    }

    /// Reads exactly ``byteCount`` bytes, or refuses.
    public init?(bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let bytes = Array(bytes)
        self.init(
            tenant: Array(bytes[0..<16]),
            subject: Array(bytes[16..<32]),
            keyClass: bytes[32..<34].reduce(0) { $0 << 8 | UInt16($1) },
            version: bytes[34..<38].reduce(0) { $0 << 8 | UInt32($1) },
            kekVersion: bytes[38..<42].reduce(0) { $0 << 8 | UInt32($1) },
            state: bytes[42],
            wrapped: Array(bytes[43...])
        )
    }

    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes += tenant
        bytes += subject
        bytes += [UInt8(keyClass >> 8), UInt8(truncatingIfNeeded: keyClass)]
        bytes.append(bigEndian: version)
        bytes.append(bigEndian: kekVersion)
        bytes.append(state)
        bytes += wrapped
        return bytes
    }
}
