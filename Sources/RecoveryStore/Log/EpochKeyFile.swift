import AccountRecovery
import RecoveryAudit
import RecoveryCrypto

/// The file with the secret of the next epoch (`Docs/Specs/audit-log.md` §5.1).
struct EpochKeyFile {
    let path: String

    /// Reads the secret, or returns `nil` if there is no such file.
    ///
    /// - Throws: ``StoreError/refused(_:)`` for a file that is not private or has not 36 bytes.
    func read() throws(StoreError) -> EpochSecret? {
        guard try StoreFolder.requirePrivate(file: path) else { return nil }
        let content: SecretKey?
        do {
            content = try SecretDirectory(ofFileAt: path).open().read(exactly: EpochSecret.fileSize)
        } catch {
            throw StoreError(error, at: path)
        }
        guard let content else {
            throw .refused("\(path) has not \(EpochSecret.fileSize) bytes; put the right key file back")
        }
        var bytes: [UInt8] = []
        // Room for all of it at once: an array that grows leaves its old bytes behind.
        bytes.reserveCapacity(EpochSecret.fileSize)
        content.lend { content in
            for index in content.indices { bytes.append(content[index]) }
        }
        return EpochSecret(wiping: &bytes)
    }

    /// Puts the secret of the next epoch in the place of the one before: written, synced, renamed, folder synced.
    ///
    /// A crash between the second and the third may have left a secret beside the file. The store has one owner, so
    /// no draft that is found here is still being written.
    func replace(by secret: borrowing EpochSecret) throws(StoreError) {
        do {
            let directory = try SecretDirectory(ofFileAt: path)
            try directory.removeDrafts()
            try directory.write(secret.file(), replacing: true)
        } catch {
            throw StoreError(error, at: path)
        }
    }
}
