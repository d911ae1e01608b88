import FuzzDriver
import Glibc
import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

@testable import AccountRecovery

/// The contents of key files: of a role, of epochs, of an epoch's secret; and hexadecimal ones, read from disk.
enum KeyFiles {
    private static let path = (getenvText("TMPDIR") ?? "/tmp") + "/key.\(getpid())"
    private static let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)

    static let target = Target("key-files") { bytes in
        if let key = try? KeyFile.parse(SecretKey(copying: bytes.span), expecting: .pii, version: 1) {
            let text = KeyFile.text(of: key, role: .pii, version: 1).lend { [UInt8](copying: $0) }
            law(text == bytes || bytes.count == 32, "a key of a role is written back the same")
        }
        if EpochKeyFile(parsing: bytes) != nil, let json = try? CanonicalJSON.parseFile(bytes) {
            law(CanonicalJSON.writeLine(json) == bytes, "keys of epochs are written back the same")
        }
        var file = bytes
        if let secret = EpochSecret(wiping: &file) {
            law(secret.file().lend { [UInt8](copying: $0) } == bytes, "an epoch's secret is written back the same")
        }
        // Other sizes are refused before the file is read, and cost as much.
        guard bytes.count == HexKeyFile.byteCount else { return }
        let written = unsafe pwrite(descriptor, bytes, bytes.count, 0)
        law(written == bytes.count, "there is a file")
        if let key = try? HexKeyFile.read(path) {
            let digits = key.lend { [UInt8](copying: $0) }.hexadecimal
            law(Array(digits.utf8) + [0x0a] == bytes, "a hexadecimal key is written back the same")
        }
    }

    private static func getenvText(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
