internal import RecoveryCrypto

/// Opens one backup file piece by piece (Docs/Specs/vault.md §15). Shows no byte that was not authenticated; that the
/// file is whole is known once ``finish(_:)`` has returned.
public final class BackupOpener {
    public let header: BackupHeader
    private let opener: ChunkOpener

    /// Takes the first ``BackupHeader/byteCount`` bytes of a file.
    ///
    /// - Parameter keys: With the version of KEK_sys that the header names. The backup key comes from the header.
    public init(_ header: BackupHeader, keys: KeyRing) throws(VaultError) {
        let place = SealContext.classKey(purposeCode: ClassKey.backup.rawValue, version: header.keyVersion)
        let opened = try EnvelopeCipher.open(header.wrappedKey, as: place) { version throws(VaultError) in
            try keys.key(KeyName(.role(.sys), version: version))
        }
        do {
            opener = try ChunkOpener(key: opened.padded, context: header.context)
        } catch {
            throw VaultError(error)
        }
        self.header = header
    }

    /// Takes the next bytes of the file and shows `body` what they complete.
    ///
    /// - Throws: ``VaultError``, or what `body` threw.
    public func open(_ bytes: Span<UInt8>, _ body: (Span<UInt8>) throws -> Void) throws {
        try Self.translating { try opener.open(bytes, body) }
    }

    /// Shows `body` the rest of a file that turned out to be whole.
    public func finish(_ body: (Span<UInt8>) throws -> Void) throws {
        try Self.translating { try opener.finish(body) }
    }

    private static func translating(_ work: () throws -> Void) throws {
        do {
            try work()
        } catch let fault as ChunkedEncryption.Fault {
            throw VaultError(fault)
        }
    }
}
