internal import Foundation
public import RecoveryCrypto

/// Under which conditions a file of keys is read at all (Docs/Specs/vault.md §4.1): what the system says of it and of
/// its directory, judged in the order of the specification.
public struct KeyFileRules: Sendable {
    /// The directory of the database. Keys in it would be copied and backed up together with what they open.
    public let databaseDirectory: String?
    /// Where systemd put the credentials of this service, if it was started with any (§4.4).
    public let credentialsDirectory: String?
    /// How long a program, a token or a server may take for one key (§4.5 to §4.7).
    public let timeLimit: Duration

    /// Takes the credentials that systemd names by `CREDENTIALS_DIRECTORY`, and ten seconds.
    ///
    /// - Parameter databaseDirectory: `nil` where there is no database, or with `--allow-key-beside-db`.
    public init(databaseDirectory: String?) {
        self.init(
            databaseDirectory: databaseDirectory,
            credentialsDirectory: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"],
            timeLimit: .seconds(10)
        )
    }

    public init(databaseDirectory: String?, credentialsDirectory: String?, timeLimit: Duration) {
        self.databaseDirectory = databaseDirectory
        self.credentialsDirectory = credentialsDirectory
        self.timeLimit = timeLimit
    }

    /// Reads a file whose size `isSize` accepts: steps 1 to 6.
    public func read(fileAt path: String, isSize: (Int) -> Bool) throws(VaultError) -> SecretKey {
        try Self.read(from: directory(ofFileAt: path), isSize: isSize) { Self.refusal(of: $0, user: effectiveUser) }
    }

    /// Writes a file, into a directory from which it can be read again.
    public func write(_ contents: borrowing SecretKey, toFileAt path: String, replacing: Bool) throws(VaultError) {
        let directory = try directory(ofFileAt: path)
        do throws(SecretFileError) {
            try directory.write(contents, replacing: replacing)
        } catch {
            throw .keyFileRefused(Self.refusal(for: error))
        }
    }

    /// Whether a new file could be put there: the directory is fit, and nothing has the name.
    public func isFree(fileAt path: String) throws(VaultError) -> Bool {
        let directory = try directory(ofFileAt: path)
        do throws(SecretFileError) {
            _ = try directory.open()
        } catch .notFound {
            return true
        } catch {
            // Something has the name, whatever it is.
        }
        return false
    }

    /// Steps 4 to 6, with the step 5 of whoever asks.
    static func read(
        from directory: borrowing SecretDirectory,
        isSize: (Int) -> Bool,
        refusal: (FileTraits) -> KeyFileRefusal?
    ) throws(VaultError) -> SecretKey {
        let file = try refusing { () throws(SecretFileError) in try directory.open() }
        let traits = try refusing { () throws(SecretFileError) in try file.traits() }
        if let refusal = refusal(traits) { throw .keyFileRefused(refusal) }
        guard let size = Int(exactly: traits.byteCount), isSize(size) else { throw .keyFileRefused(.size) }
        guard let contents = try refusing({ () throws(SecretFileError) in try file.read(exactly: size) }) else {
            throw .keyFileRefused(.io)
        }
        return contents
    }

    /// Steps 1 to 3. The directory stays open, and the file is opened through it.
    private func directory(ofFileAt path: String) throws(VaultError) -> SecretDirectory {
        let directory = try Self.trustedDirectory(ofFileAt: path)
        if let databaseDirectory {
            let isBeside: Bool
            // A database that does not exist yet has no neighbours; one that cannot be looked at might have.
            do throws(SecretFileError) {
                let database = try SecretDirectory.traits(ofDirectoryAt: databaseDirectory)
                isBeside = database.map(directory.traits.isSameFile) ?? false
            } catch {
                isBeside = true
            }
            if isBeside { throw .keyFileRefused(.besideDatabase) }
        }
        return directory
    }

    /// Steps 1 and 2.
    static func trustedDirectory(ofFileAt path: String) throws(VaultError) -> SecretDirectory {
        let directory: SecretDirectory
        do throws(SecretFileError) {
            directory = try SecretDirectory(ofFileAt: path)
        } catch {
            // A directory that is there and cannot be looked at is not one to trust.
            let refusal = Self.refusal(for: error)
            throw .keyFileRefused(refusal == .notAbsolute || refusal == .notFound ? refusal : .parent)
        }
        if let refusal = refusal(ofParent: directory.traits, user: effectiveUser) { throw .keyFileRefused(refusal) }
        return directory
    }

    static func refusing<Result: ~Copyable>(
        _ call: () throws(SecretFileError) -> Result
    ) throws(VaultError) -> Result {
        do throws(SecretFileError) {
            return try call()
        } catch {
            throw .keyFileRefused(refusal(for: error))
        }
    }

    static func refusal(for error: SecretFileError) -> KeyFileRefusal {
        switch error {
        case .notAbsolute: .notAbsolute
        case .notFound: .notFound
        case .symlink: .symlink
        case .exists, .io: .io
        }
    }

    /// Why a file of these traits is not read, or `nil` (step 5).
    static func refusal(of file: FileTraits, user: UInt32) -> KeyFileRefusal? {
        if file.kind != .regular { return .notRegular }
        if file.owner != user { return .owner }
        if file.mode != 0o600, file.mode != 0o400 { return .mode }
        if file.links != 1 { return .links }
        return nil
    }

    /// Why nothing is read from a directory of these traits, or `nil` (step 2). A sticky bit does not help: it keeps
    /// others from removing the file, not from putting one there.
    static func refusal(ofParent parent: FileTraits, user: UInt32) -> KeyFileRefusal? {
        (parent.owner == 0 || parent.owner == user) && parent.mode & 0o022 == 0 ? nil : .parent
    }
}
