public import RecoveryCrypto

/// Seals one backup file piece by piece (Docs/Specs/vault.md §15).
public final class BackupSealer {
    private let sealer: ChunkSealer

    /// What the file begins with: the header, and the beginning of the encryption.
    public let start: [UInt8]

    /// - Parameters:
    ///   - databaseID: 16 bytes.
    ///   - keys: With KEK_sys and the backup key, both active.
    public init(
        _ kind: BackupHeader.Kind,
        databaseID: [UInt8],
        generation: UInt64,
        created: UnixTime,
        keys: KeyRing
    ) throws(VaultError) {
        let purpose = KeyPurpose.classKey(.backup)
        guard let version = keys.activeVersion(of: purpose) else {
            throw .keyUnavailable(KeyName(purpose, version: 0))
        }
        let header = BackupHeader(
            kind: kind,
            databaseID: databaseID,
            generation: generation,
            created: max(0, created.seconds),
            keyVersion: version,
            wrappedKey: try keys.rewrap(.backup, version: version)
        )
        let key = try keys.key(KeyName(purpose, version: version))
        do {
            sealer = try ChunkSealer(key: key.bytes, context: header.context)
        } catch {
            throw VaultError(error)
        }
        start = header.bytes + sealer.header
    }

    /// Returns what these bytes of the message complete.
    public func seal(_ bytes: Span<UInt8>) -> [UInt8] { sealer.seal(bytes) }

    /// Returns the end of the file. Without it nobody takes the file for whole.
    public func finish() -> [UInt8] { sealer.finish() }
}

extension VaultError {
    init(_ fault: ChunkedEncryption.Fault) {
        switch fault {
        case .keySize: self = .keyUnavailable(KeyName(.classKey(.backup), version: 0))
        case .truncated: self = .truncated
        case .keyOrContext: self = .keyOrContext
        case .tampered: self = .tampered
        }
    }
}
