public import RecoveryCrypto

/// What a key must show before rows are trusted to it (Docs/Specs/vault.md §14).
extension KeyRing {
    /// Wraps a random key under a new one, unwraps it again and compares: done before the new key becomes active.
    ///
    /// - Returns: The check value of the key, for its row.
    /// - Throws: ``VaultError/cryptoFailure(call:)`` if another key came back.
    public static func prove(_ key: borrowing SecretKey, as name: KeyName) throws(VaultError) -> KeyCheckValue {
        let check = KeyCheckValue(of: key)
        var ring = KeyRing()
        try ring.load(key.copy(), as: name, state: .active, checkValue: check)
        switch name.purpose {
        case .role(.pii): try ring.proveSubjectKey(of: .personal)
        case .role(.match): try ring.proveSubjectKey(of: .matching)
        case .classKey(.seeds): try ring.proveSubjectKey(of: .secondFactors)
        case .role(.auth): try ring.proveClassKey(.seeds)
        case .role(.sys): try ring.proveClassKey(.marks)
        // These wrap nothing: what they derive is compared where it is used.
        case .classKey, .subjectKey: break
        }
        return check
    }

    /// Wraps a subject's key under the version that is active now, unwraps the result and compares.
    ///
    /// - Throws: What unwrapping throws, for a row that is not what it should be.
    public func rewrapped(_ wrapped: Envelope, as context: SubjectKeyContext) throws(VaultError) -> Envelope {
        let key = try unwrap(wrapped, as: context)
        let again = try wrap(key, as: context)
        guard try constantTimeEqual(unwrap(again, as: context).box.bytes, key.box.bytes) else {
            throw .cryptoFailure(call: "EVP_EncryptFinal_ex")
        }
        return again
    }

    private func proveSubjectKey(of keyClass: SubjectKeyClass) throws(VaultError) {
        let context = SubjectKeyContext(tenant: .random(), subject: .random(), keyClass: keyClass, version: 1)
        let (_, wrapped) = try makeSubjectKey(as: context)
        _ = try rewrapped(wrapped, as: context)
    }

    private func proveClassKey(_ classKey: ClassKey) throws(VaultError) {
        let (wrapped, check) = try makeClassKey(classKey, version: 1)
        var ring = self
        try ring.load(wrapped: wrapped, as: classKey, version: 1, state: .active, checkValue: check)
    }
}
