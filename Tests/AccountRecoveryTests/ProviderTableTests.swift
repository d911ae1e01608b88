import Foundation
import RecoveryCrypto
import RecoveryVault
import Testing

@testable import AccountRecovery

/// `Docs/Specs/vault.md` §4.11.
@Suite struct ProviderTableTests {
    private let folder: DataFolder

    init() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "table-" + UUID().uuidString).path
        try FileManager.default.createDirectory(
            atPath: root,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        folder = DataFolder(root)
    }

    private func table(_ text: String, mode: Int = 0o600) throws -> ProviderTable {
        defer { try? FileManager.default.removeItem(atPath: folder.root) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.providers))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.providers)
        return try ProviderTable(of: folder)
    }

    private func entries(_ entries: String...) -> String {
        #"{"format":"account-recovery/providers/v1","keys":[\#(entries.joined(separator: ","))]}"# + "\n"
    }

    @Test func `without a file every key lies in keys`() throws {
        let table = try ProviderTable(of: folder)
        try FileManager.default.removeItem(atPath: folder.root)
        #expect(table.provider(of: .pii, version: 1) == .file(path: folder.keys + "/pii.key"))
        #expect(table.provider(of: .sys, version: 2) == .file(path: folder.keys + "/sys-2.key"))
    }

    @Test func `reads one provider of each kind, and leaves other versions where they are`() throws {
        let table = try table(
            entries(
                #"{"arguments":["--unseal","a b"],"input":"/w","role":"sys","uri":"exec:/usr/bin/unseal","version":1}"#,
                #"{"role":"match","uri":"systemd:match.key","version":1}"#,
                #"{"role":"pii","uri":"passphrase:/k/pii.pass","version":1}"#,
                #"{"input":"/w","key_id":"0a01","pin_file":"/pin","role":"pii","token_label":"t","uri":"pkcs11:/m.so","version":2}"#,
                #"{"input":"/w","key_label":"k","pin_file":"/pin","role":"pii","token_serial":"77","uri":"pkcs11:/m.so","version":3}"#,
                #"{"ca_file":"/ca","certificate_file":"/c","input":"/w","key_file":"/k","role":"auth","token_file":"/t","uri":"https://v/v1/t/decrypt/k","version":1}"#,
                #"{"role":"auth","uri":"file:/k/auth.key","version":4294967295}"#
            )
        )
        let program = SecretProgram(path: "/usr/bin/unseal", arguments: ["--unseal", "a b"])
        #expect(table.provider(of: .sys, version: 1) == .exec(KeyProgram(program, input: "/w")))
        #expect(table.provider(of: .match, version: 1) == .systemd(name: "match.key"))
        #expect(table.provider(of: .pii, version: 1) == .passphrase(path: "/k/pii.pass"))
        let second = TokenCipher(module: "/m.so", token: .label("t"), key: .identifier([0x0a, 0x01]))
        #expect(table.provider(of: .pii, version: 2) == .pkcs11(TokenKey(second, pin: "/pin", input: "/w")))
        let third = TokenCipher(module: "/m.so", token: .identifier(Array("77".utf8)), key: .label("k"))
        #expect(table.provider(of: .pii, version: 3) == .pkcs11(TokenKey(third, pin: "/pin", input: "/w")))
        let transit = TransitKey(
            url: "https://v/v1/t/decrypt/k",
            authority: "/ca",
            certificate: "/c",
            privateKey: "/k",
            token: "/t",
            input: "/w"
        )
        #expect(table.provider(of: .auth, version: 1) == .transit(transit))
        #expect(table.provider(of: .auth, version: .max) == .file(path: "/k/auth.key"))
        #expect(table.provider(of: .match, version: 2) == .file(path: folder.keys + "/match-2.key"))
    }

    @Test(arguments: [
        #"{}"#, #"[]"#, #"{"role":"pii","version":1}"#, #"{"role":"pii","uri":"systemd:a"}"#,
        #"{"role":"root","uri":"systemd:a","version":1}"#, #"{"role":"pii","uri":"systemd:a","version":0}"#,
        #"{"role":"pii","uri":"systemd:a","version":4294967296}"#, #"{"role":"pii","uri":"systemd:a","version":"1"}"#,
        #"{"role":"pii","uri":"systemd:a/b","version":1}"#, #"{"role":"pii","uri":"env:KEY","version":1}"#,
        #"{"role":"pii","uri":"http://v/v1/t/decrypt/k","version":1}"#,
        #"{"passphrase":"x","role":"pii","uri":"passphrase:/k","version":1}"#,
        #"{"input":"/w","role":"pii","uri":"systemd:a","version":1}"#,
        #"{"arguments":"a","role":"pii","uri":"exec:/p","version":1}"#,
        #"{"arguments":["a",1],"role":"pii","uri":"exec:/p","version":1}"#,
        #"{"input":1,"role":"pii","uri":"exec:/p","version":1}"#,
        #"{"role":"pii","shell":true,"uri":"exec:/p","version":1}"#,
        #"{"input":"/w","key_label":"k","role":"pii","token_label":"t","uri":"pkcs11:/m.so","version":1}"#,
        #"{"input":"/w","key_label":"k","pin_file":"/p","role":"pii","uri":"pkcs11:/m.so","version":1}"#,
        #"{"input":"/w","key_id":"0a","key_label":"k","pin_file":"/p","role":"pii","token_label":"t","uri":"pkcs11:/m","version":1}"#,
        #"{"input":"/w","key_id":"0","pin_file":"/p","role":"pii","token_label":"t","uri":"pkcs11:/m","version":1}"#,
        #"{"input":"/w","key_label":"k","pin":"1234","pin_file":"/p","role":"pii","token_label":"t","uri":"pkcs11:/m","version":1}"#,
        #"{"ca_file":"/ca","certificate_file":"/c","input":"/w","key_file":"/k","role":"auth","uri":"https://v/v1/t/decrypt/k","version":1}"#,
    ])
    func `refuses the entry`(entry: String) {
        let error = ServiceError.sealed(
            "\(folder.providers) has an entry, number 2, that is no provider, or that has a member too many"
        )
        #expect(throws: error) {
            try table(entries(#"{"role":"sys","uri":"systemd:sys.key","version":1}"#, entry))
        }
    }

    @Test func `refuses a version that is named twice`() {
        let entry = #"{"role":"sys","uri":"systemd:sys.key","version":1}"#
        #expect(throws: ServiceError.sealed("\(folder.providers) names sys version 1 twice")) {
            try table(entries(entry, entry))
        }
    }

    @Test(arguments: [
        #"{"format":"account-recovery/providers/v2","keys":[]}"#, #"{"format":"account-recovery/providers/v1"}"#,
        #"{"extra":1,"format":"account-recovery/providers/v1","keys":[]}"#,
        #"{"format":"account-recovery/providers/v1","keys":{}}"#,
    ])
    func `refuses a table of another form`(text: String) {
        let what = #"has other members than "format":"account-recovery/providers/v1" and "keys""#
        #expect(throws: ServiceError.sealed("\(folder.providers) \(what)")) { try table(text + "\n") }
    }

    @Test(arguments: [("", 0), ("{}", 2), ("{ }\n", 1)]) func `refuses what is not canonical`(text: String, offset: Int)
    {
        let what = "is not canonical JSON at byte \(offset): keys in order, no spaces, one newline at the end"
        #expect(throws: ServiceError.sealed("\(folder.providers) \(what)")) { try table(text) }
    }

    @Test(arguments: [0o640, 0o604, 0o622, 0o666]) func `refuses a table that others can read or write`(mode: Int) {
        #expect(throws: HexKeyFile.refusal(of: folder.providers, .keyFileRefused(.mode))) {
            try table(entries(), mode: mode)
        }
    }
}
