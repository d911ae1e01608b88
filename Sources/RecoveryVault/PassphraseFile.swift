public import RecoveryCrypto

/// A random key, wrapped under a passphrase (Docs/Specs/vault.md §4.3): the passphrase can change without a rotation.
///
/// ```
///  0   4  magic "RVP1"        8   4  version of the key      48 120  envelope of type 03,
///  4   1  role               12   4  zero                            key version 0
///  5   3  log2 N, r, p       16  32  scrypt salt            168
/// ```
public struct PassphraseFile: Sendable {
    public static let byteCount = 168
    /// The costs of a new file: about a second and 256 MiB.
    public static let usualLog2N: UInt8 = 18
    /// Nothing new is made below this.
    public static let leastLog2N: UInt8 = 17

    static let saltRange = 16..<48

    public let bytes: [UInt8]

    /// Takes the bytes of a file as they are.
    public init(unverified bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Wraps a key under a new passphrase, with a fresh salt.
    ///
    /// - Throws: ``VaultError/keyFileRefused(_:)`` with `passphrase` for one of fewer than 15 characters and `cost`
    ///   for a log2 N below 17 or above what a reader accepts; ``VaultError/cryptoFailure(call:)`` without memory.
    public init(
        wrapping key: borrowing SecretKey,
        role: KeyRole,
        version: UInt32,
        under passphrase: borrowing Passphrase,
        log2N: UInt8 = usualLog2N
    ) throws(VaultError) {
        guard passphrase.characterCount >= Passphrase.leastCharacters else { throw .keyFileRefused(.passphrase) }
        guard log2N >= Self.leastLog2N else { throw .keyFileRefused(.cost) }
        try self.init(
            wrapping: key,
            role: role,
            version: version,
            under: passphrase,
            cost: Scrypt(log2N: log2N, r: 8, p: 1),
            testOnlySalt: Random.bytes(Self.saltRange.count),
            testOnlyEnvelopeSalt: Random.bytes(EnvelopeCipher.saltSize)
        )
    }

    /// Unwraps the key.
    ///
    /// - Throws: ``VaultError/keyFileRefused(_:)`` with `size`, `format`, `role`, `version`, `cost` (judged before
    ///   any memory is asked for), `passphrase`, or `format` again for an envelope that is not sound, in this order;
    ///   ``VaultError/cryptoFailure(call:)`` without memory.
    public func key(
        expecting role: KeyRole,
        version: UInt32,
        under passphrase: borrowing Passphrase
    ) throws(VaultError) -> SecretKey {
        guard bytes.count == Self.byteCount else { throw .keyFileRefused(.size) }
        guard bytes[0..<4].elementsEqual("RVP1".utf8), bytes[12..<16].allSatisfy({ $0 == 0 }) else {
            throw .keyFileRefused(.format)
        }
        guard bytes[4] == role.rawValue else { throw .keyFileRefused(.role) }
        guard version > 0, bytes[8..<12].elementsEqual(bigEndian(version)) else { throw .keyFileRefused(.version) }
        let cost = Scrypt(log2N: bytes[5], r: bytes[6], p: bytes[7])
        let derived = try Self.derivedKey(passphrase, salt: Array(bytes[Self.saltRange]), cost)
        let envelope = Envelope(unverified: Array(bytes[Self.saltRange.upperBound...]))
        let opened: OpenedEnvelope
        do throws(VaultError) {
            opened = try EnvelopeCipher.open(envelope, as: Self.place(role, version), keyVersions: 0...0) { _ in derived
            }
        } catch {
            throw .keyFileRefused(error == .keyOrContext ? .passphrase : .format)
        }
        return opened.padded
    }

    /// Returns a file with the same key under another passphrase. Throws what reading and making throw.
    public func changed(
        role: KeyRole,
        version: UInt32,
        from old: borrowing Passphrase,
        to new: borrowing Passphrase,
        log2N: UInt8 = usualLog2N
    ) throws(VaultError) -> PassphraseFile {
        let key = try key(expecting: role, version: version, under: old)
        return try PassphraseFile(wrapping: key, role: role, version: version, under: new, log2N: log2N)
    }

    /// Reads a file from disk under the rules for key files, without opening it.
    public static func read(fileAt path: String, rules: KeyFileRules) throws(VaultError) -> PassphraseFile {
        let contents = try rules.read(fileAt: path) { $0 == byteCount }
        return PassphraseFile(unverified: contents.lend { contents in contents.indices.map { contents[$0] } })
    }

    /// Writes the file, readable by its owner alone: a new one, or one with a changed passphrase in place of the old.
    public func write(toFileAt path: String, rules: KeyFileRules, replacing: Bool) throws(VaultError) {
        try rules.write(SecretKey(copying: bytes.span), toFileAt: path, replacing: replacing)
    }

    /// Makes a file of given costs and salts, for known answers.
    package init(
        wrapping key: borrowing SecretKey,
        role: KeyRole,
        version: UInt32,
        under passphrase: borrowing Passphrase,
        cost: Scrypt,
        testOnlySalt salt: [UInt8],
        testOnlyEnvelopeSalt envelopeSalt: [UInt8]
    ) throws(VaultError) {
        guard version > 0, key.byteCount == KeyBox.keySize else { throw .keyFileRefused(.version) }
        let derived = try Self.derivedKey(passphrase, salt: salt, cost)
        let envelope = EnvelopeCipher.seal(
            key,
            as: Self.place(role, version),
            keyVersion: 0,
            key: derived.bytes,
            salt: envelopeSalt
        )
        bytes =
            Array("RVP1".utf8) + [role.rawValue, cost.log2N, cost.r, cost.p] + bigEndian(version) + [0, 0, 0, 0]
            + salt + envelope.bytes
    }

    private static func place(_ role: KeyRole, _ version: UInt32) -> SealContext {
        .classKey(purposeCode: KeyPurpose.roleBase + UInt16(role.rawValue), version: version)
    }

    private static func derivedKey(
        _ passphrase: borrowing Passphrase,
        salt: [UInt8],
        _ cost: Scrypt
    ) throws(VaultError) -> KeyBox {
        // A file may be a stranger's: what it asks for is bounded before a byte of memory is taken.
        guard (14...22).contains(cost.log2N), (1...16).contains(cost.r), (1...4).contains(cost.p),
            128 * Int(cost.r) << Int(cost.log2N) <= 1 << 31
        else { throw .keyFileRefused(.cost) }
        guard let key = cost.key(from: passphrase.bytes, salt: salt) else { throw .cryptoFailure(call: "scrypt") }
        return KeyBox(key)
    }
}
