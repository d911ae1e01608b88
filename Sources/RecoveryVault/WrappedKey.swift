internal import RecoveryCrypto

/// A key of a role, wrapped under a key that never leaves a token or a server (Docs/Specs/vault.md §4.6).
enum WrappedKey {
    /// What binds the wrapped key to its role and version: 12 bytes,
    /// `"RVH1" || role u8 || 00 00 00 || version u32`.
    static func associatedData(_ role: KeyRole, version: UInt32) -> [UInt8] {
        Array("RVH1".utf8) + [role.rawValue, 0, 0, 0] + bigEndian(version)
    }
}
