import FuzzDriver
import RecoveryCrypto

@testable import RecoveryVault

/// A key under a passphrase. What the file asks for is judged before a byte of memory is taken.
enum WrappedKey {
    private static let phrase = Array("a passphrase of ours".utf8)

    static let target = Target("passphrase-file") { bytes in
        guard let passphrase = try? Passphrase(entered: SecretKey(copying: phrase.span)) else {
            return law(false, "the passphrase is one")
        }
        // Each derivation costs as much as thousands of refusals, so of what is affordable one in many is tried, and
        // only at the least cost. The reader judges all others itself.
        if bytes.count == PassphraseFile.byteCount, isAffordable(bytes) {
            guard bytes[5...7].elementsEqual([14, 1, 1]), checksum(bytes).isMultiple(of: 4096) else { return }
        }
        do throws(VaultError) {
            _ = try PassphraseFile(unverified: bytes).key(expecting: .pii, version: 1, under: passphrase)
            law(false, "nothing opens that nobody sealed")
        } catch {
            guard case .keyFileRefused = error else { return law(false, "a file is refused for what it is") }
        }
    }

    /// What vault.md §4.3 lets a reader spend.
    private static func isAffordable(_ bytes: [UInt8]) -> Bool {
        (14...22).contains(bytes[5]) && (1...16).contains(bytes[6]) && (1...4).contains(bytes[7])
            && 128 * Int(bytes[6]) << Int(bytes[5]) <= 1 << 31
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
