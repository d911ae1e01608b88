import Foundation
import RecoveryCrypto
import RecoveryVault

/// Reads lines in their order: keys are unwrapped and kept, and everything else is made anew from what was opened, or
/// computed once more. What it returns is equal to a line that says the truth.
struct Opener {
    private var ring = KeyRing()
    private var subjectKeys: [Data: [SubjectKey]] = [:]

    /// What we say to a line.
    mutating func answer(to line: Line, number: Int) throws -> Line {
        do {
            return try opened(line)
        } catch let error as VaultError {
            return .refused(line: number, error: "\(error)")
        }
    }

    private mutating func opened(_ line: Line) throws -> Line {
        switch line {
        case .role(let code, let version, let bytes, _):
            let key = SecretKey(copying: [UInt8](bytes).span)
            let found = KeyCheckValue(of: key)
            let name = KeyName(.role(try valid(KeyRole(rawValue: code))), version: version)
            try ring.load(key, as: name, state: .draining, checkValue: found)
            return .role(code: code, version: version, key: bytes, checkValue: Data(found.bytes))
        case .classKey(let purpose, let version, let wrapped, let expected):
            try ring.load(
                wrapped: wrapped.envelope,
                as: try valid(ClassKey(rawValue: purpose)),
                version: version,
                state: .draining,
                checkValue: try valid(KeyCheckValue(bytes: [UInt8](expected)))
            )
            return line
        case .subjectKey(let tenant, let subject, let keyClass, let version, let wrapped):
            let context = SubjectKeyContext(
                tenant: try valid(TenantID(bytes: [UInt8](tenant))),
                subject: try valid(SubjectID(bytes: [UInt8](subject))),
                keyClass: try valid(SubjectKeyClass(rawValue: keyClass)),
                version: version
            )
            let key = try ring.unwrap(wrapped.envelope, as: context, state: .draining)
            subjectKeys[tenant + subject, default: []].append(key)
            return line
        case .field(let place, let padClass, _, let envelope):
            let value = try Vault.open(envelope.envelope, as: place.context(), with: keys(of: place))
            return .field(place: place, padClass: padClass, value: Value(value), envelope: envelope)
        case .head(let place, _, _, _, let envelope):
            let head = try Vault.openAttachmentHead(envelope.envelope, as: place.context(), with: keys(of: place))
            return .head(of: head, place: place, envelope: envelope)
        case .tag, .index, .manifest, .mark: return try derived(line)
        case .refused, .flipped: throw LineFault.malformed("an answer among the lines")
        }
    }

    /// A tag, an index, a manifest or marks, computed once more.
    private func derived(_ line: Line) throws -> Line {
        switch line {
        case .tag(let place, let version, let canonical, let tag):
            let key = try matchingKey(of: place.tenant, place.subject, version)
            let computed = try canonical.personal.reveal { bytes in
                try MatchTag(
                    of: bytes,
                    algorithm: try valid(MatchTag.Algorithm(rawValue: tag.algorithm)),
                    rule: tag.norm,
                    variant: tag.variant,
                    at: place.context(),
                    key: key
                )
            }
            return .tag(place: place, keyVersion: version, canonical: canonical, tag: Tag(computed))
        case .index(let tenant, let field, let norm, let bits, let version, let canonical, _):
            let index = try valid(
                BlindIndex(
                    tenant: try valid(TenantID(bytes: [UInt8](tenant))),
                    field: try valid(BlindIndex.Field(rawValue: field)),
                    rule: norm,
                    bits: bits
                )
            )
            let value = try canonical.personal.reveal { try index.value(of: $0, keys: ring, version: version) }
            return .index(
                tenant: tenant,
                field: field,
                norm: norm,
                bits: bits,
                keyVersion: version,
                canonical: canonical,
                index: value
            )
        case .manifest(let tenant, let subject, let version, let epoch, let rows, _):
            let manifest = try Manifest(
                of: rows.map { try $0.fieldRow() },
                tenant: try valid(TenantID(bytes: [UInt8](tenant))),
                subject: try valid(SubjectID(bytes: [UInt8](subject))),
                epoch: try valid(RowVersion(bytes: [UInt8](epoch))),
                key: matchingKey(of: tenant, subject, version)
            )
            let code = Data(manifest.code.bytes)
            return .manifest(
                tenant: tenant,
                subject: subject,
                keyVersion: version,
                epoch: epoch,
                rows: rows,
                code: code
            )
        case .mark(let tenant, let subject, let version, _, _):
            func mark(_ kind: SubjectMark.Kind) throws -> Data {
                let mark = try SubjectMark(
                    kind,
                    tenant: valid(TenantID(bytes: [UInt8](tenant))),
                    subject: valid(SubjectID(bytes: [UInt8](subject))),
                    keys: ring,
                    version: version
                )
                return Data(mark.bytes)
            }
            return .mark(
                tenant: tenant,
                subject: subject,
                keyVersion: version,
                tombstone: try mark(.tombstone),
                canary: try mark(.canary)
            )
        case .role, .classKey, .subjectKey, .field, .head, .refused, .flipped: return line
        }
    }

    private func keys(of place: Place) -> SubjectKeys {
        SubjectKeys(subjectKeys[place.tenant + place.subject] ?? [])
    }

    private func matchingKey(of tenant: Data, _ subject: Data, _ version: UInt32) throws -> SubjectKey {
        try valid(subjectKeys[tenant + subject]?.first { $0.keyClass == .matching && $0.version == version })
    }
}
