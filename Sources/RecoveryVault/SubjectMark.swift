internal import RecoveryCrypto

/// Sixteen bytes that recognise a subject without naming it (Docs/Specs/vault.md §11 step 5, §16).
public struct SubjectMark: Sendable, Hashable {
    public enum Kind: Sendable, Hashable, CaseIterable {
        /// Erased. Outlives the subject's keys, so that no restore brings the person back.
        case tombstone
        /// Belongs to nobody real: whoever asks for it has been reading the database.
        case canary

        fileprivate var label: String {
            switch self {
            case .tombstone: "rv1/tomb\0\0"
            case .canary: "rv1/cnry\0\0"
            }
        }
    }

    public static let byteCount = 16

    public let bytes: [UInt8]

    /// Takes a stored mark of exactly 16 bytes, or refuses.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Computes the mark of a subject.
    ///
    /// - Parameter version: That of the marks key; by default the active one.
    public init(
        _ kind: Kind,
        tenant: TenantID,
        subject: SubjectID,
        keys: KeyRing,
        version: UInt32? = nil
    ) throws(VaultError) {
        let key: KeyBox
        if let version {
            key = try keys.key(KeyName(.classKey(.marks), version: version))
        } else {
            key = try keys.active(.classKey(.marks)).key
        }
        let markKey = HKDF.expand(key.bytes, info: Array(kind.label.utf8))
        let mark = HMAC.sha256(over: tenant.bytes + subject.bytes, key: markKey)
        bytes = Array(mark.bytes.prefix(Self.byteCount))
    }
}
