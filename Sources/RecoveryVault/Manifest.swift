public import RecoveryCrypto

/// What is stored of one value, beside its envelope: enough to compare claims with it and to notice its absence.
public struct FieldRow: Sendable {
    public let record: RecordKind
    public let field: FieldCode
    public let slot: UInt32
    public let rowVersion: RowVersion
    /// That of the envelope: see ``Envelope/commitment``.
    public let commitment: Digest256
    public let tags: [MatchTag]

    public init(
        record: RecordKind = .person,
        field: FieldCode,
        slot: UInt32 = 0,
        rowVersion: RowVersion,
        commitment: Digest256,
        tags: [MatchTag]
    ) {
        self.record = record
        self.field = field
        self.slot = slot
        self.rowVersion = rowVersion
        self.commitment = commitment
        self.tags = tags
    }

    fileprivate var place: (UInt16, UInt16, UInt32) { (record.rawValue, field.rawValue, slot) }

    /// Appends the 80 bytes of Docs/Specs/vault.md §12.
    fileprivate func append(to entries: inout [UInt8]) {
        entries.append(bigEndian: record.rawValue)
        entries.append(bigEndian: field.rawValue)
        entries.append(bigEndian: slot)
        entries.append(bigEndian: rowVersion.rawValue)
        commitment.append(to: &entries)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(tags.count * (3 + MatchTag.byteCount))
        for tag in tags.sorted(by: { ($0.variant, $0.rule) < ($1.variant, $1.rule) }) {
            bytes.append(tag.algorithm.rawValue)
            bytes.append(tag.rule)
            bytes.append(tag.variant)
            bytes += tag.bytes
        }
        SHA256.digest(of: bytes).append(to: &entries)
    }
}

/// Holds all fields of a subject together (Docs/Specs/vault.md §12).
///
/// Each envelope is sound alone even when it is last week's. The manifest is written with every change and says which
/// envelopes belong together: one that is stale, missing or extra gives another code.
public struct Manifest: Sendable {
    /// Rises with each write to the subject. The audit log remembers the last.
    public let epoch: RowVersion
    public let code: Digest256

    /// Takes a stored manifest as it is.
    public init(unverifiedCode code: Digest256, epoch: RowVersion) {
        self.code = code
        self.epoch = epoch
    }

    /// Computes the manifest of all rows of a subject, in whatever order they come.
    ///
    /// - Parameter key: The subject's matching key; any other class is ``VaultError/keyUnavailable(_:)``.
    /// - Throws: ``VaultError/truncated`` for more than 65,535 rows, whose number the format cannot hold.
    public init(
        of rows: [FieldRow],
        tenant: TenantID,
        subject: SubjectID,
        epoch: RowVersion,
        key: SubjectKey
    ) throws(VaultError) {
        guard key.keyClass == .matching else { throw .keyUnavailable(key.name) }
        guard let count = UInt16(exactly: rows.count) else { throw .truncated }
        var entries: [UInt8] = []
        entries.reserveCapacity(80 * rows.count)
        for row in rows.sorted(by: { $0.place < $1.place }) { row.append(to: &entries) }
        let manifestKey = HKDF.expand(key.box.bytes, info: Array("rv1/man\0\0\0".utf8))
        let message = tenant.bytes + subject.bytes + epoch.bytes + bigEndian(count)
        code = HMAC.sha256(over: message, entries.span, key: manifestKey)
        self.epoch = epoch
    }

    /// Compares with the manifest of the rows that are there, in constant time.
    ///
    /// - Throws: ``VaultError/manifestMismatch(_:)``.
    public func verify(
        _ rows: [FieldRow],
        tenant: TenantID,
        subject: SubjectID,
        key: SubjectKey,
        pseudonym: Pseudonym
    ) throws(VaultError) {
        guard let found = try? Manifest(of: rows, tenant: tenant, subject: subject, epoch: epoch, key: key),
            found.matches(self)
        else { throw .manifestMismatch(pseudonym) }
    }

    /// Whether both are one code, in constant time.
    public func matches(_ other: Manifest) -> Bool {
        constantTimeEqual(code, other.code)
    }

    /// Refuses a manifest that is older than the last one logged. A sound manifest put back with all its rows is
    /// found out by nothing else.
    ///
    /// - Throws: ``VaultError/rollbackDetected(found:expected:)``.
    public func requireEpoch(atLeast logged: RowVersion) throws(VaultError) {
        guard epoch >= logged else { throw .rollbackDetected(found: epoch.rawValue, expected: logged.rawValue) }
    }
}
