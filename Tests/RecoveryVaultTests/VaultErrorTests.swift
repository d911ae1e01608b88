import RecoveryCrypto
import Testing

@testable import RecoveryVault

@Suite struct VaultErrorTests {
    /// The closed list of Docs/Specs/vault.md §18, and the words that operators search for.
    @Test func `says the code and the detail of the specification`() throws {
        let low = try #require(KeyCheckValue(bytes: [UInt8](repeating: 0, count: 8)))
        let high = try #require(KeyCheckValue(bytes: [UInt8](repeating: 255, count: 8)))
        let pseudonym = try #require(Pseudonym(bytes: [UInt8](repeating: 7, count: 16)))
        let key = KeyName(.role(.match), version: 3)
        let texts: [(VaultError, String)] = [
            (.truncated, "truncated"),
            (.unsupportedFormat(offset: 6), "unsupported-format(6)"),
            (.keyUnavailable(key), "key-unavailable(match, 3)"),
            (.keyUnavailable(KeyName(.subjectKey(.personal), version: 1)), "key-unavailable(subject pii, 1)"),
            (.keyUnavailable(KeyName(.classKey(.blindIndex), version: 1)), "key-unavailable(BIK, 1)"),
            (.wrongKey(expected: low, found: high), "wrong-key(expected 0000000000000000, got ffffffffffffffff)"),
            (.keyFileRefused(.besideDatabase), "key-file-refused(beside-database)"),
            (.providerTimeout(.pii), "provider-timeout(pii)"),
            (.keyOrContext, "key-or-context"),
            (.tampered, "tampered"),
            (.badPadding, "bad-padding"),
            (.manifestMismatch(pseudonym), "manifest-mismatch(07070707070707070707070707070707)"),
            (.rollbackDetected(found: 1, expected: 2), "rollback-detected(found 1, expected 2)"),
            (.shredded(UnixTime(seconds: 9)), "shredded(9)"),
            (.limitReached(key), "limit-reached(match, 3)"),
            (.invalidClaim(field: .email, reason: .invalidUTF8), "invalid-claim(5, invalid-utf8)"),
            (.sealed, "sealed"),
            (.cryptoFailure(call: "scrypt"), "crypto-failure(scrypt)"),
        ]
        for (error, text) in texts { #expect("\(error)" == text) }
    }

    @Test func `has the reasons of the specification, in the order of the checks`() {
        let files =
            "not-absolute, parent, beside-database, not-found, symlink, io, not-regular, owner, mode, links, size, "
            + "format, checksum, role, version, cost, passphrase"
        let claims =
            "too-long, invalid-utf8, control-character, bidi-control, unassigned-character, empty, invalid-date, "
            + "ambiguous-date, out-of-range, invalid-phone, no-region, invalid-email, invalid-identifier, "
            + "check-digit, invalid-address, invalid-reference"
        #expect(KeyFileRefusal.allCases.map(\.rawValue).joined(separator: ", ") == files)
        #expect(ClaimRefusal.allCases.map(\.rawValue).joined(separator: ", ") == claims)
    }
}
