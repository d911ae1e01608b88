internal import RecoveryCrypto

/// Keys under keys (Docs/Specs/vault.md §3): envelopes of types 02 and 03, whose plaintext is the 32 bytes alone.
extension KeyRing {
    /// Makes a key for a subject and wraps it under the active key of its class.
    public func makeSubjectKey(as context: SubjectKeyContext) throws(VaultError) -> (SubjectKey, wrapped: Envelope) {
        let box = KeyBox(SecretKey(randomByteCount: KeyBox.keySize))
        let key = SubjectKey(keyClass: context.keyClass, version: context.version, state: .active, box: box)
        return (key, wrapped: try wrap(key, as: context))
    }

    /// Wraps a key of a subject under the active key of its class: at first, and in a rotation again.
    public func wrap(_ key: SubjectKey, as context: SubjectKeyContext) throws(VaultError) -> Envelope {
        try wrap(key, as: context, salt: Random.bytes(EnvelopeCipher.saltSize))
    }

    /// Unwraps a key of a subject.
    ///
    /// - Parameter state: As the row of the key says.
    /// - Throws: What ``Vault/open(_:as:with:)`` throws; a wrapping key that is not loaded is
    ///   ``VaultError/keyUnavailable(_:)``.
    public func unwrap(
        _ wrapped: Envelope,
        as context: SubjectKeyContext,
        state: KeyState = .active
    ) throws(VaultError) -> SubjectKey {
        guard state.opens else {
            throw .keyUnavailable(KeyName(.subjectKey(context.keyClass), version: context.version))
        }
        let opened = try EnvelopeCipher.open(wrapped, as: .subjectKey(context)) { version throws(VaultError) in
            try key(KeyName(context.keyClass.wrappedBy, version: version))
        }
        return SubjectKey(
            keyClass: context.keyClass,
            version: context.version,
            state: state,
            box: KeyBox(opened.padded)
        )
    }

    /// Makes a class key, wraps it under the active key of its role, and returns it with its check value. The ring
    /// does not hold it yet: ``load(wrapped:as:version:state:checkValue:)`` it once its row is stored.
    public func makeClassKey(
        _ classKey: ClassKey,
        version: UInt32
    ) throws(VaultError) -> (wrapped: Envelope, checkValue: KeyCheckValue) {
        let key = KeyBox(SecretKey(randomByteCount: KeyBox.keySize))
        let salt = Random.bytes(EnvelopeCipher.saltSize)
        return (try wrap(key, classKey, version: version, salt: salt), KeyCheckValue(of: key.bytes))
    }

    /// Wraps a class key that is loaded under the now active key of its role: a step of rotation.
    public func rewrap(_ classKey: ClassKey, version: UInt32) throws(VaultError) -> Envelope {
        let key = try key(KeyName(.classKey(classKey), version: version))
        return try wrap(key, classKey, version: version, salt: Random.bytes(EnvelopeCipher.saltSize))
    }

    /// Unwraps a class key and loads it, as ``load(_:as:state:checkValue:)`` does.
    public mutating func load(
        wrapped: Envelope,
        as classKey: ClassKey,
        version: UInt32,
        state: KeyState,
        checkValue: KeyCheckValue
    ) throws(VaultError) {
        let place = SealContext.classKey(purposeCode: classKey.rawValue, version: version)
        let ring = self
        let opened = try EnvelopeCipher.open(wrapped, as: place) { version throws(VaultError) in
            try ring.key(KeyName(.role(classKey.wrappedBy), version: version))
        }
        let name = KeyName(.classKey(classKey), version: version)
        try load(opened.padded, as: name, state: state, checkValue: checkValue)
    }

    /// Wraps with a salt of the caller's, for known answers.
    package func wrap(
        _ key: SubjectKey,
        as context: SubjectKeyContext,
        testOnlySalt salt: [UInt8]
    ) throws(VaultError) -> Envelope {
        try wrap(key, as: context, salt: salt)
    }

    /// Wraps a loaded class key with a salt of the caller's, for known answers.
    package func rewrap(
        _ classKey: ClassKey,
        version: UInt32,
        testOnlySalt salt: [UInt8]
    ) throws(VaultError) -> Envelope {
        try wrap(key(KeyName(.classKey(classKey), version: version)), classKey, version: version, salt: salt)
    }

    private func wrap(
        _ key: SubjectKey,
        as context: SubjectKeyContext,
        salt: [UInt8]
    ) throws(VaultError) -> Envelope {
        guard key.keyClass == context.keyClass, key.version == context.version, key.version > 0 else {
            throw .keyUnavailable(key.name)
        }
        let outer = try active(context.keyClass.wrappedBy)
        return EnvelopeCipher.seal(
            key.box.bytes,
            as: .subjectKey(context),
            keyVersion: outer.version,
            key: outer.key.bytes,
            salt: salt
        )
    }

    private func wrap(
        _ key: KeyBox,
        _ classKey: ClassKey,
        version: UInt32,
        salt: [UInt8]
    ) throws(VaultError) -> Envelope {
        let outer = try active(.role(classKey.wrappedBy))
        return EnvelopeCipher.seal(
            key.bytes,
            as: .classKey(purposeCode: classKey.rawValue, version: version),
            keyVersion: outer.version,
            key: outer.key.bytes,
            salt: salt
        )
    }
}
