import COpenSSL

#if canImport(Glibc)
    import Glibc
#endif

/// What an authority that somebody trusts has signed: that something with this SHA-256 was there by this time.
public struct TimeStamp: Sendable, Hashable {
    /// How far ahead of ours the clock of an authority may be, in seconds. As for cosignatures
    /// (`Docs/Specs/audit-log.md` §10.1).
    public static let clockTolerance: Int64 = 300

    public let imprint: Digest256
    public let time: UnixTime

    /// Verifies the response of an authority (RFC 3161 §2.4.2).
    ///
    /// The chain of its signer is judged as of the time in the token: so a token outlives the certificate that it was
    /// made with. Whether a certificate was revoked is not looked at.
    ///
    /// - Parameter now: when a later time is not believed, but for ``clockTolerance``.
    public init(
        verifying bytes: [UInt8],
        of imprint: Digest256,
        under authorities: TimeStampAuthorities,
        now: UnixTime
    ) throws(TimeStampError) {
        guard let response = TimeStampResponse(parsing: bytes) else { throw .malformed }
        guard response.imprint == imprint else { throw .imprint }
        let fault = unsafe withTimeStampResponse(bytes) { object in
            unsafe Self.fault(of: object, at: response.time, under: authorities)
        }
        guard let fault else { throw .malformed }
        if let fault { throw fault }
        guard response.time <= now + Self.clockTolerance else { throw .future }
        self.imprint = imprint
        time = response.time
    }

    /// What is wrong with the signature of a response; `nil` if nothing is.
    private static func fault(
        of response: OpaquePointer,
        at time: UnixTime,
        under authorities: TimeStampAuthorities
    ) -> TimeStampError? {
        let context = unsafe must(TS_VERIFY_CTX_new())
        defer { unsafe TS_VERIFY_CTX_free(context) }
        // The store is the context's from here on, and is freed with it.
        unsafe TS_VERIFY_CTX_set_store(context, authorities.store(at: time))
        // As `openssl ts -verify` does, but for the imprint, which was compared.
        _ = unsafe TS_VERIFY_CTX_set_flags(context, CInt(TS_VFY_VERSION | TS_VFY_SIGNATURE | TS_VFY_SIGNER))
        drainErrors()
        guard unsafe TS_RESP_verify_response(context, response) != 1 else { return nil }
        return unknownSigner() ? .authority : .signature
    }

    /// Whether what OpenSSL noted last is that the signer has no chain to the authorities, or no certificate at all.
    /// A chain that is there and not for time stamping is another fault.
    private static func unknownSigner() -> Bool {
        var text: UnsafePointer<CChar>?
        let error = unsafe ERR_peek_last_error_all(nil, nil, nil, &text, nil)
        switch (ERR_GET_LIB(error), ERR_GET_REASON(error)) {
        case (ERR_LIB_PKCS7, PKCS7_R_SIGNER_CERTIFICATE_NOT_FOUND): return true
        case (ERR_LIB_TS, TS_R_CERTIFICATE_VERIFY_ERROR):
            guard let text = unsafe text,
                let purpose = unsafe X509_verify_cert_error_string(Int(X509_V_ERR_INVALID_PURPOSE))
            else { return true }
            return unsafe strstr(text, purpose) == nil
        default: return false
        }
    }
}

/// Why a response proves nothing, in the order in which it is found out.
public enum TimeStampError: Error, Sendable, Hashable {
    /// No granted response in DER over a SHA-256.
    case malformed
    /// Over something else.
    case imprint
    /// Its signer's certificate does not come with it, or leads to none of the authorities, or does not as of the time
    /// in the token: of an unknown signer nothing else is known.
    case authority
    /// The signer leads to an authority and is not one for time stamps, or the signature is wrong.
    case signature
    /// Of a time that has not come yet.
    case future
}
