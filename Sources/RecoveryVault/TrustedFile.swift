internal import RecoveryCrypto

/// Files that are no secret, but decide what happens to one: programs, modules, certificates, wrapped keys
/// (Docs/Specs/vault.md §4.5). Others may read them; nobody but root and this user may have written them.
extension KeyFileRules {
    /// Reads a file of a size that `isSize` accepts.
    ///
    /// - Throws: ``VaultError/keyFileRefused(_:)`` with `not-absolute`, `parent`, `not-found`, `symlink`, `io`,
    ///   `not-regular`, `owner`, `mode`, `size`, in this order.
    func readTrusted(fileAt path: String, isSize: (Int) -> Bool) throws(VaultError) -> SecretKey {
        try Self.read(from: Self.trustedDirectory(ofFileAt: path), isSize: isSize) {
            Self.refusal(ofTrusted: $0, user: effectiveUser)
        }
    }

    /// Judges a file that the system will load by its path. Nobody else can put another there meanwhile, since its
    /// directory is judged too.
    ///
    /// - Parameter isProgram: Whether somebody must be allowed to execute it. If nobody is, `mode`.
    func requireTrusted(fileAt path: String, isProgram: Bool) throws(VaultError) {
        let directory = try Self.trustedDirectory(ofFileAt: path)
        let file = try Self.refusing { () throws(SecretFileError) in try directory.open() }
        let traits = try Self.refusing { () throws(SecretFileError) in try file.traits() }
        if let refusal = Self.refusal(ofTrusted: traits, user: effectiveUser) { throw .keyFileRefused(refusal) }
        if isProgram, traits.mode & 0o111 == 0 { throw .keyFileRefused(.mode) }
    }

    static func refusal(ofTrusted file: FileTraits, user: UInt32) -> KeyFileRefusal? {
        if file.kind != .regular { return .notRegular }
        if file.owner != 0, file.owner != user { return .owner }
        if file.mode & 0o022 != 0 { return .mode }
        return nil
    }
}
