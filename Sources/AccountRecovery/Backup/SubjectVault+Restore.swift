import RecoveryCrypto
import RecoveryVault

/// Somebody whom a backup knows, and who was erased after it was made.
public struct ErasedSubject: Sendable, Hashable {
    /// 16 bytes.
    public let subject: [UInt8]
    public let pseudonym: Pseudonym
    public let tombstone: Tombstone
}

/// What a restore asks of the vault (`Docs/Specs/vault.md` §15).
extension SubjectVault {
    /// Finds the subjects of a restored store to whom marks of the erasure journal belong.
    public func erased(by journal: [Tombstone], in reader: any StoreReader) throws -> [ErasedSubject] {
        let marks = Dictionary(journal.map { ($0.mark, $0) }) { first, _ in first }
        guard !marks.isEmpty else { return [] }
        var found: [ErasedSubject] = []
        var last: [UInt8]?
        while case let rows = try reader.vault.subjects(after: last, limit: 1000), let end = rows.last {
            for row in rows {
                guard let tombstone = marks[try self.tombstone(of: row.subject)] else { continue }
                found.append(ErasedSubject(subject: row.subject, pseudonym: row.pseudonym, tombstone: tombstone))
            }
            last = end.subject
        }
        return found
    }

    /// Opens as many random fields as wanted, each of a random subject whose manifest is checked first.
    ///
    /// - Parameters:
    ///   - count: Where there are fewer subjects, some are met twice.
    ///   - excluded: Subjects that have no keys, and must not.
    /// - Returns: how many were opened; fewer than `count` only where nobody is left.
    /// - Throws: what the first that cannot be opened says.
    public func openSample(
        of count: Int,
        except excluded: Set<Pseudonym>,
        in reader: any StoreReader,
        random: any RandomSource = SystemRandom()
    ) throws -> Int {
        guard try reader.vault.subjectCount() > excluded.count else { return 0 }
        let ring = try ring(adding: [.pii, .auth])
        var opened = 0
        while opened < count {
            let (start, choice) = (random.bytes(16), random.bytes(2))
            let row = try Self.first(after: start, except: excluded, in: reader)
            guard let row = try row ?? Self.first(after: nil, except: excluded, in: reader) else { return opened }
            let rows = try SubjectRows(row, from: reader)
            let key = try SubjectKeys(rows.unwrapped(.matching, with: desk, tenant: tenant)).active(.matching)
            try rows.manifest().verify(
                rows.covered(),
                tenant: tenant,
                subject: rows.identifier(),
                key: key,
                pseudonym: rows.pseudonym()
            )
            guard !rows.fields.isEmpty else { throw StoreError.corrupt("a subject has no field") }
            let field = rows.fields[(Int(choice[0]) << 8 | Int(choice[1])) % rows.fields.count]
            let record = try RecoveryVault.RecordKind(rawValue: field.record).orDamage("record kind")
            _ = try self.opened(field, of: record, in: rows, with: ring)
            opened += 1
        }
        return opened
    }

    private static func first(
        after subject: [UInt8]?,
        except excluded: Set<Pseudonym>,
        in reader: any StoreReader
    ) throws -> SubjectRow? {
        var last = subject
        while case let rows = try reader.vault.subjects(after: last, limit: 64), let end = rows.last {
            if let row = rows.first(where: { !excluded.contains($0.pseudonym) }) { return row }
            last = end.subject
        }
        return nil
    }
}
