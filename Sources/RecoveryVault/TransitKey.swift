internal import RecoveryCrypto

/// A key that a server unwraps by the transit interface of HashiCorp Vault and its kin (Docs/Specs/vault.md §4.7).
public struct TransitKey: Sendable, Hashable {
    /// `https://host[:port]/v1/<mount>/decrypt/<key>`.
    public let url: String
    /// PEM of the authority that issued the server's certificate; of none else.
    public let authority: String
    /// PEM of our certificate.
    public let certificate: String
    /// PEM of its private key, without a password.
    public let privateKey: String
    /// The token, and nothing else but one line feed.
    public let token: String
    /// The wrapped key as the server gave it out, and nothing else but one line feed.
    public let input: String

    public init(
        url: String,
        authority: String,
        certificate: String,
        privateKey: String,
        token: String,
        input: String
    ) {
        self.url = url
        self.authority = authority
        self.certificate = certificate
        self.privateKey = privateKey
        self.token = token
        self.input = input
    }

    static let largestFile = 65_536
    static let largestToken = 1_024
    static let largestInput = 4_096

    /// Asks the server.
    ///
    /// - Throws: ``VaultError/keyFileRefused(_:)`` for a file that may not be used, with `format` for one that holds
    ///   something else; ``VaultError/keyUnavailable(_:)``; ``VaultError/providerTimeout(_:)``.
    func key(of name: KeyName, role: KeyRole, rules: KeyFileRules) throws(VaultError) -> SecretKey {
        guard let place = TransitPlace(url) else { throw .keyFileRefused(.format) }
        let token = try Self.line(in: rules.read(fileAt: token) { (1...Self.largestToken + 1).contains($0) })
        let input = try Self.line(
            in: rules.readTrusted(fileAt: input) { (1...Self.largestInput + 1).contains($0) }
        )
        let client = try TLSClient(
            authority: rules.readTrusted(fileAt: authority) { $0 <= Self.largestFile },
            certificate: rules.readTrusted(fileAt: certificate) { $0 <= Self.largestFile },
            key: rules.read(fileAt: privateKey) { $0 <= Self.largestFile }
        )
        guard let client else { throw .keyFileRefused(.format) }
        let request = SecretRequest(
            to: place.host,
            port: place.port,
            path: place.path,
            header: "X-Vault-Token",
            token: token,
            body: Self.body(input, associated: WrappedKey.associatedData(role, version: name.version)),
            as: client
        )
        do throws(SecretSourceError) {
            let answer = try request.answer(within: rules.timeLimit)
            let key = answer.lend { text in
                JSONSearch.string(at: ["data", "plaintext"], in: text)
                    .flatMap { Base64Key.decode(text.extracting($0)) }
            }
            guard let key else { throw .unavailable }
            return key
        } catch {
            throw VaultError(error, name, role)
        }
    }

    /// The wrapped key is no secret; the answer is.
    private static func body(_ input: borrowing SecretKey, associated data: [UInt8]) -> [UInt8] {
        var body = Array(#"{"ciphertext":""#.utf8)
        input.lend { body.append($0) }
        return body + Array(#"","associated_data":"\#(Base64.encode(data))"}"#.utf8)
    }

    /// One line without its end: visible ASCII that needs no escape in JSON or in a header.
    private static func line(in text: borrowing SecretKey) throws(VaultError) -> SecretKey {
        let count = text.lend { text in
            let last = text.count - 1
            let count = text[last] == 0x0a ? last : text.count
            let isPlain = (0..<count).allSatisfy { index in
                (0x21...0x7e).contains(text[index]) && text[index] != 0x22 && text[index] != 0x5c
            }
            return isPlain ? count : 0
        }
        guard count > 0 else { throw .keyFileRefused(.format) }
        return text.part(0..<count)
    }
}

/// The parts of a URL of the transit interface.
struct TransitPlace: Equatable {
    let host: String
    let port: UInt16
    let path: String

    /// - Returns: `nil` for another scheme, a user, a query, a host that is no name or IPv4 address, and for a path that
    ///   asks for something else than to decrypt.
    init?(_ url: String) {
        guard let match = url.wholeMatch(of: /https:\/\/([A-Za-z0-9.\-]{1,253})(?::([0-9]{1,5}))?(\/v1\/.+)/) else {
            return nil
        }
        let parts = match.3.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 5, parts[parts.count - 2] == "decrypt",
            parts.dropFirst().allSatisfy({ CredentialFile.isName($0) }),
            let port = match.2.map({ UInt16($0) }) ?? 443, port > 0
        else { return nil }
        host = String(match.1)
        self.port = port
        path = String(match.3)
    }
}
