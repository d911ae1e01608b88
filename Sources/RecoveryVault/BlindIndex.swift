internal import RecoveryCrypto

/// A few bits of a keyed hash, by which candidates are found without decrypting anything (Docs/Specs/vault.md §9).
///
/// So few that every value is shared by many subjects: the index alone says little about anybody. Candidates are then
/// tested by ``MatchTag``, all of them.
public struct BlindIndex: Sendable, Hashable {
    /// The only fields that may have an index. A date, a name or a postcode has too few values to hide in so few bits.
    public enum Field: UInt16, Sendable, Hashable, CaseIterable {
        case phone = 4
        case email = 5
        case accountReference = 7

        /// Which canonical form is indexed.
        public var variant: UInt8 {
            switch self {
            case .phone, .accountReference: 1
            case .email: 2
            }
        }
    }

    public let tenant: TenantID
    public let field: Field
    /// The version of the rule that forms the indexed bytes, from 1: the norm byte.
    public let rule: UInt8
    /// 1 to 24.
    public let bits: Int

    /// Refuses a number of bits outside 1 to 24.
    public init?(tenant: TenantID, field: Field, rule: UInt8, bits: Int) {
        guard (1...Self.mostBits).contains(bits) else { return nil }
        self.tenant = tenant
        self.field = field
        self.rule = rule
        self.bits = bits
    }

    /// Returns the value of canonical bytes, below 2^``bits``.
    ///
    /// - Parameter version: That of the index key in the plan of this index.
    public func value(of canonical: Span<UInt8>, keys: KeyRing, version: UInt32) throws(VaultError) -> UInt32 {
        let info =
            Array("rv1/bidx\0\0".utf8) + tenant.bytes + bigEndian(field.rawValue) + [rule, UInt8(bits)]
        let key = HKDF.expand(try keys.key(KeyName(.classKey(.blindIndex), version: version)).bytes, info: info)
        let hash = HMAC.sha256(over: [], canonical, key: key).bytes
        return hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } >> UInt32(32 - bits)
    }

    /// How many bits an index should have, or `nil` where a scan is right: below 16 subjects, or so many indexes that
    /// together they would single people out.
    ///
    /// `floor((floor(log2 R) − 1) / m)`: what all indexes of a tenant say together leaves at least two candidates on
    /// average.
    public static func bits(subjects: Int, indexes: Int) -> Int? {
        guard subjects >= 16, indexes > 0 else { return nil }
        let log = Int.bitWidth - 1 - subjects.leadingZeroBitCount
        let bits = min((log - 1) / indexes, mostBits)
        return bits > 0 ? bits : nil
    }

    private static let mostBits = 24
}
