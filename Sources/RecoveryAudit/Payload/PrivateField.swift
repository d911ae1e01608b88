public import RecoveryCrypto

/// Values that are in the log as commitments only, so that they can be erased and the log still stands
/// (audit-log.md §8).
public enum PrivateField {
    /// In bytes. The salt keeps names and numbers from being guessed.
    public static let saltSize = 32

    /// Returns HMAC(salt, label ‖ log_id ‖ u64(seq) ‖ u8(size of name) ‖ name ‖ value).
    ///
    /// - Parameter name: At most 255 bytes, as names of the format are.
    public static func commitment(
        salt: [UInt8],
        logID: LogID,
        seq: UInt64,
        name: String,
        value: [UInt8]
    ) -> Digest256 {
        precondition(name.utf8.count <= 255, "the size of a name is one byte")
        var prefix = label
        logID.append(to: &prefix)
        prefix.append(bigEndian: seq)
        prefix.append(UInt8(name.utf8.count))
        prefix += name.utf8
        return HMAC.sha256(over: prefix, value.span, key: SecretKey(copying: salt.span))
    }

    private static let label = Array("rva/v1/field".utf8) + [0]
}

/// Which private value: the record and the name. Ordered by position, then by the bytes of the name.
public struct PrivateFieldReference: Sendable, Hashable, Comparable {
    public let seq: UInt64
    public let name: String

    public init(seq: UInt64, name: String) {
        self.seq = seq
        self.name = name
    }

    /// Reads `[seq, name]`, as ERASE writes it.
    public init?(_ json: JSONValue) {
        guard case .array(let pair) = json, pair.count == 2, let seq = pair[0].integer, seq >= 0,
            let name = pair[1].string
        else { return nil }
        self.init(seq: UInt64(seq), name: name)
    }

    /// `[seq, name]`.
    public var json: JSONValue { [.integer(Int64(seq)), .string(name)] }

    public static func < (left: PrivateFieldReference, right: PrivateFieldReference) -> Bool {
        left.seq != right.seq ? left.seq < right.seq : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }

    public static func == (left: PrivateFieldReference, right: PrivateFieldReference) -> Bool {
        left.seq == right.seq && left.name.hasSameBytes(as: right.name)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(seq)
        for byte in name.utf8 { hasher.combine(byte) }
    }
}
