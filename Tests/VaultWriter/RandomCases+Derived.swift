import Foundation
import RecoveryCrypto
import RecoveryTestSupport
import RecoveryVault

/// What is computed from values and keys, and never opened: tags, indexes, manifests, marks.
extension RandomCases {
    mutating func tag(slow: Bool) throws -> Line {
        let owner = random.pick(keys.owners)
        let context = context(owner, .person)
        let key = random.pick(owner.keys.filter { $0.keyClass == .matching })
        let canonical = Data(random.bytes(random.pick([0, 1, 10, 63, 64, 65, 1024])))
        let (norm, variant) = (random.any(in: 1...UInt8.max), random.any(in: 1...UInt8.max))
        let algorithm: MatchTag.Algorithm = slow ? .scrypt : .hmac
        let tag = try canonical.personal.reveal { bytes in
            try MatchTag(of: bytes, algorithm: algorithm, rule: norm, variant: variant, at: context, key: key)
        }
        return .tag(place: Place(context), keyVersion: key.version, canonical: canonical, tag: Tag(tag))
    }

    mutating func index() throws -> Line {
        let owner = random.pick(keys.owners)
        let index = try valid(
            BlindIndex(
                tenant: owner.tenant,
                field: random.pick(BlindIndex.Field.allCases),
                rule: random.any(in: 1...255),
                bits: random.any(in: 1...24)
            )
        )
        let version = random.pick(DrawnKeys.classVersions)
        let canonical = Data(random.bytes(random.pick([0, 1, 10, 63, 64, 65, 1024])))
        let value = try canonical.personal.reveal { try index.value(of: $0, keys: keys.ring, version: version) }
        return .index(
            tenant: Data(owner.tenant.bytes),
            field: index.field.rawValue,
            norm: index.rule,
            bits: index.bits,
            keyVersion: version,
            canonical: canonical,
            index: value
        )
    }

    mutating func manifest() throws -> Line {
        let owner = random.pick(keys.owners)
        let key = random.pick(owner.keys.filter { $0.keyClass == .matching })
        let epoch = rowVersion()
        // A place has one row. Two of one place would have no order.
        var places: Set<[UInt64]> = []
        let rows = (0..<random.any(in: 0...12)).map { _ in row(owner) }
            .filter { places.insert([UInt64($0.record), UInt64($0.field), UInt64($0.slot)]).inserted }
        let manifest = try Manifest(
            of: rows.map { try $0.fieldRow() },
            tenant: owner.tenant,
            subject: owner.subject,
            epoch: epoch,
            key: key
        )
        return .manifest(
            tenant: Data(owner.tenant.bytes),
            subject: Data(owner.subject.bytes),
            keyVersion: key.version,
            epoch: Data(epoch.bytes),
            rows: rows,
            code: Data(manifest.code.bytes)
        )
    }

    /// In no order: putting rows and tags into theirs is the manifest's work.
    private mutating func row(_ owner: DrawnKeys.Owner) -> Row {
        let place = Place(context(owner, random.pick(RecordKind.allCases)))
        let forms: [(norm: UInt8, variant: UInt8)] = [(1, 1), (2, 1), (255, 1), (1, 2), (2, 2), (1, 255)]
        let tags = forms.shuffled(using: &random).prefix(random.any(in: 0...4)).map { form in
            Tag(
                algorithm: random.pick([1, 2]),
                norm: form.norm,
                variant: form.variant,
                bytes: Data(random.bytes(MatchTag.byteCount))
            )
        }
        return Row(
            record: place.record,
            field: place.field,
            slot: place.slot,
            rowVersion: place.rowVersion,
            commitment: Data(random.bytes(32)),
            tags: tags
        )
    }

    func mark(of owner: DrawnKeys.Owner, _ version: UInt32) throws -> Line {
        func mark(_ kind: SubjectMark.Kind) throws -> Data {
            let mark = try SubjectMark(
                kind,
                tenant: owner.tenant,
                subject: owner.subject,
                keys: keys.ring,
                version: version
            )
            return Data(mark.bytes)
        }
        return .mark(
            tenant: Data(owner.tenant.bytes),
            subject: Data(owner.subject.bytes),
            keyVersion: version,
            tombstone: try mark(.tombstone),
            canary: try mark(.canary)
        )
    }
}
