import RecoveryAudit
import RecoveryStore

@testable import AccountRecovery

/// A promise that did not hold after a fault.
enum Breach: Hashable {
    /// The next start refused, or found the log to be something else than intact.
    case notVerified(code: Int32, said: String)
    /// Records that were there before the command are gone or are others.
    case lostRecords
    /// The command said on standard output that it was done, and it is not.
    case lostAcknowledgement
    /// The directory was changed, and the log did not announce it.
    case changeWithoutRecord
    /// The log says that the directory did something, or that a case was restored, and it is not so.
    case recordWithoutChange
    /// Something between the state before and the state after, for which there is no word.
    case halfDone(String)
    /// It did not end as the documents say that it does after such a fault.
    case ended(code: Int32, said: String)
    /// Asked again, it neither did it nor said why not.
    case notRepeated(code: Int32, said: String)
    /// A file was synced again after a sync of it failed.
    case retriedSync(String)
    /// It went on as if nothing had happened after a sync failed.
    case wentOnAfterFailedSync(String)
}

extension Look {
    /// What contradicts itself in this state, or has lost what was there before.
    func breaches(since before: Look) -> [Breach] {
        var breaches: [Breach] = []
        let kept = records.prefix(before.records.count)
        if kept.map(\.record.entry) != before.records.map(\.record.entry) { breaches.append(.lostRecords) }
        // Every change rests on an order that the log announced.
        for change in changes {
            let order = orders.first { $0.key == change.key }
            let announced = order.flatMap { event(at: $0.position) }
            if !Self.announcements.contains(announced ?? "") { breaches.append(.changeWithoutRecord) }
        }
        let made = Set(changes.compactMap(\.key))
        let results = records.filter { $0.payload?["event"]?.string == "account.result" }
        for result in results where result.payload?["result"]?.string == "ok" {
            let intent = result.payload?["intent"]?.integer
            let order = orders.first { Int64(clamping: $0.position) == intent }
            if order.map({ made.contains($0.key) }) != true { breaches.append(.recordWithoutChange) }
        }
        for order in orders where order.outcome == .done && !made.contains(order.key) {
            breaches.append(.recordWithoutChange)
        }
        let isLocked = changes.last { $0.action == "lock" || $0.action == "unlock" }?.action == "lock"
        if (account?.lockReason != nil) != isLocked { breaches.append(.changeWithoutRecord) }
        let isRestored = cases.contains { $0.state == .restored }
        let isSaidSo = Act.recovery.last.map { $0.isDone(in: records) } ?? false
        if isRestored != isSaidSo || (isRestored && isLocked) { breaches.append(.recordWithoutChange) }
        if changes.count(where: { $0.action == "unlock" }) > 1 { breaches.append(.changeWithoutRecord) }
        return breaches
    }

    /// The events that announce an order to the directory, of those that a recovery and its desk make.
    private static let announcements: Set = ["account.intent", "x.account.lock", "x.enrol.order"]

    /// The records that came after those of another state.
    func records(since before: Look) -> ArraySlice<ListedRecord> {
        records.dropFirst(before.records.count)
    }
}
