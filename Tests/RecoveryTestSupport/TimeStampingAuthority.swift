import Foundation
public import RecoveryCrypto

/// An authority for time stamps as somebody else runs one: the program `openssl`, in a folder of its own.
public final class TimeStampingAuthority: Sendable {
    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    /// What its certificate is said to be for.
    public enum Purpose: String, Sendable {
        case timeStamping, codeSigning
    }

    private static let configuration = """
        [tsa]
        default_tsa = this
        [this]
        serial = serial
        signer_cert = tsa.pem
        signer_key = tsa.key
        signer_digest = sha256
        default_policy = 1.2.3.4.1
        digests = sha256, sha512
        ess_cert_id_alg = sha256

        """

    private let folder: URL
    /// One question at a time: each lies in files of the folder.
    private let turn = NSLock()

    /// The certificate that stands above it, in PEM.
    public let pem: [UInt8]
    public let authorities: TimeStampAuthorities

    /// - Parameter days: how long the certificate holds that it signs with; below 0 it does not hold any more.
    public init(_ name: String = "Authority", days: Int = 30, purpose: Purpose = .timeStamping) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "authority-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.folder = folder
        func run(_ words: String) throws { _ = try Self.openssl(words, in: folder) }
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        try run("req -x509 \(key) -keyout ca.key -out ca.pem -subj /CN=\(name) -days 3650")
        try run("req \(key) -keyout tsa.key -out tsa.csr -subj /CN=Stamp")
        try Data("extendedKeyUsage=critical,\(purpose.rawValue)\n".utf8).write(to: folder.appending(path: "usage"))
        try run("x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -out tsa.pem -days \(days) -extfile usage")
        try Data(Self.configuration.utf8).write(to: folder.appending(path: "tsa.cnf"))
        pem = [UInt8](try Data(contentsOf: folder.appending(path: "ca.pem")))
        guard let authorities = TimeStampAuthorities(pem: pem) else {
            throw Fault(description: "openssl made a certificate that cannot be read")
        }
        self.authorities = authorities
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// What it answers to a query.
    public func response(to query: [UInt8]) throws -> [UInt8] {
        try turn.withLock {
            try write(query, "query")
            _ = try openssl("ts -reply -config tsa.cnf -queryfile query -out response")
            return try read("response")
        }
    }

    public func response(over text: [UInt8]) throws -> [UInt8] {
        try response(to: TimeStampQuery(imprint: SHA256.digest(of: text)).bytes)
    }

    /// What it refuses, since the query asks for a policy that it does not have.
    public func refusal(over text: [UInt8]) throws -> [UInt8] {
        let query = try turn.withLock {
            try write(text, "text")
            _ = try openssl("ts -query -data text -sha256 -cert -tspolicy 1.2.3.9 -out query")
            return try read("query")
        }
        return try response(to: query)
    }

    /// A response over a TSTInfo of the caller's, signed by it as openssl signs any message.
    ///
    /// - Parameter withoutCertificate: leaves out by what the signature could be checked.
    public func response(signing information: [UInt8], withoutCertificate: Bool = false) throws -> [UInt8] {
        let options = withoutCertificate ? "-nocerts" : ""
        let token = try turn.withLock {
            try write(information, "information")
            _ = try openssl(
                "cms -sign -binary -nodetach -in information -econtent_type 1.2.840.113549.1.9.16.1.4 -signer tsa.pem"
                    + " -inkey tsa.key -md sha256 -cades -outform DER -out token \(options)"
            )
            return try read("token")
        }
        let granted: [UInt8] = [0x30, 0x03, 0x02, 0x01, 0x00]
        return DER.sequence(granted + token)
    }

    /// How openssl shows a query.
    public func shown(query: [UInt8]) throws -> String {
        try turn.withLock {
            try write(query, "query")
            return try openssl("ts -query -in query -text")
        }
    }

    /// What `openssl ts -verify` says of a response over a text.
    public func accepts(_ response: [UInt8], over text: [UInt8], at time: UnixTime? = nil) throws -> Bool {
        let time = time.map { "-attime \($0.seconds)" } ?? ""
        return try turn.withLock {
            try write(response, "response")
            try write(text, "text")
            do {
                return try openssl("ts -verify -in response -data text -CAfile ca.pem \(time)").contains(": OK")
            } catch let fault as Fault where fault.description.contains("Verification: FAILED") {
                return false
            }
        }
    }

    private func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: folder.appending(path: name))
    }

    private func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    private func openssl(_ words: String) throws -> String {
        try Self.openssl(words, in: folder)
    }

    private static func openssl(_ words: String, in folder: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = words.split(separator: " ").map(String.init)
        process.currentDirectoryURL = folder
        let said = folder.appending(path: "said-\(UUID().uuidString)")
        try Data().write(to: said)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: said)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOf: said, encoding: .utf8)
        guard process.terminationStatus == 0 else { throw Fault(description: "openssl \(words): \(text)") }
        return text
    }
}

/// As much of DER as a TSTInfo is made of (RFC 3161 §2.4.2).
public enum DER {
    public static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        switch content.count {
        case ..<128: [tag, UInt8(content.count)] + content
        case ..<256: [tag, 0x81, UInt8(content.count)] + content
        default: [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xff)] + content
        }
    }

    public static func sequence(_ content: [UInt8]) -> [UInt8] {
        element(0x30, content)
    }

    /// A TSTInfo over a SHA-256, at a time as it stands in a GeneralizedTime.
    public static func timeStampInformation(imprint: Digest256, time: String, version: UInt8 = 1) -> [UInt8] {
        let sha256: [UInt8] = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
        let policy: [UInt8] = [0x06, 0x04, 0x2a, 0x03, 0x04, 0x01]
        let hashed = sequence(sequence(sha256 + [0x05, 0x00]) + element(0x04, imprint.bytes))
        return sequence(
            [0x02, 0x01, version] + policy + hashed + [0x02, 0x01, 0x07] + element(0x18, Array(time.utf8))
        )
    }
}
