internal import RecoveryCrypto

/// Seals and opens personal data, one field at a time.
///
/// Envelopes are what the store keeps. They open only as the field they were sealed as: see ``FieldContext``. The
/// bytes are specified in Docs/Specs/vault.md §5 to §7.
public enum Vault {
    /// A key seals no more than this (§6 step 1): a bound on what one lost key can reveal, far below what the
    /// salts would allow.
    public static let sealLimit: UInt32 = 1 << 31
    /// From here on an operator is told to rotate the key.
    public static let sealWarning: UInt32 = 1 << 20

    /// Encrypts the value of a field under the subject's key.
    ///
    /// - Parameter seals: How often this key was used before, from the row of the key. The caller raises it in the
    ///   same transaction that writes the envelope.
    /// - Throws: ``VaultError/limitReached(_:)``; ``VaultError/invalidClaim(field:reason:)`` for a value above
    ///   65,532 bytes; ``VaultError/keyUnavailable(_:)`` for a key of another class than the record needs, or one
    ///   that is not active.
    public static func seal(
        _ value: FieldValue,
        as context: FieldContext,
        padding: PadClass,
        under key: SubjectKey,
        afterSeals seals: UInt32
    ) throws(VaultError) -> Envelope {
        try seal(value, as: .field(context), context, padding, key, seals, salt: Random.bytes(EnvelopeCipher.saltSize))
    }

    /// Decrypts a field with the key that its envelope names.
    ///
    /// - Throws: The first of the errors of §7: ``VaultError/truncated``, ``VaultError/unsupportedFormat(offset:)``,
    ///   ``VaultError/keyUnavailable(_:)`` (reload the keys once, then give up), ``VaultError/keyOrContext``,
    ///   ``VaultError/tampered``, ``VaultError/badPadding``. A row that fails is put aside, not rewritten.
    public static func open(
        _ envelope: Envelope,
        as context: FieldContext,
        with keys: SubjectKeys
    ) throws(VaultError) -> FieldValue {
        try open(envelope, as: .field(context), context, keys)
    }

    /// Encrypts the head of an attachment, which carries the key of its body. The record is
    /// ``RecordKind/attachments``, any other is ``VaultError/keyOrContext``.
    public static func seal(
        _ head: AttachmentHead,
        as context: FieldContext,
        under key: SubjectKey,
        afterSeals seals: UInt32
    ) throws(VaultError) -> Envelope {
        guard context.record == .attachments else { throw .keyOrContext }
        let value = FieldValue.bytes(head.encoded(), rule: AttachmentHead.rule)
        let salt = Random.bytes(EnvelopeCipher.saltSize)
        return try seal(value, as: .attachmentHead(context), context, .to32, key, seals, salt: salt)
    }

    /// Decrypts the head of an attachment. Throws what ``open(_:as:with:)`` throws; a head that has not its 73 bytes
    /// is ``VaultError/badPadding``.
    public static func openAttachmentHead(
        _ envelope: Envelope,
        as context: FieldContext,
        with keys: SubjectKeys
    ) throws(VaultError) -> AttachmentHead {
        guard context.record == .attachments else { throw .keyOrContext }
        guard case .bytes(let value, _) = try open(envelope, as: .attachmentHead(context), context, keys) else {
            throw .badPadding
        }
        return try AttachmentHead(decoding: value)
    }

    /// Seals with a salt of the caller's, for known answers. A salt used twice in one context shows whether the
    /// values are equal and loses both: nothing but tests may call this.
    package static func seal(
        _ value: FieldValue,
        as context: FieldContext,
        padding: PadClass,
        under key: SubjectKey,
        afterSeals seals: UInt32 = 0,
        isAttachmentHead: Bool = false,
        testOnlySalt salt: [UInt8]
    ) throws(VaultError) -> Envelope {
        let place: SealContext = isAttachmentHead ? .attachmentHead(context) : .field(context)
        return try seal(value, as: place, context, padding, key, seals, salt: salt)
    }

    private static func seal(
        _ value: FieldValue,
        as place: SealContext,
        _ context: FieldContext,
        _ padding: PadClass,
        _ key: SubjectKey,
        _ seals: UInt32,
        salt: [UInt8]
    ) throws(VaultError) -> Envelope {
        guard seals < sealLimit else { throw .limitReached(key.name) }
        guard key.keyClass == context.record.keyClass, key.state == .active else { throw .keyUnavailable(key.name) }
        guard let padded = Padding.pad(value, padding) else {
            throw .invalidClaim(field: context.field, reason: .tooLong)
        }
        return EnvelopeCipher.seal(
            padded,
            as: place,
            padClass: padding,
            keyVersion: key.version,
            key: key.box.bytes,
            salt: salt
        )
    }

    private static func open(
        _ envelope: Envelope,
        as place: SealContext,
        _ context: FieldContext,
        _ keys: SubjectKeys
    ) throws(VaultError) -> FieldValue {
        let keyClass = context.record.keyClass
        let opened = try EnvelopeCipher.open(envelope, as: place) { version throws(VaultError) in
            try keys.key(keyClass, version: version).box
        }
        return try Padding.unpad(opened.padded, opened.padClass)
    }
}
