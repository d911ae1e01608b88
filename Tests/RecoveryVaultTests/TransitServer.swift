import Foundation
import RecoveryCrypto
import Testing

@testable import RecoveryVault

/// A small server of the transit interface, with certificates of its own: Python's, so that both ends of the wire are
/// not ours. It ends when this process does, because its standard input does.
final class TransitServer: Sendable {
    let folder: String
    let port: Int
    /// The same server under a certificate for another name.
    let misnamedPort: Int
    /// Nobody listens here.
    let closedPort: Int

    static let token = "hvs.CAESIJ-a-token-of-the-test"
    static let wrapped = "vault:v1:d3JhcHBlZA=="
    static let key = [UInt8](repeating: UInt8(ascii: "t"), count: 32)

    private let scratch: KeyFileRulesTests.Scratch
    private let process: Process
    private let input: Pipe

    init() throws {
        scratch = try KeyFileRulesTests.Scratch()
        folder = scratch.path
        try Self.write(Self.token + "\n", to: folder + "/token", mode: 0o600)
        try Self.write(Self.wrapped + "\n", to: folder + "/wrapped", mode: 0o644)
        try Self.write(Self.program, to: folder + "/server.py", mode: 0o600)
        let made = Process()
        made.executableURL = URL(fileURLWithPath: "/bin/sh")
        made.arguments = ["-c", Self.certificates, folder]
        try made.run()
        made.waitUntilExit()
        try #require(made.terminationStatus == 0)
        process = Process()
        input = Pipe()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [folder + "/server.py", folder, Self.token, Self.wrapped]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while line.last != 0x0a {
            let part = output.fileHandleForReading.availableData
            try #require(!part.isEmpty)
            line += part
        }
        let ports = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(ports.count == 3)
        (port, misnamedPort, closedPort) = (ports[0], ports[1], ports[2])
    }

    deinit {
        process.terminate()
    }

    static func write(_ text: String, to path: String, mode: Int) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// How to ask for `key`, as the configuration would say it.
    func transit(
        _ key: String,
        port: Int? = nil,
        host: String = "localhost",
        authority: String = "ca.pem",
        certificate: String = "client.pem",
        privateKey: String = "client.key"
    ) -> TransitKey {
        TransitKey(
            url: "https://\(host):\(port ?? self.port)/v1/transit/decrypt/\(key)",
            authority: folder + "/" + authority,
            certificate: folder + "/" + certificate,
            privateKey: folder + "/" + privateKey,
            token: folder + "/token",
            input: folder + "/wrapped"
        )
    }

    private static let certificates = """
        set -e; umask 077; cd "$0"
        new() { openssl ecparam -name prime256v1 -genkey -noout -out $1.key; }
        authority() { new $1; openssl req -x509 -new -key $1.key -subj /CN=$1 -days 2 -out $1.pem; }
        issue() {
            new $1; openssl req -new -key $1.key -subj /CN=$1 -out $1.csr; printf "$3" > $1.ext
            openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days 2 -extfile $1.ext -out $1.pem
        }
        { authority ca; authority stranger
        issue server ca 'subjectAltName=DNS:localhost,IP:127.0.0.1'; issue misnamed ca 'subjectAltName=DNS:other.example'
        issue client ca 'extendedKeyUsage=clientAuth'; issue intruder stranger 'extendedKeyUsage=clientAuth'
        openssl ec -in client.key -aes128 -passout pass:secret -out locked.key; } 2>/dev/null
        """

    private static let program = #"""
        import base64, http.server, json, os, socket, ssl, sys, threading, time
        folder, token, wrapped = sys.argv[1:]
        key = b"t" * 32
        def answer(key): return json.dumps({"data": {"plaintext": base64.b64encode(key).decode()}}).encode()
        class Handler(http.server.BaseHTTPRequestHandler):
            def setup(self):
                self.request = self.server.tls.wrap_socket(self.request, server_side=True)
                super().setup()
            def log_message(self, *rest): pass
            def send(self, status, body, length=None, headers=()):
                self.send_response(status)
                for name, value in headers: self.send_header(name, value)
                if length != -1: self.send_header("Content-Length", str(len(body) if length is None else length))
                self.end_headers()
                self.wfile.write(body)
            def do_GET(self): self.send(200, answer(key))
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                asked = json.loads(body)
                good = answer(key)
                what = self.path.removeprefix("/v1/transit/decrypt/")
                right = (asked == {"ciphertext": wrapped, "associated_data": "UlZIMQEAAAAAAAAC"}
                    and self.headers["X-Vault-Token"] == token and self.headers["Content-Type"] == "application/json"
                    and self.headers["Host"].split(":")[0] in ("localhost", "127.0.0.1"))
                if not right: self.send(403, b'{"errors":["permission denied"]}')
                elif what == "good": self.send(200, good)
                elif what.startswith("status-"):
                    self.send(int(what[7:]), good, headers=[("Location", "/v1/transit/decrypt/good")])
                elif what == "bytes-31": self.send(200, answer(key[1:]))
                elif what == "bytes-33": self.send(200, answer(key + b"t"))
                elif what == "no-json": self.send(200, b"plaintext " + base64.b64encode(key))
                elif what == "twice": self.send(200, b'{"data":{"plaintext":"x"},' + good[1:])
                elif what == "elsewhere": self.send(200, good.replace(b"data", b"date"))
                elif what == "size-65536": self.send(200, good + b" " * (65536 - len(good)))
                elif what == "size-66560": self.send(200, good + b" " * (66560 - len(good)))
                elif what == "size-66560-unannounced": self.send(200, good + b" " * (66560 - len(good)), -1); self.leave()
                elif what == "cut": self.send(200, good, len(good) + 1)
                elif what == "unannounced": self.send(200, good, -1); self.leave()
                elif what == "unannounced-cut": self.send(200, good, -1)
                elif what == "silent": time.sleep(1000)
                elif what == "slow":
                    self.send(200, b"", 60000)
                    for _ in range(10000): self.wfile.write(b" "); time.sleep(0.05)
                elif what == "hang-up": self.close_connection = True
            def leave(self):
                self.wfile.flush(); self.request.unwrap()
        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            def handle_error(self, *rest): pass
            def __init__(self, name):
                super().__init__(("127.0.0.1", 0), Handler)
                self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self.tls.load_cert_chain(folder + "/" + name + ".pem", folder + "/" + name + ".key")
                self.tls.load_verify_locations(folder + "/ca.pem")
                self.tls.verify_mode = ssl.CERT_REQUIRED
                threading.Thread(target=self.serve_forever, daemon=True).start()
        ports = [Server(name).server_address[1] for name in ("server", "misnamed")]
        unused = socket.socket(); unused.bind(("127.0.0.1", 0))
        print(*ports, unused.getsockname()[1], flush=True)
        sys.stdin.read()
        """#
}
