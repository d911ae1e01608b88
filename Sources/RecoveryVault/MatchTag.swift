internal import RecoveryCrypto

/// Sixteen bytes by which a claim is compared with what is stored, without opening it (Docs/Specs/vault.md §8).
///
/// Keyed by subject, place and row version: the table shows equality neither between people nor between an old and a
/// new value. Compared in constant time, so there is no `==`.
public struct MatchTag: Sendable {
    public static let byteCount = 16

    public enum Algorithm: UInt8, Sendable, Hashable, CaseIterable {
        case hmac = 1
        /// Slows a thief who has the matching key and the database. Takes 16 MiB; at most two should run at once.
        case scrypt = 2
    }

    public let algorithm: Algorithm
    /// The version of the rule that formed the canonical bytes, from 1: the norm byte.
    public let rule: UInt8
    /// Which of the forms of that rule.
    public let variant: UInt8
    public let bytes: [UInt8]

    /// Takes a row of the table `match_tag`.
    ///
    /// - Throws: ``VaultError/unsupportedFormat(offset:)`` at 0 for an algorithm that is not known,
    ///   ``VaultError/truncated`` unless there are 16 bytes.
    public init(algorithm: UInt8, rule: UInt8, variant: UInt8, bytes: [UInt8]) throws(VaultError) {
        guard let algorithm = Algorithm(rawValue: algorithm) else { throw .unsupportedFormat(offset: 0) }
        guard bytes.count == Self.byteCount else { throw .truncated }
        self.init(algorithm, rule, variant, bytes)
    }

    /// Computes the tag of canonical bytes.
    ///
    /// - Parameter key: The subject's matching key; any other class is ``VaultError/keyUnavailable(_:)``.
    /// - Throws: ``VaultError/cryptoFailure(call:)`` when there is no memory for scrypt.
    public init(
        of canonical: Span<UInt8>,
        algorithm: Algorithm = .hmac,
        rule: UInt8,
        variant: UInt8,
        at place: FieldContext,
        key: SubjectKey
    ) throws(VaultError) {
        guard key.keyClass == .matching else { throw .keyUnavailable(key.name) }
        var info: [UInt8] = []
        info.reserveCapacity(60)
        info += "rv1/match\0".utf8
        info += place.tenant.bytes
        info += place.subject.bytes
        info.append(bigEndian: place.record.rawValue)
        info.append(bigEndian: place.field.rawValue)
        info.append(bigEndian: place.slot)
        info.append(bigEndian: place.rowVersion.rawValue)
        info.append(rule)
        info.append(variant)
        let tagKey = HKDF.expand(key.box.bytes, info: info)
        let tag: Digest256
        switch algorithm {
        case .hmac: tag = HMAC.sha256(over: [], canonical, key: tagKey)
        case .scrypt: tag = try Self.slowTag(of: canonical, key: tagKey)
        }
        self.init(algorithm, rule, variant, Array(tag.bytes.prefix(Self.byteCount)))
    }

    /// What stands where there is no value, or where a variant has none: nobody can tell it from a tag.
    public static func absent(algorithm: Algorithm = .hmac, rule: UInt8, variant: UInt8) -> MatchTag {
        MatchTag(algorithm, rule, variant, Random.bytes(byteCount))
    }

    /// Whether both are tags of the same bytes in the same place, in constant time.
    public func matches(_ other: MatchTag) -> Bool {
        constantTimeEqual(bytes, other.bytes)
    }

    private init(_ algorithm: Algorithm, _ rule: UInt8, _ variant: UInt8, _ bytes: [UInt8]) {
        self.algorithm = algorithm
        self.rule = rule
        self.variant = variant
        self.bytes = bytes
    }

    private static func slowTag(of canonical: Span<UInt8>, key: borrowing SecretKey) throws(VaultError) -> Digest256 {
        var salt = key.lend { key in key.indices.map { key[$0] } }
        defer { salt.wipe() }
        let cost = Scrypt(log2N: 14, r: 8, p: 1)
        guard let slow = cost.key(from: SecretKey(copying: canonical), salt: salt) else {
            throw .cryptoFailure(call: "scrypt")
        }
        return slow.lend { HMAC.sha256(over: [], $0, key: key) }
    }
}

extension MatchTag: CustomStringConvertible {
    /// Without the bytes: a tag and the matching key together let one try values.
    public var description: String { "tag of rule \(rule), variant \(variant)" }
}
