import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

/// New plans of the blind indexes, made while the desk works (`Docs/Specs/vault.md` §9): write both, fill up, switch the
/// reads, remove the old. Every step is a transaction of its own with its record, and can be cut short after any of them.
///
/// Reasons for new plans are more or fewer customers, bits the operator raised, another rule, another key BIK.
extension RecoveryService {
    /// Subjects in one transaction while plans are filled: others wait some ten milliseconds for it.
    public static let indexBatch = 500
    /// Rows of an old plan in one transaction.
    private static let removalBatch = 5_000
    /// Bits above §9 that may be chosen. Each doubles what a value says.
    public static let mostRaisedBits = 8

    public func indexes() async throws(ServiceError) -> IndexesView {
        try await perform(.readIndexes) {
            try await store.read { reader in
                let count = try reader.vault.subjectCount()
                let raised = try reader.record(IndexSetting.self, IndexSetting.name)?.raisedBits ?? 0
                let plans = try reader.vault.indexPlans().filter(\.isActive)
                let views = try PersonField.indexed.map { field in
                    let plan = plans.first { $0.field == field.code.rawValue }
                    return try view(of: field, plan, count, raised, in: reader)
                }
                let renewal = try reader.record(IndexRenewal.self, IndexRenewal.name)
                return IndexesView(
                    subjects: count,
                    indexes: views,
                    renewal: try renewal.map { progress(of: $0, count, at: try reader.nextPosition) }
                )
            }
        }
    }

    /// Makes the plans that fit now, from the first step or from where somebody was cut short, up to the last.
    ///
    /// - Parameter raise: Bits above §9 from now on; `nil` leaves them as they are.
    /// - Returns: The log's length after it, and whether anything was to do.
    public func renewIndexes(
        raisingBitsBy raise: Int?,
        progress: @escaping @Sendable (IndexProgress) -> Void
    ) async throws(ServiceError) -> IndexProgress? {
        try await perform(.renewIndexes) { try await renewAll(raisingBitsBy: raise, progress) }
    }

    /// Begins new plans where the ones in use do not fit. Look-ups go on reading those; who is written is listed in both.
    ///
    /// - Returns: `nil` where every plan fits. Where plans are being made already, how far they are.
    public func beginIndexPlan(raisingBitsBy raise: Int? = nil) async throws(ServiceError) -> IndexProgress? {
        try await perform(.renewIndexes) { try await begin(raisingBitsBy: raise) }
    }

    /// Lists the next subjects in the new plans, in one transaction.
    public func fillIndexPlan(batch: Int = indexBatch) async throws(ServiceError) -> IndexProgress? {
        try await perform(.renewIndexes) { try await fill(batch, with: vault.ring(adding: [.pii])) }
    }

    /// Lets look-ups read the new plans, once everybody is listed in them, and removes the old ones in batches.
    public func switchIndexPlan() async throws(ServiceError) -> IndexProgress? {
        try await perform(.renewIndexes) { try await switchAndRemove() }
    }
}

extension RecoveryService {
    /// Makes the plans that fit, for whoever was allowed what made them necessary.
    func renewAll(
        raisingBitsBy raise: Int?,
        _ report: @escaping @Sendable (IndexProgress) -> Void
    ) async throws -> IndexProgress? {
        // Plans that somebody was cut short with may not be the ones that fit by now.
        var last = try await finish(report)
        while try await begin(raisingBitsBy: raise) != nil { last = try await finish(report) ?? last }
        return last
    }

    /// Brings plans that were begun to their end.
    private func finish(_ report: @escaping @Sendable (IndexProgress) -> Void) async throws -> IndexProgress? {
        guard let renewal = try await store.read({ try $0.record(IndexRenewal.self, IndexRenewal.name) }) else {
            return nil
        }
        if renewal.stage == .filling, !renewal.isFilled {
            // Fetched once, not for every batch: a passphrase would be asked for each time.
            let ring = try vault.ring(adding: [.pii])
            while let progress = try await fill(Self.indexBatch, with: ring) {
                report(progress)
                if progress.isFilled { break }
            }
        }
        return try await switchAndRemove()
    }

    private func begin(raisingBitsBy raise: Int?) async throws -> IndexProgress? {
        if let raise, !(0...Self.mostRaisedBits).contains(raise) {
            throw ServiceError.invalidInput("bits are raised by 0 to \(Self.mostRaisedBits)")
        }
        if let known = try await store.read({ try plansToMake(raise, in: $0) }), known.isEmpty { return nil }
        return try await store.commit { transaction in
            let count = try transaction.vault.subjectCount()
            let position = try transaction.nextPosition + 1
            if let renewal = try transaction.record(IndexRenewal.self, IndexRenewal.name) {
                // Nothing changes, and what was asked for stands in the log all the same.
                return Recorded(progress(of: renewal, count, at: position), event("x.index.begin", renewal.done))
            }
            var setting = try transaction.record(IndexSetting.self, IndexSetting.name) ?? IndexSetting()
            if let raise {
                setting.raisedBits = raise
                try transaction.put(setting)
            }
            let changes = try plansToMake(raise, in: transaction) ?? []
            for plan in changes.compactMap(\.new) { try transaction.put(.indexPlan(plan)) }
            var renewal = IndexRenewal(
                changes: changes.map { .init(field: $0.field.code.rawValue, new: $0.new?.plan, old: $0.old) }
            )
            renewal.isFilled = changes.allSatisfy { $0.new == nil }
            try transaction.put(renewal)
            return Recorded(progress(of: renewal, count, at: position), event("x.index.begin", count))
        }
    }

    private struct PlanChange {
        let field: PersonField
        let new: IndexPlanRow?
        let old: [UInt32]
    }

    /// What does not fit, and what takes its place; `nil` while new plans are being made.
    private func plansToMake(_ raise: Int?, in reader: any StoreReader) throws -> [PlanChange]? {
        guard try reader.record(IndexRenewal.self, IndexRenewal.name) == nil else { return nil }
        let raised = try raise ?? reader.record(IndexSetting.self, IndexSetting.name)?.raisedBits ?? 0
        let bits = SubjectVault.bits(forSubjects: try reader.vault.subjectCount(), raisedBy: raised)
        let plans = try reader.vault.indexPlans()
        let wanted = try bits.map { try vault.plans($0, after: plans, areActive: false) } ?? []
        return PersonField.indexed.compactMap { field in
            let mine = plans.filter { $0.field == field.code.rawValue }
            let new = wanted.first { $0.field == field.code.rawValue }
            let fits = mine.contains {
                $0.isActive && $0.bits == new?.bits && $0.keyVersion == new?.keyVersion && $0.norm == new?.norm
            }
            guard !fits, new != nil || !mine.isEmpty else { return nil }
            return PlanChange(field: field, new: new, old: mine.map(\.plan))
        }
    }

    private func fill(_ batch: Int, with ring: KeyRing) async throws -> IndexProgress? {
        guard batch > 0 else { throw ServiceError.invalidInput("a batch has at least one subject") }
        guard try await store.read({ try $0.record(IndexRenewal.self, IndexRenewal.name) }) != nil else { return nil }
        return try await store.commit { transaction in
            guard var renewal = try transaction.record(IndexRenewal.self, IndexRenewal.name) else {
                throw ServiceError.conflict("the plans were made meanwhile")
            }
            let count = try transaction.vault.subjectCount()
            if renewal.stage == .filling, !renewal.isFilled {
                let plans = try transaction.vault.indexPlans().filter { plan in
                    renewal.changes.contains { $0.field == plan.field && $0.new == plan.plan }
                }
                let fields = PersonField.indexed.filter { field in plans.contains { $0.field == field.code.rawValue } }
                let parts = try transaction.vault.parts(
                    keyClass: SubjectKeyClass.personal.rawValue,
                    fields: fields.map(\.code.rawValue),
                    after: renewal.cursor.isEmpty ? nil : [UInt8](hexadecimal: renewal.cursor).orDamage("cursor"),
                    limit: batch
                )
                for part in parts {
                    let forms = try vault.forms(of: part, fields, ring: ring)
                    try vault.list(forms, of: part.subject, under: plans, in: transaction)
                }
                renewal.cursor = parts.last?.subject.hexadecimal ?? renewal.cursor
                renewal.done += parts.count
                renewal.isFilled = parts.count < batch
                try transaction.put(renewal)
            }
            let position = try transaction.nextPosition + 1
            return Recorded(progress(of: renewal, count, at: position), event("x.index.fill", renewal.done))
        }
    }

    private func switchAndRemove() async throws -> IndexProgress? {
        guard try await store.read({ try $0.record(IndexRenewal.self, IndexRenewal.name) }) != nil else { return nil }
        var (isOver, last) = try await store.commit { transaction -> Recorded<(Bool, IndexProgress)> in
            guard var renewal = try transaction.record(IndexRenewal.self, IndexRenewal.name), renewal.isFilled else {
                throw ServiceError.conflict("the new plans are not filled yet")
            }
            if renewal.stage == .filling {
                for plan in try transaction.vault.indexPlans() {
                    guard let change = renewal.changes.first(where: { $0.field == plan.field }) else { continue }
                    try transaction.put(.indexPlan(plan.turned(active: plan.plan == change.new)))
                }
                renewal.stage = .removing
                try transaction.put(renewal)
            }
            let count = try transaction.vault.subjectCount()
            let position = try transaction.nextPosition + 1
            return Recorded(
                (false, progress(of: renewal, count, at: position)),
                event("x.index.switch", renewal.changes.compactMap(\.new).count)
            )
        }
        while !isOver { (isOver, last) = try await remove() }
        return last
    }

    /// Removes rows of plans that nobody reads any more, and at the end the plans.
    private func remove() async throws -> (isOver: Bool, IndexProgress) {
        try await store.commit { transaction in
            guard let renewal = try transaction.record(IndexRenewal.self, IndexRenewal.name),
                renewal.stage == .removing
            else { throw ServiceError.conflict("the plans were made meanwhile") }
            var left = Self.removalBatch
            for change in renewal.changes {
                for plan in change.old where left > 0 {
                    left -= try transaction.removeIndexRows(field: change.field, plan: plan, limit: left)
                }
            }
            let isOver = left > 0
            if isOver {
                for change in renewal.changes {
                    for plan in change.old { try transaction.removeIndex(field: change.field, plan: plan) }
                }
                try transaction.remove(IndexRenewal.self, IndexRenewal.name)
            }
            let count = try transaction.vault.subjectCount()
            let position = try transaction.nextPosition + 1
            return Recorded(
                (isOver, progress(of: renewal, count, at: position)),
                event("x.index.remove", Self.removalBatch - left)
            )
        }
    }

    private func event(_ name: String, _ count: Int) -> AuditEvent {
        .event(name, ["count": .integer(Int64(count))], actor: caller.name)
    }

    private func progress(of renewal: IndexRenewal, _ count: Int, at position: UInt64) -> IndexProgress {
        IndexProgress(done: renewal.done, total: count, isFilled: renewal.isFilled, position: position)
    }

    private func view(
        of field: PersonField,
        _ plan: IndexPlanRow?,
        _ count: Int,
        _ raised: Int,
        in reader: any StoreReader
    ) throws -> IndexView {
        let load = try plan.map { try reader.vault.load(field: $0.field, plan: $0.plan) }
        let values = plan.map { 1 << Int($0.bits) } ?? 1
        return IndexView(
            field: field.rawValue,
            bits: plan.map { Int($0.bits) },
            plannedBits: SubjectVault.bits(forSubjects: count, raisedBy: 0),
            raisedBits: raised,
            keyVersion: plan?.keyVersion,
            subjects: load?.subjects ?? count,
            values: values,
            usedValues: load?.usedValues ?? min(count, 1),
            least: load.map { $0.usedValues < values ? 0 : $0.least } ?? count,
            averageThousandths: (load?.subjects ?? count) * 1000 / values,
            greatest: load?.greatest ?? count
        )
    }
}

extension IndexPlanRow {
    fileprivate func turned(active: Bool) -> IndexPlanRow {
        IndexPlanRow(plan: plan, field: field, keyVersion: keyVersion, norm: norm, bits: bits, isActive: active)
    }
}
