import Foundation
import RecoveryCrypto
import Testing

@testable import RecoveryVault

/// Docs/Specs/vault.md §4.7, against a server of another make.
@Suite struct TransitKeyTests {
    private static let server = Result { try TransitServer() }
    private static let unavailable = VaultError.keyUnavailable(KeyName(.role(.pii), version: 2))

    private let server: TransitServer

    init() throws {
        server = try Self.server.get()
    }

    private func key(_ transit: TransitKey, version: UInt32 = 2, limit: Duration = .seconds(10)) throws -> [UInt8] {
        let rules = KeyFileRules(databaseDirectory: nil, credentialsDirectory: nil, timeLimit: limit)
        return try KeyProvider.transit(transit).key(of: .pii, version: version, rules: rules) {
            () throws(VaultError) in
            Issue.record("asked for a passphrase")
            throw .sealed
        }.exposed
    }

    @Test(arguments: ["localhost", "127.0.0.1"]) func `takes the key that the server unwraps`(host: String) throws {
        #expect(try key(server.transit("good", host: host)) == TransitServer.key)
    }

    @Test(arguments: ["size-65536", "unannounced"]) func `takes an answer`(what: String) throws {
        #expect(try key(server.transit(what)) == TransitServer.key)
    }

    @Test(
        arguments: [
            "status-201", "status-204", "status-301", "status-302", "status-307", "status-403", "status-500",
            "bytes-31", "bytes-33", "no-json", "twice", "elsewhere", "size-66560", "size-66560-unannounced", "cut",
            "unannounced-cut", "hang-up",
        ]
    )
    func `refuses the answer`(what: String) {
        #expect(throws: Self.unavailable) { try key(server.transit(what)) }
    }

    /// The server answers 403 to other associated data: the wrapped key of one version is not that of another.
    @Test func `names role and version to the server`() {
        let error = VaultError.keyUnavailable(KeyName(.role(.pii), version: 3))
        #expect(throws: error) { try key(server.transit("good"), version: 3) }
        #expect(WrappedKey.associatedData(.pii, version: 2) == [UInt8](hexadecimal: "525648310100000000000002"))
    }

    // MARK: Who is at the other end

    @Test func `refuses a server that another authority vouches for`() {
        #expect(throws: Self.unavailable) { try key(server.transit("good", authority: "stranger.pem")) }
    }

    @Test func `refuses a server of another name`() {
        #expect(throws: Self.unavailable) { try key(server.transit("good", port: server.misnamedPort)) }
    }

    @Test func `is refused without a certificate that the server trusts`() {
        #expect(throws: Self.unavailable) {
            try key(server.transit("good", certificate: "intruder.pem", privateKey: "intruder.key"))
        }
    }

    @Test func `finds nobody where nobody listens`() {
        #expect(throws: Self.unavailable) { try key(server.transit("good", port: server.closedPort)) }
        #expect(throws: Self.unavailable) { try key(server.transit("good", host: "nowhere.invalid")) }
    }

    @Test(.timeLimit(.minutes(30)), arguments: ["silent", "slow"])
    func `waits no longer than it is given for an answer that is`(what: String) {
        #expect(throws: VaultError.providerTimeout(.pii)) { try key(server.transit(what), limit: .seconds(1)) }
    }

    // MARK: What it is configured with

    @Test(arguments: ["locked.key", "server.key", "ca.pem", "token"])
    func `refuses a private key that is locked, of another certificate, or none`(file: String) throws {
        let path = server.folder + "/" + file
        try #require(FileManager.default.fileExists(atPath: path))
        #expect(throws: VaultError.keyFileRefused(.format)) { try key(server.transit("good", privateKey: file)) }
    }

    @Test(arguments: ["token", "client.key"]) func `refuses what is no certificate`(file: String) {
        #expect(throws: VaultError.keyFileRefused(.format)) { try key(server.transit("good", authority: file)) }
        #expect(throws: VaultError.keyFileRefused(.format)) { try key(server.transit("good", certificate: file)) }
    }

    @Test func `refuses a token that others can read, and one that is no line`() throws {
        let scratch = try KeyFileRulesTests.Scratch()
        let good = server.transit("good")
        func asking(token: String) throws -> [UInt8] {
            try key(
                TransitKey(
                    url: good.url,
                    authority: good.authority,
                    certificate: good.certificate,
                    privateKey: good.privateKey,
                    token: token,
                    input: good.input
                )
            )
        }
        try scratch.write(Array(TransitServer.token.utf8), mode: 0o600)
        #expect(try asking(token: scratch.file) == TransitServer.key)
        try scratch.chmod(0o644, scratch.file)
        #expect(throws: VaultError.keyFileRefused(.mode)) { try asking(token: scratch.file) }
        for text in ["a b", "a\r\nX-Other: b", "a\nb", "\n", "a\"b", "caf\u{e9}"] {
            try scratch.write(Array(text.utf8), mode: 0o600)
            #expect(throws: VaultError.keyFileRefused(.format)) { try asking(token: scratch.file) }
        }
        try scratch.write([UInt8](repeating: 0x61, count: 1_026), mode: 0o600)
        #expect(throws: VaultError.keyFileRefused(.size)) { try asking(token: scratch.file) }
        #expect(throws: VaultError.keyFileRefused(.notFound)) { try asking(token: scratch.path + "/none") }
    }

    @Test func `refuses files that others may write`() throws {
        for (file, mode) in [("ca.pem", 0o666), ("client.pem", 0o622), ("client.key", 0o640)] {
            let path = server.folder + "/copy-" + file
            try FileManager.default.copyItem(atPath: server.folder + "/" + file, toPath: path)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            let name = "copy-" + file
            let transit =
                switch file {
                case "ca.pem": server.transit("good", authority: name)
                case "client.pem": server.transit("good", certificate: name)
                default: server.transit("good", privateKey: name)
                }
            #expect(throws: VaultError.keyFileRefused(.mode)) { try key(transit) }
        }
    }

    @Test(arguments: [
        "http://localhost/v1/transit/decrypt/k", "https://u:p@localhost/v1/transit/decrypt/k",
        "https:///v1/t/decrypt/k",
        "https://localhost/v1/decrypt/k", "https://localhost/v1/transit/encrypt/k", "https://localhost/v1/t/decrypt/",
        "https://localhost/v1/../decrypt/k", "https://localhost/v1/t/decrypt/k?x=1",
        "https://localhost/v1/t/decrypt/k#x",
        "https://localhost:0/v1/t/decrypt/k", "https://localhost:65536/v1/t/decrypt/k", "https://[::1]/v1/t/decrypt/k",
        "https://local host/v1/t/decrypt/k", "https://localhost/v1/t/decrypt/k\r\nX: y", "",
    ])
    func `refuses the URL`(url: String) {
        #expect(TransitPlace(url) == nil)
    }

    @Test func `reads a URL with and without a port, and a mount of several parts`() throws {
        let place = try #require(TransitPlace("https://vault.example/v1/a/b/decrypt/pii"))
        #expect(place.host == "vault.example" && place.port == 443 && place.path == "/v1/a/b/decrypt/pii")
        #expect(TransitPlace("https://10.0.0.1:8200/v1/transit/decrypt/pii")?.port == 8200)
    }
}

@Suite struct JSONSearchTests {
    private func found(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        return JSONSearch.string(at: ["data", "plaintext"], in: bytes.span).map {
            String(decoding: bytes[$0], as: UTF8.self)
        }
    }

    @Test(arguments: [
        #"{"data":{"plaintext":"abc"}}"#,
        " { \"data\" :\t{ \"plaintext\" : \"abc\" } }\r\n",
        #"{"a":[1,-2.5e3,null,true,false,{"plaintext":"x"},[]],"data":{"b\n":{},"plaintext":"abc","z":"\"}"},"c":"é\u00e9"}"#
            .replacingOccurrences(of: #""b\n":{},"#, with: ""),
        #"{"plaintext":"x","data":{"data":{"plaintext":"y"},"plaintext":"abc"}}"#,
    ])
    func `finds the string where it stands`(text: String) {
        #expect(found(text) == "abc")
    }

    @Test(arguments: [
        "", "{}", "[]", "null", #"{"data":{}}"#, #"{"data":"plaintext"}"#, #"{"data":{"plaintext":1}}"#,
        #"{"data":{"plaintext":["abc"]}}"#, #"[{"data":{"plaintext":"abc"}}]"#, #"{"data":[{"plaintext":"abc"}]}"#,
        #"{"data":{"plaintext":"abc"}"#, #"{"data":{"plaintext":"abc"}}}"#, #"{"data":{"plaintext":"abc"}} x"#,
        #"{"data":{"plaintext":"abc","plaintext":"abc"}}"#, #"{"data":{"plaintext":"abc"},"data":{"plaintext":"d"}}"#,
        #"{"data":{"plaintext":"a\/c"}}"#, #"{"data":{"pl\u0061intext":"abc","plaintext":"abc"}}"#,
        #"{"data":{"plaintext":"abc",}}"#, #"{"data":{"plaintext" "abc"}}"#, #"{data:{"plaintext":"abc"}}"#,
        "{\"data\":{\"plaintext\":\"a\nc\"}}", #"{"data":{"plaintext":"abc"#, #"{"data":{"plaintext":"abc\"#,
        #"{"a":\#(String(repeating: "[", count: 20))\#(String(repeating: "]", count: 20)),"data":{"plaintext":"abc"}}"#,
    ])
    func `finds nothing in`(text: String) {
        #expect(found(text) == nil)
    }

    /// Every byte in the place of every byte: what is found stands between quotes, and is found there whatever it says.
    @Test func `finds what stands there, whichever byte was changed`() throws {
        let text = Array(#"{"a":[1,"\u00e9",{"b":null}],"data":{"plaintext":"abc"}}"#.utf8)
        var count = 0
        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[index] = byte
                let found = JSONSearch.string(at: ["data", "plaintext"], in: changed.span)
                guard let found else { continue }
                count += 1
                guard changed[found.lowerBound - 1] == 0x22, changed[found.upperBound] == 0x22 else {
                    Issue.record("byte \(byte) at \(index) moves what is found to \(found)")
                    continue
                }
                for place in found { changed[place] = 0x41 }
                let again = JSONSearch.string(at: ["data", "plaintext"], in: changed.span)
                if again != found { Issue.record("byte \(byte) at \(index) is not found again") }
            }
        }
        try #require(count > text.count)
    }

    @Test func `survives every prefix`() {
        let text = #"{"a":[1,"\u00e9",{"b":null}],"data":{"plaintext":"abc"}}"#
        for count in 0..<text.utf8.count { #expect(found(String(text.prefix(count))) == nil) }
        #expect(found(text) == "abc")
    }
}
