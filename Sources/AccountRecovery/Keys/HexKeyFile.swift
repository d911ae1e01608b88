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
            guard let key = text.lend(to: decoded) else { throw .keyFileRefused(.format) }
            return key
        } catch {
            throw refusal(of: path, error)
        }
    }

    /// Reads the line in place: a string of the digits would be a copy of the key that nobody wipes.
    private static func decoded(_ line: Span<UInt8>) -> SecretKey? {
        func value(_ index: Int) -> UInt8? {
            switch line[index] {
            case 0x30...0x39: line[index] - 0x30
            case 0x61...0x66: line[index] - 0x61 + 10
            default: nil
            }
        }
        guard line[byteCount - 1] == 0x0a, (0..<byteCount - 1).allSatisfy({ value($0) != nil }) else { return nil }
        return SecretKey(byteCount: (byteCount - 1) / 2) { key in
            for index in 0..<(byteCount - 1) / 2 {
                key.append((value(2 * index) ?? 0) << 4 | (value(2 * index + 1) ?? 0))
            }
        }
    }

    /// Writes a new file. Nothing is ever overwritten.
    static func write(_ key: borrowing SecretKey, to path: String) throws(ServiceError) {
        let digits = Array("0123456789abcdef".utf8)
        do throws(VaultError) {
            let contents = SecretKey(byteCount: 2 * key.byteCount + 1) { text in
                key.lend { key in
                    for index in key.indices {
                        text.append(digits[Int(key[index] >> 4)])
                        text.append(digits[Int(key[index] & 15)])
                    }
                }
                text.append(0x0a)
            }
            try KeyFileRules(databaseDirectory: nil).write(contents, toFileAt: path, replacing: false)
        } catch .keyFileRefused(.io) {
            throw .store(.inputOutput("\(path) cannot be written: it exists already, or the disk is full"))
        } catch {
            throw refusal(of: path, error)
        }
    }

    /// What is wrong with a key file, in words, with the cure.
    static func refusal(of path: String, _ error: VaultError) -> ServiceError {
        guard case .keyFileRefused = error else { return ServiceError(error) }
        return .sealed(refusalText(of: path, error))
    }

    /// The words of ``refusal(of:_:)``.
    static func refusalText(of path: String, _ error: VaultError) -> String {
        guard case .keyFileRefused(let reason) = error else { return "\(path): \(error)" }
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
        return "\(path) \(what) (\(reason.rawValue))"
    }
}
