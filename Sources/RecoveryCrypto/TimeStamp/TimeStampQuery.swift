/// What is sent to a time-stamping authority (RFC 3161 §2.4.1): the hash of what is to be stamped, and nothing of it.
///
/// The nonce keeps an answer from being an old one. Nobody has to remember it: a token for the same hash proves the
/// same whoever asked for it, and says by itself when it was made.
public struct TimeStampQuery: Sendable, Hashable {
    // SEQUENCE { SEQUENCE { OID 2.16.840.1.101.3.4.2.1, NULL }, OCTET STRING of 32 }: a SHA-256 as message imprint.
    private static let imprintHead: [UInt8] = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
        0x20,
    ]

    /// The DER of a TimeStampReq, of type `application/timestamp-query`.
    public let bytes: [UInt8]

    /// Asks for a token over a SHA-256, with the authority's certificates in it.
    public init(imprint: Digest256) {
        var nonce = Random.bytes(8)
        // Positive, and with no zero byte in front, so that its length is always the same.
        nonce[0] = nonce[0] & 0x3f | 0x40
        let version: [UInt8] = [0x02, 0x01, 0x01]
        let certificatesWanted: [UInt8] = [0x01, 0x01, 0xff]
        let fields =
            version + Self.imprintHead + imprint.bytes + [0x02, UInt8(nonce.count)] + nonce + certificatesWanted
        bytes = [0x30, UInt8(fields.count)] + fields
    }
}
