public import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

extension Installation {
    /// Days for which key files are kept where nothing else is configured (`Docs/Specs/vault.md` §15).
    public static let usualKeyFileDays: Int64 = 30

    /// Seconds after which no key file of today is kept any more.
    public var keyFileRetention: Int64 { keyFileDays * 86_400 }

    /// The installation as it goes on after a restore: with another log.
    public func restored(as origin: Origin, restores: UInt32) -> Installation {
        Installation(
            origin: origin,
            tenant: tenant,
            auditors: auditors,
            retired: retired,
            createdAt: createdAt,
            restores: restores,
            keyFileDays: keyFileDays
        )
    }

    /// What a new log is called where nobody names it: the first one's name, and the number of the restore.
    public func nextOrigin(restores: UInt32) -> Origin? {
        var parts = origin.text.split(separator: "/", omittingEmptySubsequences: false)
        if let last = parts.last, last.hasPrefix("restore-") { parts.removeLast() }
        let base = parts.joined(separator: "/")
        return Origin("\(base)/restore-\(restores)")
    }

    /// Writes the file of a data directory that has none.
    public func create(in folder: DataFolder) throws(ServiceError) {
        try write(to: folder, replacing: false)
    }
}

extension DataFolder {
    /// Copies a file of secrets to a new place, under the rules for key files at both.
    public static func copySecret(_ path: String, to other: String) throws(ServiceError) {
        let rules = KeyFileRules(databaseDirectory: nil)
        do throws(VaultError) {
            let contents = try rules.read(fileAt: path) { $0 <= 65_536 }
            try rules.write(contents, toFileAt: other, replacing: false)
        } catch {
            throw HexKeyFile.refusal(of: path, error)
        }
    }
}
