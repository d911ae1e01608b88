public import RecoveryAudit

/// Rows of sealed bytes, as `Docs/Specs/vault.md` §13 names them. A store keeps them and cannot open them.
public enum SealedRow: Sendable, Hashable {
    case key(KeyringRow)
    case subject(SubjectRow)
    case subjectKey(SubjectKeyRow)
    case field(FieldRow)
    case tag(MatchTagRow)
    case indexPlan(IndexPlanRow)
    case index(IndexRow)
    case canary(mark: [UInt8])
    case tombstone(mark: [UInt8], at: Int64)
    /// How far a rotation came. Written with what it did, in one transaction.
    case rotation(RotationRow)
    /// The bytes of a row that could not be opened, kept for whoever looks into it. Once for each place and bytes.
    case quarantine(place: String, bytes: [UInt8], at: Int64)
}

/// A subject: 16-byte identifier, and the manifest over all of its fields.
public struct SubjectRow: Sendable, Hashable {
    public let subject: [UInt8]
    /// 64 bits, big-endian: restores of the database, then a counter.
    public var epoch: UInt64
    /// 32 bytes.
    public var manifest: [UInt8]
    public let pseudonym: Pseudonym

    public init(subject: [UInt8], epoch: UInt64, manifest: [UInt8], pseudonym: Pseudonym) {
        self.subject = subject
        self.epoch = epoch
        self.manifest = manifest
        self.pseudonym = pseudonym
    }
}

/// A sealed value: an envelope of type 01.
public struct FieldRow: Sendable, Hashable {
    public let subject: [UInt8]
    public let record: UInt16
    public let field: UInt16
    public let slot: UInt32
    public let rowVersion: UInt64
    public let envelope: [UInt8]

    public init(subject: [UInt8], record: UInt16, field: UInt16, slot: UInt32, rowVersion: UInt64, envelope: [UInt8]) {
        self.subject = subject
        self.record = record
        self.field = field
        self.slot = slot
        self.rowVersion = rowVersion
        self.envelope = envelope
    }
}

/// A tag by which a claim is compared with a value nobody opens. 16 bytes.
public struct MatchTagRow: Sendable, Hashable {
    public let subject: [UInt8]
    public let record: UInt16
    public let field: UInt16
    public let slot: UInt32
    public let norm: UInt8
    public let variant: UInt8
    public let algorithm: UInt8
    public let tag: [UInt8]

    public init(
        subject: [UInt8],
        record: UInt16,
        field: UInt16,
        slot: UInt32,
        norm: UInt8,
        variant: UInt8,
        algorithm: UInt8,
        tag: [UInt8]
    ) {
        self.subject = subject
        self.record = record
        self.field = field
        self.slot = slot
        self.norm = norm
        self.variant = variant
        self.algorithm = algorithm
        self.tag = tag
    }
}

/// How the blind index of one field is made (`Docs/Specs/vault.md` §9).
public struct IndexPlanRow: Sendable, Hashable {
    public let plan: UInt32
    public let field: UInt16
    public let keyVersion: UInt32
    public let norm: UInt8
    public let bits: UInt8
    /// Whether look-ups read this plan. At most one plan of a field is active.
    public let isActive: Bool

    public init(plan: UInt32, field: UInt16, keyVersion: UInt32, norm: UInt8, bits: UInt8, isActive: Bool) {
        self.plan = plan
        self.field = field
        self.keyVersion = keyVersion
        self.norm = norm
        self.bits = bits
        self.isActive = isActive
    }
}

/// A subject listed under a short index value, which many others share.
public struct IndexRow: Sendable, Hashable {
    public let field: UInt16
    public let plan: UInt32
    public let index: UInt32
    public let subject: [UInt8]

    public init(field: UInt16, plan: UInt32, index: UInt32, subject: [UInt8]) {
        self.field = field
        self.plan = plan
        self.index = index
        self.subject = subject
    }
}

/// What the log says of the last write to a subject (`Docs/Specs/vault.md` §12).
public struct SubjectWrite: Sendable, Hashable {
    public let epoch: UInt64
    /// Hexadecimal.
    public let manifest: String

    public init(epoch: UInt64, manifest: String) {
        self.epoch = epoch
        self.manifest = manifest
    }

    /// Reads it from the payload of an event, or `nil` for any other event.
    public init?(event payload: JSONValue) {
        guard payload["event"]?.string == "x.vault.write", let epoch = payload["count"]?.integer, epoch >= 0,
            let manifest = payload["req"]?.string
        else { return nil }
        self.init(epoch: UInt64(epoch), manifest: manifest)
    }
}

/// A value of one plan of a blind index.
public struct IndexPlace: Sendable, Hashable {
    public let field: UInt16
    public let plan: UInt32
    public let index: UInt32

    public init(field: UInt16, plan: UInt32, index: UInt32) {
        self.field = field
        self.plan = plan
        self.index = index
    }
}

/// What can be asked of the sealed rows.
public protocol SealedRowReader {
    func keyring() throws -> [KeyringRow]
    func subject(_ pseudonym: Pseudonym) throws -> SubjectRow?
    func subject(id subject: [UInt8]) throws -> SubjectRow?
    /// The last write to a subject that the log knows of.
    func lastWrite(of subject: Pseudonym) throws -> SubjectWrite?
    /// How many subjects there are.
    func subjectCount() throws -> Int
    /// The subjects after `subject`, in order, at most `limit`. For work on all of them in batches.
    func subjects(after subject: [UInt8]?, limit: Int) throws -> [SubjectRow]
    func subjectKeys(of subject: [UInt8]) throws -> [SubjectKeyRow]
    /// The keys of one class that one version wraps, by subject and version, behind `cursor` (``RotationRow/cursor``).
    func subjectKeys(
        class keyClass: UInt16,
        kekVersion: UInt32,
        after cursor: [UInt8]?,
        limit: Int
    ) throws -> [SubjectKeyRow]
    func subjectKeyCount(class keyClass: UInt16, kekVersion: UInt32) throws -> Int
    /// By purpose and version.
    func rotations() throws -> [RotationRow]
    /// How many places have quarantined bytes, of those that begin so.
    func quarantineCount(under place: String) throws -> Int
    /// By record, field and slot.
    func fields(of subject: [UInt8]) throws -> [FieldRow]
    /// By record, field, slot, variant and norm.
    func tags(of subject: [UInt8]) throws -> [MatchTagRow]
    func indexPlans() throws -> [IndexPlanRow]
    /// In order of subject.
    func subjects(field: UInt16, plan: UInt32, index: UInt32) throws -> [[UInt8]]
    /// Those who are listed under `index` in a plan, or without one everybody, each with the tag of a person's field in
    /// slot 0. In order of subject, then of norm.
    func candidates(field: UInt16, variant: UInt8, at place: IndexPlace?) throws -> [CandidateRow]
    /// The subjects after `subject`, in order, at most `limit`, each with the keys of a class and these fields.
    func parts(keyClass: UInt16, fields: [UInt16], after subject: [UInt8]?, limit: Int) throws -> [SubjectPart]
    func load(field: UInt16, plan: UInt32) throws -> IndexLoad
    func isCanary(mark: [UInt8]) throws -> Bool
    /// When the subject of this mark was erased, in Unix seconds, or `nil`.
    func tombstone(mark: [UInt8]) throws -> Int64?
    /// The private values of the log that the records of a case have and that were not erased, by record and name.
    func privateRows(ofCase name: String) throws -> [SealedPrivateRow]
    /// Those of the records that name the subject itself, by record and name.
    func privateRows(of subject: Pseudonym) throws -> [SealedPrivateRow]
}
