import Foundation
import RecoveryCrypto
import Testing

@testable import RecoveryVault

/// Docs/Specs/vault.md §4.6, with a token that is software of others.
@Suite(.enabled(if: SoftToken.isInstalled, "softhsm2 and opensc are not installed: Scripts/setup does that"))
struct TokenKeyTests {
    private static let token = Result { try SoftToken() }
    private static let unavailable = VaultError.keyUnavailable(KeyName(.role(.match), version: 3))
    private static let rules = KeyFileRules(
        databaseDirectory: nil,
        credentialsDirectory: nil,
        timeLimit: .seconds(10)
    )

    private let token: SoftToken
    private let scratch: KeyFileRulesTests.Scratch

    init() throws {
        token = try Self.token.get()
        scratch = try KeyFileRulesTests.Scratch()
    }

    private func provider(
        module: String = SoftToken.module,
        token mark: TokenCipher.Mark = .label("recovery"),
        key: TokenCipher.Mark = .label("kek"),
        pin: String? = nil
    ) -> TokenKey {
        TokenKey(
            TokenCipher(module: module, token: mark, key: key),
            pin: pin ?? token.folder + "/pin",
            input: scratch.file
        )
    }

    private func key(_ token: TokenKey, role: KeyRole = .match, version: UInt32 = 3) throws -> [UInt8] {
        try KeyProvider.pkcs11(token).key(of: role, version: version, rules: Self.rules) { () throws(VaultError) in
            Issue.record("asked for a passphrase")
            throw .sealed
        }.exposed
    }

    /// Wraps the example's key in the file that ``provider(module:token:key:pin:)`` reads.
    private func wrap() throws {
        try provider().wrap(SecretKey(hex: Example.matchingKey), role: .match, version: 3, rules: Self.rules)
    }

    @Test func `opens what the token wrapped, by every mark of token and key`() throws {
        try wrap()
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.file)).count == 60)
        for mark in [TokenCipher.Mark.label("recovery"), .identifier(token.serial)] {
            for name in [TokenCipher.Mark.label("kek"), .identifier([0x0a, 0x01])] {
                #expect(try key(provider(token: mark, key: name)) == KeyFileRulesTests.key)
            }
        }
    }

    @Test func `wraps under a fresh nonce, and over nothing`() throws {
        try wrap()
        let first = try Data(contentsOf: URL(fileURLWithPath: scratch.file))
        #expect(throws: VaultError.keyFileRefused(.io)) { try wrap() }
        try FileManager.default.removeItem(atPath: scratch.file)
        try wrap()
        let second = try Data(contentsOf: URL(fileURLWithPath: scratch.file))
        #expect(first.prefix(12) != second.prefix(12))
    }

    @Test(arguments: [(.pii, 3), (.match, 2)] as [(KeyRole, UInt32)])
    func `opens nothing that was wrapped for another role or version`(role: KeyRole, version: UInt32) throws {
        try wrap()
        #expect(throws: VaultError.keyUnavailable(KeyName(.role(role), version: version))) {
            try key(provider(), role: role, version: version)
        }
    }

    @Test(arguments: [0, 12, 44, 59]) func `opens nothing with a bit changed`(index: Int) throws {
        try wrap()
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: scratch.file)))
        bytes[index] ^= 0x01
        try scratch.write(bytes)
        #expect(throws: Self.unavailable) { try key(provider()) }
    }

    @Test(
        arguments: [
            ("no token", .label("other"), .label("kek")), ("two tokens", .label("double"), .label("kek")),
            ("half a label", .label("recover"), .label("kek")), ("no label", .label(""), .label("kek")),
            ("no serial", .identifier(Array("0000000000000000".utf8)), .label("kek")),
            ("no key", .label("recovery"), .label("other")), ("two keys", .label("recovery"), .label("same")),
            ("another key", .label("recovery"), .identifier([0x0a, 0x02])),
            ("a key that can leave the token", .label("recovery"), .label("loose")),
            ("any key", .label("recovery"), .label("")),
        ] as [(String, TokenCipher.Mark, TokenCipher.Mark)]
    )
    func `is served by exactly one token and one key, and not by`(
        what: String,
        mark: TokenCipher.Mark,
        name: TokenCipher.Mark
    ) throws {
        try wrap()
        #expect(throws: Self.unavailable) { try key(provider(token: mark, key: name)) }
    }

    /// The key could open it: what stands in the way is that it can be read out.
    @Test func `wraps nothing under a key that can leave the token`() {
        #expect(throws: Self.unavailable) {
            try provider(key: .label("loose"))
                .wrap(SecretKey(hex: Example.matchingKey), role: .match, version: 3, rules: Self.rules)
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.file))
    }

    @Test func `refuses a wrong PIN, and one that others can read`() throws {
        try wrap()
        let pin = scratch.path + "/pin"
        try Data("4321\n".utf8).write(to: URL(fileURLWithPath: pin))
        try scratch.chmod(0o600, pin)
        #expect(throws: Self.unavailable) { try key(provider(pin: pin)) }
        try Data("1234\n".utf8).write(to: URL(fileURLWithPath: pin))
        #expect(try key(provider(pin: pin)) == KeyFileRulesTests.key)
        try scratch.chmod(0o640, pin)
        #expect(throws: VaultError.keyFileRefused(.mode)) { try key(provider(pin: pin)) }
        #expect(throws: VaultError.keyFileRefused(.notFound)) { try key(provider(pin: pin + "2")) }
        try Data("\n".utf8).write(to: URL(fileURLWithPath: pin))
        try scratch.chmod(0o600, pin)
        #expect(throws: VaultError.keyFileRefused(.format)) { try key(provider(pin: pin)) }
    }

    @Test(arguments: [0, 59, 61]) func `refuses a wrapped key of another size`(count: Int) throws {
        try scratch.write([UInt8](repeating: 0, count: count))
        #expect(throws: VaultError.keyFileRefused(.size)) { try key(provider()) }
    }

    // MARK: The module

    @Test func `loads no module that others may write, that is a link, or no module`() throws {
        try wrap()
        let copy = scratch.path + "/module.so"
        try FileManager.default.copyItem(atPath: SoftToken.module, toPath: copy)
        try scratch.chmod(0o664, copy)
        #expect(throws: VaultError.keyFileRefused(.mode)) { try key(provider(module: copy)) }
        try scratch.chmod(0o777, scratch.path)
        try scratch.chmod(0o644, copy)
        #expect(throws: VaultError.keyFileRefused(.parent)) { try key(provider(module: copy)) }
        try scratch.chmod(0o700, scratch.path)
        let link = scratch.path + "/link.so"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: SoftToken.module)
        #expect(throws: VaultError.keyFileRefused(.symlink)) { try key(provider(module: link)) }
        #expect(throws: VaultError.keyFileRefused(.notAbsolute)) { try key(provider(module: "libsofthsm2.so")) }
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: scratch.path + "/none.so"))
        #expect(throws: Self.unavailable) { try key(provider(module: scratch.path + "/none.so")) }
        #expect(throws: Self.unavailable) { try key(provider(module: "/usr/lib/x86_64-linux-gnu/libdl.so.2")) }
    }

    /// What was asked goes on alone, and is in nobody's way.
    @Test func `waits no longer than it is given`() throws {
        try wrap()
        let rules = KeyFileRules(databaseDirectory: nil, credentialsDirectory: nil, timeLimit: .zero)
        #expect(throws: VaultError.providerTimeout(.match)) {
            _ = try KeyProvider.pkcs11(provider()).key(of: .match, version: 3, rules: rules) { () throws(VaultError) in
                throw .sealed
            }
        }
        #expect(try key(provider()) == KeyFileRulesTests.key)
    }

    /// Two threads at once, and again after the module was finalised.
    @Test func `serves several threads`() async throws {
        try wrap()
        let provider = provider()
        let keys = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<6 { group.addTask { try key(provider) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(keys == [[UInt8]](repeating: KeyFileRulesTests.key, count: 6))
    }
}
