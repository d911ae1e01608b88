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
                let plans = try plansToWrite(for: good.count, in: transaction)
                for account in good {
                    let (sealed, forms) = try vault.sealed(account, ring: ring, at: now)
                    try sealed.put(in: transaction)
                    try vault.list(forms, of: sealed.subject, under: plans, in: transaction)
                    events.append(sealed.event)
                    enlisted.append(
                        DirectoryAccount(subject: sealed.pseudonym, stake: account.stake, language: account.language)
                    )
                    if enlisted.count.isMultiple(of: 100) { progress(enlisted.count) }
                }
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
            // More customers want longer indexes. Until those are made, look-ups read the ones that are there.
            let renewed = try await renewAll(raisingBitsBy: nil) { _ in }
            return ImportAnswer(imported: enlisted.count, skipped: refused, position: renewed?.position ?? end)
        }
    }

    /// The plans in which new subjects are listed: all that there are. Where nobody was stored before, the plans that fit
    /// are made here, since everybody is at hand.
    private func plansToWrite(for count: Int, in transaction: any StoreTransaction) throws -> [IndexPlanRow] {
        let plans = try transaction.vault.indexPlans()
        let raised = try transaction.record(IndexSetting.self, IndexSetting.name)?.raisedBits ?? 0
        guard plans.isEmpty, try transaction.vault.subjectCount() == 0,
            let bits = SubjectVault.bits(forSubjects: count, raisedBy: raised)
        else { return plans }
        let new = try vault.plans(bits, after: [], areActive: true)
        for plan in new { try transaction.put(.indexPlan(plan)) }
        return new
    }

    /// Reads every line and looks for references that are there already, in the store or further up in the file.
    private func sorted(
        _ accounts: [NewAccount],
        at now: UnixTime,
        in reader: any StoreReader
    ) throws -> (good: [NewAccount], refused: [ImportRefusal]) {
        var readable: [(account: NewAccount, reference: [UInt8])] = []
        var refused: [ImportRefusal] = []
        var seen: Set<[UInt8]> = []
        for account in accounts {
            do {
                let reference = try vault.validate(account, at: now)
                if seen.insert(reference).inserted {
                    readable.append((account, reference))
                } else {
                    let why = "stands further up in the file"
                    refused.append(ImportRefusal(line: account.line, field: "account", reason: why))
                }
            } catch ServiceError.invalidClaim(let field, let reason) {
                refused.append(ImportRefusal(line: account.line, field: field, reason: reason))
            }
        }
        let known = try vault.known(readable.map(\.account), in: reader)
        let good = readable.filter { !known.contains($0.reference) }.map(\.account)
        refused += readable.filter { known.contains($0.reference) }
            .map { ImportRefusal(line: $0.account.line, field: "account", reason: "exists already") }
        return (good, refused.sorted { $0.line < $1.line })
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

    /// The canonical references that somebody has already.
    ///
    /// A few are looked up as a desk does. Many are held against everybody's, opened one after another: each look-up goes
    /// through all who share a value of the index, and together they would go through everybody many times over.
    func known(_ accounts: [NewAccount], in reader: any StoreReader) throws -> Set<[UInt8]> {
        let field = PersonField.account.code.rawValue
        let values = try reader.vault.indexPlans().first { $0.field == field && $0.isActive }.map { 1 << Int($0.bits) }
        var known: Set<[UInt8]> = []
        if accounts.count <= values ?? 1 {
            for text in accounts.compactMap({ $0.fields[PersonField.account.rawValue] }) {
                guard try find(text, in: reader).row != nil else { continue }
                known.insert(try canonical(text, .account, region: nil, today: nil).reveal { [UInt8](copying: $0) })
            }
            return known
        }
        guard try reader.vault.subjectCount() > 0 else { return [] }
        let ring = try ring(adding: [.pii])
        var last: [UInt8]?
        while case let parts = try reader.vault.parts(
            keyClass: SubjectKeyClass.personal.rawValue,
            fields: [field],
            after: last,
            limit: 500
        ), !parts.isEmpty {
            for part in parts {
                for form in try forms(of: part, [.account], ring: ring) {
                    known.insert(form.form.reveal { [UInt8](copying: $0) })
                }
            }
            last = parts.last?.subject
        }
        return known
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
}
