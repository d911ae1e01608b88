import RecoveryCrypto
import RecoveryVault

/// A key of 32 bytes in a file: 64 hexadecimal digits and a newline, readable by its owner alone.
enum HexKeyFile {
    static let byteCount = 65

    /// Reads a key under the rules for key files (`Docs/Specs/vault.md` §4.1).
    ///
    /// - Throws: `sealed`, naming the file, what is wrong with it, and the cure.
    static func read(_ path: String) throws(ServiceError) -> SecretKey {
        do throws(VaultError) {
            let text = try KeyFileRules(databaseDirectory: nil).read(fileAt: path) { $0 == byteCount }
            var digits = text.lend { span in span.indices.dropLast().map { span[$0] } }
            defer { digits.wipe() }
            let isLine = text.lend { $0[byteCount - 1] == 0x0a }
            guard isLine, var bytes = [UInt8](hexadecimal: String(decoding: digits, as: UTF8.self)) else {
                throw .keyFileRefused(.format)
            }
            return SecretKey(wiping: &bytes)
        } catch {
            throw refusal(of: path, error)
        }
    }

    /// Writes a new file. Nothing is ever overwritten.
    static func write(_ key: borrowing SecretKey, to path: String) throws(ServiceError) {
        var text = Array(key.lend { span in span.indices.map { span[$0] } }.hexadecimal.utf8)
        text.append(0x0a)
        do throws(VaultError) {
            let contents = SecretKey(wiping: &text)
            try KeyFileRules(databaseDirectory: nil).write(contents, toFileAt: path, replacing: false)
        } catch .keyFileRefused(.io) {
            throw .store(.inputOutput("\(path) cannot be written: it exists already, or the disk is full"))
        } catch {
            throw refusal(of: path, error)
        }
    }

    /// What is wrong with a key file, in words, with the cure.
    static func refusal(of path: String, _ error: VaultError) -> ServiceError {
        guard case .keyFileRefused(let reason) = error else { return ServiceError(error) }
        let what: String =
            switch reason {
            case .notFound: "does not exist"
            case .symlink: "is a symbolic link; put the file itself there"
            case .mode: "can be read or written by others; chmod 600 it, and ask who read it"
            case .owner: "belongs to another user"
            case .parent: "lies in a folder of another user, or in one others may write; chmod 700 a folder of yours"
            case .size, .format, .checksum: "is not a key file: it was cut, or is something else"
            case .links: "has more than one name (hard links); keep one"
            case .notRegular: "is not a regular file"
            case .notAbsolute: "must be named by its absolute path"
            case .besideDatabase: "lies beside the database; keep keys and data apart"
            case .io: "cannot be read: it is not this user's, or its disk failed"
            case .role, .version: "holds another key"
            case .cost: "asks for more memory than is given to a passphrase"
            case .passphrase: "was not opened by this passphrase"
            }
        return .sealed("\(path) \(what) (\(reason.rawValue))")
    }
}
