import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

extension RecoveryService {
    /// Customers in one import: each write is a record of the log, and an epoch holds 65,535.
    public static let largestImport = 50_000

    /// Seals and stores customers, all of them or none. With `skippingBad` those that cannot be read are left out and
    /// listed; nobody is ever stored in part.
    public func importAccounts(
        _ accounts: [NewAccount],
        skippingBad: Bool,
        progress: @escaping @Sendable (Int) -> Void
    ) async throws(ServiceError) -> ImportAnswer {
        try await perform(.importAccounts) {
            let now = clock.now()
            guard accounts.count <= Self.largestImport else {
                throw ServiceError.invalidInput(
                    "an import takes at most \(Self.largestImport) customers: split the file"
                )
            }
            let (good, refused, position) = try await store.read { reader in
                let (good, refused) = try sorted(accounts, at: now, in: reader)
                return (good, refused, try reader.nextPosition)
            }
            guard refused.isEmpty || skippingBad else { throw ServiceError.unreadable(refused) }
            guard !good.isEmpty else { return ImportAnswer(imported: 0, skipped: refused, position: 0) }
            let (enlisted, end) = try await store.commit { transaction in
                // Fetched in its turn: keys that were replaced before are not used any more.
                let ring = try vault.ring(adding: [.pii, .auth])
                // Somebody wrote since the lines were read: their customers may be these.
                if try transaction.nextPosition != position, try !sorted(good, at: now, in: transaction).refused.isEmpty
                {
                    throw ServiceError.conflict("customers were imported meanwhile: import again")
                }
                var enlisted: [DirectoryAccount] = []
                var events: [AuditEvent] = []
                var references: [(subject: [UInt8], reference: [UInt8])] = []
                for account in good {
                    let (sealed, reference) = try vault.sealed(account, ring: ring, at: now)
                    try sealed.put(in: transaction)
                    events.append(sealed.event)
                    references.append((sealed.subject, reference))
                    enlisted.append(
                        DirectoryAccount(subject: sealed.pseudonym, stake: account.stake, language: account.language)
                    )
                    if enlisted.count.isMultiple(of: 100) { progress(enlisted.count) }
                }
                try vault.index(references, ring: ring, in: transaction)
                let summary = AuditEvent.event(
                    "x.account.import",
                    ["count": .integer(Int64(good.count))],
                    actor: caller.name
                )
                let end = try transaction.nextPosition + UInt64(events.count) + 1
                return Recorded((enlisted, end), summary, events)
            }
            // The directory is told afterwards: an account it does not know yet cannot be unlocked, which is safe.
            try await directory.enlist(enlisted)
            progress(enlisted.count)
            return ImportAnswer(imported: enlisted.count, skipped: refused, position: end)
        }
    }

    /// Reads every line and looks for references that are there already, in the store or further up in the file.
    private func sorted(
        _ accounts: [NewAccount],
        at now: UnixTime,
        in reader: any StoreReader
    ) throws -> (good: [NewAccount], refused: [ImportRefusal]) {
        var good: [NewAccount] = []
        var refused: [ImportRefusal] = []
        var seen: Set<[UInt8]> = []
        for account in accounts {
            func refuse(_ field: String, _ reason: String) {
                refused.append(ImportRefusal(line: account.line, field: field, reason: reason))
            }
            do {
                let reference = try vault.validate(account, at: now)
                guard seen.insert(reference).inserted else {
                    refuse("account", "stands further up in the file")
                    continue
                }
                guard let text = account.fields["account"], try vault.find(text, in: reader).row == nil else {
                    refuse("account", "exists already")
                    continue
                }
                good.append(account)
            } catch ServiceError.invalidClaim(let field, let reason) {
                refuse(field, reason)
            }
        }
        return (good, refused)
    }
}

extension SubjectVault {
    /// Reads every field of a customer without sealing anything, and returns the canonical reference.
    func validate(_ account: NewAccount, at now: UnixTime) throws -> [UInt8] {
        let region = account.country.flatMap { PhoneRegion($0) }
        guard let reference = account.fields[PersonField.account.rawValue] else {
            throw ServiceError.invalidClaim(field: PersonField.account.rawValue, reason: "missing")
        }
        // Both are kept or used unsealed, so nothing but what they are for may stand in them.
        if let country = account.country, !Self.isCountry(country) {
            throw ServiceError.invalidClaim(field: "country", reason: "invalid-country")
        }
        guard Self.isLanguage(account.language) else {
            throw ServiceError.invalidClaim(field: "language", reason: "invalid-language")
        }
        for field in PersonField.allCases {
            guard let value = account.fields[field.rawValue] else { continue }
            _ = try forms(value, field, region: region, today: CalendarDate(utc: now))
        }
        return try canonical(reference, .account, region: nil, today: nil).reveal { [UInt8](copying: $0) }
    }

    /// Two letters (ISO 3166-1).
    private static func isCountry(_ text: String) -> Bool {
        text.utf8.count == 2 && text.utf8.allSatisfy { (0x61...0x7a).contains($0 | 0x20) }
    }

    /// Subtags of one to eight letters and digits, the first of letters alone, in at most 35 characters (RFC 5646 §4.4.1).
    private static func isLanguage(_ text: String) -> Bool {
        let tags = text.utf8.split(separator: 0x2d, omittingEmptySubsequences: false)
        return text.utf8.count <= 35 && (tags.first?.allSatisfy { (0x61...0x7a).contains($0 | 0x20) } ?? false)
            && tags.allSatisfy { tag in
                (1...8).contains(tag.count)
                    && tag.allSatisfy { (0x61...0x7a).contains($0 | 0x20) || (0x30...0x39).contains($0) }
            }
    }

    /// Lists new subjects under the blind index. As they become more, the index gets more bits: it is then made anew
    /// for everybody, in the same transaction.
    func index(
        _ references: [(subject: [UInt8], reference: [UInt8])],
        ring: KeyRing,
        in transaction: any StoreTransaction
    ) throws {
        let field = BlindIndex.Field.accountReference
        let count = try transaction.vault.subjectCount()
        let plans = try transaction.vault.indexPlans().filter { $0.field == field.rawValue }
        guard let bits = BlindIndex.bits(subjects: count, indexes: 1) else {
            // Erasures left too few people for an index. One that is there would hide whoever is not listed in it.
            for old in plans { try transaction.removeIndex(field: old.field, plan: old.plan) }
            return
        }
        if let active = plans.first(where: \.isActive), Int(active.bits) == bits {
            try list(references, under: active, in: transaction)
            return
        }
        guard let keyVersion = desk.activeVersion(of: .classKey(.blindIndex)) else { throw VaultError.sealed }
        let plan = IndexPlanRow(
            plan: (plans.map(\.plan).max() ?? 0) + 1,
            field: field.rawValue,
            keyVersion: keyVersion,
            norm: FieldRule.version,
            bits: UInt8(bits),
            isActive: true
        )
        for old in plans { try transaction.removeIndex(field: old.field, plan: old.plan) }
        try transaction.put(.indexPlan(plan))
        try list(references, under: plan, in: transaction)
        let new = Set(references.map(\.subject))
        var last: [UInt8]?
        while case let batch = try transaction.vault.subjects(after: last, limit: 500), !batch.isEmpty {
            for row in batch where !new.contains(row.subject) {
                guard let reference = try personal(.account, in: SubjectRows(row, from: transaction)) else { continue }
                let bytes = reference.lend { [UInt8](copying: $0) }
                try list([(row.subject, bytes)], under: plan, in: transaction)
            }
            last = batch.last?.subject
        }
    }

    private func list(
        _ references: [(subject: [UInt8], reference: [UInt8])],
        under plan: IndexPlanRow,
        in transaction: any StoreTransaction
    ) throws {
        let index = try BlindIndex(tenant: tenant, field: .accountReference, rule: plan.norm, bits: Int(plan.bits))
            .orDamage("index plan")
        for (subject, reference) in references {
            let value = try index.value(of: reference.span, keys: desk, version: plan.keyVersion)
            try transaction.put(.index(IndexRow(field: plan.field, plan: plan.plan, index: value, subject: subject)))
        }
    }
}
