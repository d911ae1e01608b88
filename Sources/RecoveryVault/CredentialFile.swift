internal import RecoveryCrypto

/// A key among the credentials of a service of systemd (Docs/Specs/vault.md §4.4): decrypted for this start of the
/// service, in memory, and shown to nobody else.
enum CredentialFile {
    /// Whether systemd would take it for the name of a credential.
    static func isName(_ name: some StringProtocol) -> Bool {
        (1...64).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// Reads the credential. Its directory is systemd's, and is not judged.
    ///
    /// - Throws: ``VaultError/keyFileRefused(_:)`` with `not-found` (also where there are no credentials at all),
    ///   `symlink`, `io`, `not-regular`, `owner`, `mode`, `size`.
    static func read(_ name: String, rules: KeyFileRules) throws(VaultError) -> SecretKey {
        guard let folder = rules.credentialsDirectory, isName(name) else { throw .keyFileRefused(.notFound) }
        let directory: SecretDirectory
        do throws(SecretFileError) {
            directory = try SecretDirectory(ofFileAt: folder + "/" + name)
        } catch {
            throw .keyFileRefused(error == .notAbsolute ? .notFound : KeyFileRules.refusal(for: error))
        }
        return try KeyFileRules.read(from: directory, isSize: KeyFile.isSize) { refusal(of: $0, user: effectiveUser) }
    }

    /// Why a file of these traits is no credential of ours, or `nil`. Where systemd admits a user by an access-control
    /// list, the group bits show its mask: 0440, and nobody else is let in.
    static func refusal(of file: FileTraits, user: UInt32) -> KeyFileRefusal? {
        if file.kind != .regular { return .notRegular }
        if file.owner != 0, file.owner != user { return .owner }
        if file.mode & 0o227 != 0 { return .mode }
        return nil
    }
}
