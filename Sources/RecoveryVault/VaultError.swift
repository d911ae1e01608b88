public import RecoveryCrypto

/// Everything that can go wrong in the vault: the closed list of Docs/Specs/vault.md §18.
///
/// A case carries what an operator needs to find the row or the file. None carries a value, a claim, a key, or a path
/// that a stranger gave.
public enum VaultError: Error, Sendable, Hashable {
    /// The length is not what the header says.
    case truncated
    /// A byte that this version does not know, at this offset.
    case unsupportedFormat(offset: Int)
    /// The key is not loaded, or its row is missing. Worth one reload of the key ring, no more.
    case keyUnavailable(KeyName)
    /// A provider gave another key than the one the database was made with. The service stays sealed.
    case wrongKey(expected: KeyCheckValue, found: KeyCheckValue)
    /// A key file that may not be used as it lies there.
    case keyFileRefused(KeyFileRefusal)
    /// No answer within the time of this provider.
    case providerTimeout(KeyRole)
    /// The commitment differs: another key, or bytes that were moved to another place.
    case keyOrContext
    /// The tag differs: somebody changed the bytes.
    case tampered
    /// Sealed with the right key, but not by these rules (§7 step 7).
    case badPadding
    /// A field, an envelope or a tag of this subject is stale, missing or extra (§12).
    case manifestMismatch(Pseudonym)
    /// The database is older than what was last seen of it (§12).
    case rollbackDetected(found: UInt64, expected: UInt64)
    /// Erased: a tombstone of this moment exists.
    case shredded(UnixTime)
    /// This key sealed as much as a key may.
    case limitReached(KeyName)
    /// A claim, or a value to be stored, that no rule accepts. Spends no attempt.
    case invalidClaim(field: FieldCode, reason: ClaimRefusal)
    /// Started without its keys.
    case sealed
    /// OpenSSL failed in this call, where with our arguments only memory can be short.
    case cryptoFailure(call: String)
}

/// Why a key file is not read (§4), in the order of the checks. The raw value is the word that operators see.
public enum KeyFileRefusal: String, Sendable, Hashable, CaseIterable {
    case notAbsolute = "not-absolute"
    case parent
    case besideDatabase = "beside-database"
    case notFound = "not-found"
    case symlink
    case io
    case notRegular = "not-regular"
    case owner
    case mode
    case links
    case size
    case format
    case checksum
    case role
    case version
    case cost
    case passphrase
}

/// Why a claim was refused (§10). The raw value is the word in answers to callers.
public enum ClaimRefusal: String, Sendable, Hashable, CaseIterable {
    case tooLong = "too-long"
    case invalidUTF8 = "invalid-utf8"
    case controlCharacter = "control-character"
    case bidiControl = "bidi-control"
    case unassignedCharacter = "unassigned-character"
    case empty
    case invalidDate = "invalid-date"
    case ambiguousDate = "ambiguous-date"
    case outOfRange = "out-of-range"
    case invalidPhone = "invalid-phone"
    case noRegion = "no-region"
    case invalidEmail = "invalid-email"
    case invalidIdentifier = "invalid-identifier"
    case checkDigit = "check-digit"
    case invalidAddress = "invalid-address"
    case invalidReference = "invalid-reference"
}

extension VaultError: CustomStringConvertible {
    /// The code of §18, and the detail that it has.
    public var description: String {
        switch self {
        case .truncated: "truncated"
        case .unsupportedFormat(let offset): "unsupported-format(\(offset))"
        case .keyUnavailable(let key): "key-unavailable(\(key.purpose), \(key.version))"
        case .wrongKey(let expected, let found): "wrong-key(expected \(expected), got \(found))"
        case .keyFileRefused(let reason): "key-file-refused(\(reason.rawValue))"
        case .providerTimeout(let role): "provider-timeout(\(role.word))"
        case .keyOrContext: "key-or-context"
        case .tampered: "tampered"
        case .badPadding: "bad-padding"
        case .manifestMismatch(let pseudonym): "manifest-mismatch(\(pseudonym))"
        case .rollbackDetected(let found, let expected): "rollback-detected(found \(found), expected \(expected))"
        case .shredded(let date): "shredded(\(date.seconds))"
        case .limitReached(let key): "limit-reached(\(key.purpose), \(key.version))"
        case .invalidClaim(let field, let reason): "invalid-claim(\(field.rawValue), \(reason.rawValue))"
        case .sealed: "sealed"
        case .cryptoFailure(let call): "crypto-failure(\(call))"
        }
    }
}
