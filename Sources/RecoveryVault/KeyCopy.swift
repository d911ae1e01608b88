public import RecoveryCrypto

/// A copy of a key as it lies in a safe: a file that says itself what it holds, or 32 bytes that do not
/// (Docs/Specs/vault.md §4.1 to §4.3).
public struct KeyCopy: ~Copyable {
    /// What a file says it is, before it is opened. `nil` for 32 bytes.
    public struct Label: Sendable, Hashable {
        public let role: KeyRole
        public let version: UInt32

        public init(role: KeyRole, version: UInt32) {
            self.role = role
            self.version = version
        }
    }

    private let contents: SecretKey
    public let label: Label?
    /// Whether a passphrase is asked for.
    public let isSealed: Bool

    /// Reads a file under the rules for key files.
    ///
    /// - Throws: ``VaultError/keyFileRefused(_:)``.
    public static func read(fileAt path: String, rules: KeyFileRules) throws(VaultError) -> KeyCopy {
        let contents = try rules.read(fileAt: path) { size in
            size == KeyFile.binarySize || KeyFile.textSizes.contains(size) || size == PassphraseFile.byteCount
        }
        let label: Label? = try contents.lend { (bytes: Span<UInt8>) throws(VaultError) in
            if bytes.count == KeyFile.binarySize { return nil }
            let label = bytes.count == PassphraseFile.byteCount ? Self.sealedLabel(bytes) : Self.textLabel(bytes)
            guard let label else { throw .keyFileRefused(.format) }
            return label
        }
        let isSealed = contents.byteCount == PassphraseFile.byteCount
        return KeyCopy(contents: contents, label: label, isSealed: isSealed)
    }

    private init(contents: consuming SecretKey, label: Label?, isSealed: Bool) {
        self.contents = contents
        self.label = label
        self.isSealed = isSealed
    }

    /// Opens the copy.
    ///
    /// - Parameter passphrase: Asked for only if ``isSealed``.
    /// - Throws: what the file's own reader throws.
    public borrowing func key(passphrase: () throws(VaultError) -> Passphrase) throws(VaultError) -> SecretKey {
        guard let label else { return contents.copy() }
        guard isSealed else {
            return try KeyFile.parse(contents, expecting: label.role, version: label.version)
        }
        let file = PassphraseFile(unverified: contents.lend { [UInt8](copying: $0) })
        return try file.key(expecting: label.role, version: label.version, under: passphrase())
    }

    private static func sealedLabel(_ bytes: Span<UInt8>) -> Label? {
        let version = (8..<12).reduce(0) { $0 << 8 | UInt32(bytes[$1]) }
        guard let role = KeyRole(rawValue: bytes[4]), version > 0 else { return nil }
        return Label(role: role, version: version)
    }

    /// The second and the third word of the line. Whether it is one, its reader judges.
    private static func textLabel(_ line: Span<UInt8>) -> Label? {
        // Behind the third space stands the key: not a byte of it goes into a string.
        var words: [[UInt8]] = [[]]
        for index in line.indices where words.count < 4 {
            if line[index] == UInt8(ascii: " ") { words.append([]) } else { words[words.count - 1].append(line[index]) }
        }
        guard words.count == 4, let version = UInt32(String(decoding: words[2], as: UTF8.self)), version > 0,
            let role = KeyRole.allCases.first(where: { words[1].elementsEqual($0.word.utf8) })
        else { return nil }
        return Label(role: role, version: version)
    }
}
