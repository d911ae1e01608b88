public import RecoveryCrypto

/// Why bytes are no record frame. Both end the parsing of that record (audit-log.md §13.3).
public enum RecordError: Error, Sendable, Hashable {
    /// Shorter than 118 bytes, longer than 32,884, or `payload_len` lies.
    case frameLength
    /// Another magic or another suite.
    case badMagicOrSuite
}

/// One record as it was read: its frame holds, and nothing else is known about it.
///
///     H, 84 bytes: magic 4 ‖ suite 1 ‖ type 1 ‖ flags 2 ‖ seq 8 ‖ time_us 8 ‖ epoch 4 ‖ step 4 ‖ log_id 16
///                  ‖ prev_mac 32 ‖ payload_len 4
///     P, payload_len bytes: canonical JSON object
///     M, 32 bytes: MAC over H ‖ P
///
/// The bytes are authenticated as they stand; nothing is written anew in order to be checked (audit-log.md §3).
public struct AuditRecord: Sendable {
    public static let magic: UInt32 = 0x5256_4c31
    public static let suite: UInt8 = 1
    /// In bytes.
    public static let headerSize = 84
    /// In bytes. The shortest payload is `{}`.
    public static let payloadSizes = 2...32_768
    /// In bytes: 118 to 32,884.
    public static let sizes =
        payloadSizes.lowerBound + headerSize + Digest256.byteCount...payloadSizes.upperBound + headerSize
        + Digest256.byteCount
    /// The largest position in an epoch.
    public static let lastStep: UInt32 = 65_535
    /// Flag bit 0: the clock ran behind, and the time is that of the record before.
    public static let clampedFlag: UInt16 = 1

    /// The whole record.
    public let entry: [UInt8]
    /// May be a number that ``RecordType`` does not know.
    public let type: UInt8
    public let flags: UInt16
    /// Position in the log, from 0.
    public let seq: UInt64
    /// Microseconds since 1970.
    public let timeMicroseconds: UInt64
    public let epoch: UInt32
    /// Position in the epoch, from 0.
    public let step: UInt32
    public let logID: LogID
    /// The MAC of the record before.
    public let previousMAC: Digest256
    public let mac: Digest256

    /// Reads the frame of `entry`.
    public init(parsing entry: [UInt8]) throws(RecordError) {
        guard AuditRecord.sizes.contains(entry.count) else { throw .frameLength }
        let bytes = entry.span
        guard Int(bytes.bigEndian(UInt32.self, at: 80)) == entry.count - AuditRecord.headerSize - Digest256.byteCount,
            let previousMAC = Digest256(span: bytes.extracting(48..<80)),
            let mac = Digest256(span: bytes.extracting(entry.count - Digest256.byteCount..<entry.count))
        else { throw .frameLength }
        guard bytes.bigEndian(UInt32.self, at: 0) == AuditRecord.magic, entry[4] == AuditRecord.suite else {
            throw .badMagicOrSuite
        }
        type = entry[5]
        flags = bytes.bigEndian(UInt16.self, at: 6)
        seq = bytes.bigEndian(UInt64.self, at: 8)
        timeMicroseconds = bytes.bigEndian(UInt64.self, at: 16)
        epoch = bytes.bigEndian(UInt32.self, at: 24)
        step = bytes.bigEndian(UInt32.self, at: 28)
        logID = LogID(reading: bytes.extracting(32..<48))
        self.previousMAC = previousMAC
        self.mac = mac
        self.entry = entry
    }

    /// What the type byte means, if it means anything.
    public var recordType: RecordType? { RecordType(rawValue: type) }

    /// Where the payload lies in ``entry``.
    public var payloadRange: Range<Int> { AuditRecord.headerSize..<entry.count - Digest256.byteCount }

    /// A copy of the payload.
    public var payload: [UInt8] { Array(entry[payloadRange]) }

    /// The payload as a value.
    public func parsedPayload() throws(CanonicalJSONError) -> JSONValue {
        try CanonicalJSON.parse(entry.span.extracting(payloadRange))
    }

    /// The hash of this record in the tree: SHA-256(0x00 ‖ entry).
    public var leaf: Digest256 { TreeHash.leaf(of: entry.span) }
}
