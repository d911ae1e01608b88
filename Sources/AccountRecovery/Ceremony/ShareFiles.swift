import RecoveryCrypto
import RecoveryVault

/// What holders of shares do with their files, on machines that know nothing of the installation.
public enum ShareFiles {
    /// Makes the private key of a holder, or the one that shares are passed to, and returns its public half: 64
    /// hexadecimal digits.
    public static func makeKey(at path: String) throws(ServiceError) -> String {
        try Installation.makeAuditorKey(at: path)
    }

    /// What a share says of itself, for its holder.
    public struct Summary: Sendable, Encodable {
        public let role: String
        public let version: UInt32
        public let checkValue: String
        public let index: Int
        public let count: Int
        public let threshold: Int
        public let recipient: String

        init(_ label: KeyShareLabel) {
            role = label.role.word
            version = label.version
            checkValue = "\(label.checkValue)"
            index = label.index
            count = label.count
            threshold = label.threshold
            recipient = label.recipient.hexadecimal
        }
    }

    /// Opens a share with its holder's key and seals it to somebody else, in a new file. The holder's key stays where
    /// it is, and the share is in the open in this process alone.
    public static func pass(
        _ path: String,
        key: String,
        to publicKey: String,
        out: String
    ) throws(ServiceError) -> Summary {
        let share = try read(path)
        let opened: SecretShare
        let holder = X25519.PrivateKey(bytes: try HexKeyFile.read(key))
        do throws(KeyShareError) {
            opened = try share.open(with: holder)
        } catch {
            throw refusal(of: path, error)
        }
        guard let recipient = [UInt8](hexadecimal: publicKey), let label = share.label.readdressed(to: recipient),
            let passed = KeyShare(sealing: opened.value, label: label)
        else { throw .invalidInput("the public key is no X25519 key of 64 hexadecimal digits") }
        try SecretText(SecretKey(copying: passed.line.span)).write(toNewFileAt: out)
        return Summary(passed.label)
    }

    /// Puts a key together of shares that were passed to the private key at `key`, proves it by its check value, and
    /// writes a new key file (`Docs/Specs/vault.md` §4.2).
    ///
    /// - Throws: naming the share that is to blame, where one is.
    public static func combine(_ paths: [String], key: String, out: String) throws(ServiceError) -> Summary {
        let reader = X25519.PrivateKey(bytes: try HexKeyFile.read(key))
        var shares: [KeyShare] = []
        for path in paths { shares.append(try read(path)) }
        let whole: SecretKey
        do throws(KeySharing.Refusal) {
            whole = try KeySharing.key(of: shares, openedWith: reader)
        } catch {
            throw refusal(of: paths, error)
        }
        let label = shares[0].label
        do throws(VaultError) {
            try KeyFile.write(
                whole,
                role: label.role,
                version: label.version,
                toFileAt: out,
                rules: KeyFileRules(databaseDirectory: nil)
            )
        } catch .keyFileRefused(.io) {
            throw .store(.inputOutput("\(out) cannot be written: it exists already, or the disk is full"))
        } catch {
            throw HexKeyFile.refusal(of: out, error)
        }
        return Summary(label)
    }

    private static func read(_ path: String) throws(ServiceError) -> KeyShare {
        let line: [UInt8]
        do throws(VaultError) {
            let contents = try KeyFileRules(databaseDirectory: nil).read(fileAt: path) { $0 <= KeyShare.largestSize }
            line = contents.lend { [UInt8](copying: $0) }
        } catch {
            throw HexKeyFile.refusal(of: path, error)
        }
        do throws(KeyShareError) {
            return try KeyShare(line: line)
        } catch {
            throw refusal(of: path, error)
        }
    }

    private static func refusal(of path: String, _ error: KeyShareError) -> ServiceError {
        switch error {
        case .format: .invalidInput("\(path) is no share: it was cut, or is something else")
        case .checksum: .invalidInput("\(path) was changed: its checksum is another; fetch it again from its medium")
        case .otherRecipient: .invalidInput("\(path) is sealed to another key than the one given")
        case .changed: .invalidInput("\(path) was changed after it was sealed; fetch it again from its medium")
        }
    }

    private static func refusal(of paths: [String], _ error: KeySharing.Refusal) -> ServiceError {
        switch error {
        case .share(let place, let error):
            refusal(of: paths[place], error)
        case .foreign(let place, let difference):
            .invalidInput("\(paths[place]) is a share of something else than \(paths[0]): another \(difference)")
        case .duplicate(let place, let first):
            .invalidInput("\(paths[place]) is the same share as \(paths[first])")
        case .tooFew(let given, let needed):
            .invalidInput("\(given) of at least \(needed) shares were given")
        case .wrongKey(let expected, let found):
            .invalidInput(
                "the shares give a key of KCV \(found), not \(expected): one of them was not dealt by the ceremony; "
                    + "leave out each in turn, with another in its place"
            )
        }
    }
}
