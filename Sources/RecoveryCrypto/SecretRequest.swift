import COpenSSL
import Glibc

/// One request over HTTPS whose answer is a secret: sent by OpenSSL's own client (HTTP/1.0, no proxy, no redirect), and
/// read into memory that is wiped.
public final class SecretRequest: Sendable {
    /// Bytes of an answer.
    public static let largestAnswer = 65_536

    private let client: TLSClient
    private let host: String
    private let port: UInt16
    private let path: String
    private let header: String
    private let token: SecretKey
    private let body: [UInt8]

    /// - Parameters:
    ///   - host: A name, which the server's certificate must bear, or an address of IP version 4.
    ///   - header: The name of the header that carries `token`.
    ///   - token: Visible ASCII, without an end.
    ///   - body: JSON.
    public init(
        to host: String,
        port: UInt16,
        path: String,
        header: String,
        token: consuming SecretKey,
        body: [UInt8],
        as client: TLSClient
    ) {
        self.client = client
        self.host = host
        self.port = port
        self.path = path
        self.header = header
        self.token = token
        self.body = body
    }

    /// Posts the body and returns that of an answer with status 200. The thread waits as long.
    ///
    /// - Throws: `unavailable` where there is no connection, no trust, another status, or a body that is cut or longer
    ///   than ``largestAnswer``; `late` where all of that takes longer than `limit`, the look-up of the name included.
    public func answer(within limit: Duration) throws(SecretSourceError) -> SecretKey {
        // OpenSSL counts whole seconds of the clock on the wall: it gets more than we wait, and ends after us.
        let seconds = Int32(clamping: limit.components.seconds + 2)
        return try BoundedThread.answer(within: limit) { [self] in
            defer { drainErrors() }
            return exchange(seconds: seconds)
        }
    }

    private func exchange(seconds: Int32) -> SecretKey? {
        let end = time(nil) + Int(seconds)
        guard let name = unsafe strdup(host) else { return nil }
        defer { unsafe free(name) }
        var peer = unsafe shim_tls_peer(context: client.context, host: name, connection: nil)
        defer { unsafe shim_tls_close(&peer) }
        guard let request = unsafe shim_https_open(name, String(port), &peer, seconds) else { return nil }
        defer { unsafe OSSL_HTTP_close(request, 1) }
        guard unsafe prepare(request, seconds: seconds), let answer = unsafe OSSL_HTTP_exchange(request, nil) else {
            return nil
        }
        defer { unsafe BIO_free(answer) }
        let announced = unsafe OSSL_HTTP_REQ_CTX_get_resp_len(request)
        return unsafe Self.read(answer, announced: announced, until: end)
    }

    private func prepare(_ request: OpaquePointer, seconds: Int32) -> Bool {
        var headers: OpaquePointer?
        defer { unsafe shim_headers_free(headers) }
        // C wants a zero at its end.
        let value = SecretKey(byteCount: token.byteCount + 1) { value in token.lend { value.append(all: $0) } }
        let isTaken = unsafe value.withUnsafeBytes { value in
            unsafe shim_headers_add(&headers, header, value.baseAddress?.assumingMemoryBound(to: CChar.self)) == 1
        }
        guard isTaken else { return false }
        return unsafe body.withUnsafeBytes { body in
            guard let source = unsafe BIO_new_mem_buf(body.baseAddress, Int32(body.count)) else { return false }
            defer { unsafe BIO_free(source) }
            return unsafe OSSL_HTTP_set1_request(
                request,
                path,
                headers,
                "application/json",
                source,
                nil,
                0,
                Self.largestAnswer,
                seconds,
                0
            ) == 1
        }
    }

    /// Reads as many bytes as were announced, or to an end that TLS vouches for: what is cut is no answer.
    private static func read(_ answer: OpaquePointer, announced: Int, until end: time_t) -> SecretKey? {
        guard announced <= largestAnswer else { return nil }
        var count = 0
        var isWhole = false
        let body = unsafe SecretKey(byteCount: largestAnswer + 1) { storage in
            while count < storage.count {
                let part = unsafe BIO_read(
                    answer,
                    storage.baseAddress?.advanced(by: count),
                    Int32(storage.count - count)
                )
                if part > 0 {
                    count += Int(part)
                    if announced > 0, count >= announced {
                        isWhole = count == announced
                        return
                    }
                } else if unsafe shim_should_retry(answer) != 0 {
                    guard unsafe BIO_wait(answer, end, 50) == 1 else { return }
                } else {
                    isWhole = announced == 0 && part == 0 && ERR_peek_error() == 0
                    return
                }
            }
        }
        return isWhole ? body.part(0..<count) : nil
    }
}
