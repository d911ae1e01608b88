import COpenSSL

/// A granted answer of a time-stamping authority (RFC 3161 §2.4.2), of which nobody has checked a signature: what it
/// says. ``TimeStamp`` is what it proves.
public struct TimeStampResponse: Sendable, Hashable {
    /// In bytes: what a record of the log has room for (`Docs/Specs/audit-log.md` §6).
    public static let maximumSize = 24_000

    /// The SHA-256 of what it says was there.
    public let imprint: Digest256
    /// When it says so, without a fraction of the second.
    public let time: UnixTime

    /// Reads DER of at most ``maximumSize`` bytes, and refuses everything else: other encodings of the same, what follows
    /// the end, what was not granted, a hash that is not SHA-256, a time that is not written as RFC 3161 §2.4.2 asks.
    public init?(parsing bytes: [UInt8]) {
        let parsed = unsafe withTimeStampResponse(bytes) { response -> (Digest256, UnixTime)? in
            guard unsafe Self.isGranted(response), let token = unsafe TS_RESP_get_tst_info(response),
                unsafe TS_TST_INFO_get_version(token) == 1, let imprint = unsafe Self.imprint(of: token),
                let time = unsafe TS_TST_INFO_get_time(token),
                let moment = UnixTime(generalizedTime: unsafe Self.bytes(of: time))
            else { return nil }
            return (imprint, moment)
        }
        guard case let (imprint, time)?? = parsed else { return nil }
        self.imprint = imprint
        self.time = time
    }

    /// Whether the status is granted (0) or granted with modifications (1).
    private static func isGranted(_ response: OpaquePointer) -> Bool {
        guard let information = unsafe TS_RESP_get_status_info(response),
            let status = unsafe TS_STATUS_INFO_get0_status(information)
        else { return false }
        var number: Int64 = -1
        return unsafe ASN1_INTEGER_get_int64(&number, status) == 1 && 0...1 ~= number
    }

    private static func imprint(of token: OpaquePointer) -> Digest256? {
        guard let imprint = unsafe TS_TST_INFO_get_msg_imprint(token),
            let algorithm = unsafe TS_MSG_IMPRINT_get_algo(imprint), let hash = unsafe TS_MSG_IMPRINT_get_msg(imprint)
        else { return nil }
        var name: OpaquePointer?
        var parameter: CInt = 0
        unsafe X509_ALGOR_get0(&name, &parameter, nil, algorithm)
        guard unsafe OBJ_obj2nid(name) == NID_sha256, parameter == V_ASN1_UNDEF || parameter == V_ASN1_NULL else {
            return nil
        }
        return Digest256(unsafe bytes(of: hash))
    }

    private static func bytes(of string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        unsafe Array(
            UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
        )
    }
}

/// Shows `body` OpenSSL's reading of a response for the length of the call. `nil` if it is none, or not DER.
func withTimeStampResponse<Result>(_ bytes: [UInt8], _ body: (OpaquePointer) -> Result) -> Result? {
    defer { drainErrors() }
    guard 1...TimeStampResponse.maximumSize ~= bytes.count else { return nil }
    let read = unsafe bytes.withUnsafeBufferPointer { bytes in
        var start = bytes.baseAddress
        return unsafe d2i_TS_RESP(nil, &start, bytes.count)
    }
    guard let response = unsafe read else { return nil }
    defer { unsafe TS_RESP_free(response) }
    // OpenSSL reads more than DER, and stops at the end of it. One meaning has one spelling here.
    let size = unsafe i2d_TS_RESP(response, nil)
    guard size == bytes.count else { return nil }
    var written = [UInt8](repeating: 0, count: bytes.count)
    unsafe written.withUnsafeMutableBufferPointer { written in
        var start = written.baseAddress
        _ = unsafe i2d_TS_RESP(response, &start)
    }
    guard written == bytes else { return nil }
    return unsafe body(response)
}
