import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

/// A copy of a key that was made for the safe.
public struct KeyExport: Sendable, Encodable {
    public let role: String
    public let version: UInt32
    /// 16 hexadecimal digits.
    public let checkValue: String
    public let file: String
    /// The log's length after it.
    public let position: UInt64
}

/// A copy of a key that was opened, and is closed again.
public struct CheckedCopy: Sendable, Encodable {
    /// `nil` for a file of 32 bytes, which does not say.
    public let role: String?
    public let version: UInt32?
    /// 16 hexadecimal digits.
    public let checkValue: String

    /// Opens a copy and computes its check value, on a machine that need not know the installation.
    ///
    /// - Parameter passphrase: Asked for only where the copy is under one.
    public init(
        of path: String,
        passphrase: () throws(ServiceError) -> SecretText
    ) throws(ServiceError) {
        let copy: KeyCopy
        do throws(VaultError) {
            copy = try KeyCopy.read(fileAt: path, rules: KeyFileRules(databaseDirectory: nil))
        } catch {
            throw HexKeyFile.refusal(of: path, error)
        }
        let entered = copy.isSealed ? try passphrase() : nil
        do throws(VaultError) {
            let key = try copy.key { () throws(VaultError) in
                guard let entered else { throw .keyFileRefused(.passphrase) }
                return try Passphrase(entered: entered.key)
            }
            checkValue = "\(KeyCheckValue(of: key))"
        } catch {
            throw HexKeyFile.refusal(of: path, error)
        }
        role = copy.label?.role.word
        version = copy.label?.version
    }
}

extension RecoveryService {
    /// Writes a copy of a role's key under a passphrase, in a new file. The record comes first.
    ///
    /// - Parameters:
    ///   - role: `pii`, `match`, `auth` or `sys`.
    ///   - version: The active one where none is given.
    ///   - log2N: What a guess costs (`Docs/Specs/vault.md` §15): at 20 a gibibyte of memory and some seconds.
    /// - Throws: `notFound` for a version that there is not, or not any more; `sealed` where the key that its provider
    ///   gives is not the one on record.
    public func exportKey(
        _ role: String,
        version: UInt32?,
        under passphrase: SecretText,
        to path: String,
        log2N: UInt8 = 20
    ) async throws(ServiceError) -> KeyExport {
        try await perform(.exportKey) {
            guard let role = KeyRole.allCases.first(where: { $0.word == role }) else {
                throw ServiceError.invalidInput("a role is pii, match, auth or sys")
            }
            let phrase = try Passphrase(entered: passphrase.key)
            guard phrase.isLongEnough else { throw ServiceError.invalidInput(Passphrase.tooShort) }
            guard try isFree(path) else {
                throw ServiceError.exists("\(path) exists already, and nothing is overwritten; name another file")
            }
            let row = try await store.read { try exported(role, version, in: $0) }
            let check = try KeyCheckValue(bytes: row.kcv).orDamage("check value")
            let key = try vault.source.key(of: role, version: row.version)
            let found = KeyCheckValue(of: key)
            guard found == check else {
                throw vault.source.refusal(
                    of: role,
                    version: row.version,
                    .wrongKey(expected: check, found: found)
                )
            }
            let file = try PassphraseFile(
                wrapping: key,
                role: role,
                version: row.version,
                under: phrase,
                log2N: log2N
            )
            let position = try await store.commit { transaction in
                // Destroyed meanwhile: then there is nothing to be copied any more.
                _ = try exported(role, row.version, in: transaction)
                return Recorded(
                    try transaction.nextPosition + 1,
                    .event(
                        "x.key.export",
                        ["code": .string(role.word), "count": .integer(Int64(row.version))],
                        actor: caller.name
                    )
                )
            }
            do throws(VaultError) {
                try file.write(toFileAt: path, rules: vault.source.rules, replacing: false)
            } catch {
                throw HexKeyFile.refusal(of: path, error)
            }
            return KeyExport(
                role: role.word,
                version: row.version,
                checkValue: "\(check)",
                file: path,
                position: position
            )
        }
    }

    private func isFree(_ path: String) throws(ServiceError) -> Bool {
        do throws(VaultError) {
            return try vault.source.rules.isFree(fileAt: path)
        } catch {
            throw HexKeyFile.refusal(of: path, error)
        }
    }

    private func exported(_ role: KeyRole, _ version: UInt32?, in reader: any StoreReader) throws -> KeyringRow {
        let rows = try reader.vault.keyring().filter {
            $0.purpose == KeyPurpose.role(role).keyringCode && $0.state != KeyState.destroyed.rawValue
        }
        let row = rows.first { row in
            version.map { row.version == $0 } ?? (row.state == KeyState.active.rawValue)
        }
        guard let row else { throw ServiceError.notFound }
        return row
    }
}

extension Passphrase {
    static var tooShort: String {
        "a passphrase for a key has at least 15 characters; six or more random words are best"
    }
}
