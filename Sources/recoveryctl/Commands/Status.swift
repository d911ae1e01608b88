import AccountRecovery
import ArgumentParser
import RecoveryStore

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "One screen: the log, the policy, what is open, what waits. Exits 2 if the keys do not fit."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let summary = try await global.open { try await Summary(of: $0) }
        try global.answer(summary) {
            let rows = [
                ["data", summary.data],
                ["log", "\(summary.origin), \(summary.logPosition) records"],
                ["policy", summary.policy],
                ["staff", "\(summary.staff)"],
                ["customers", "\(summary.customers)"],
                ["cases", "\(summary.openCases) open, \(summary.waitingForApproval) wait for an approval"],
                ["outbox", "\(summary.noticesDue) notices wait"],
                ["directory", "\(summary.unknownOutcomes) outcomes unknown, \(summary.orphans) orphans"],
            ]
            try Terminal.answer(lines: Table.lines(rows))
            let who = global.command(as: "NAME")
            if summary.waitingForApproval > 0 { Terminal.talk("  next: \(who) approval list") }
            if summary.noticesDue > 0 { Terminal.talk("  next: \(who) connector deliver") }
            if summary.unknownOutcomes > 0 {
                Terminal.talk("  next: \(who) case restore CASE asks the directory again")
            }
            if summary.orphans > 0 { Terminal.talk("  next: \(who) connector reconcile") }
        }
    }
}

/// What an operator wants to know first. Reads only.
struct Summary: Encodable, Sendable {
    let data: String
    let origin: String
    let logPosition: UInt64
    let policy: String
    let staff: Int
    let customers: Int
    let openCases: Int
    let waitingForApproval: Int
    let noticesDue: Int
    let unknownOutcomes: Int
    /// Changes in the directory that nobody ordered, whether or not a reconciliation has said so.
    let orphans: Int

    init(of open: OpenInstallation) async throws {
        let stored = try await open.policyInForce()
        let changes = try await open.parts.directory.changes(after: 0)
        data = open.folder.root
        origin = open.parts.origin
        policy = "\(stored.name) \(stored.version), \(stored.digest.prefix(16))…"
        let counts = try await open.store.read { reader in
            let cases = try reader.records(RecoveryCase.self).filter { !$0.state.isFinal }
            let orders = try reader.records(StandingOrder.self)
            let known = Dictionary(orders.map { ($0.key, $0) }) { first, _ in first }
            return Counts(
                position: try reader.nextPosition,
                staff: try reader.records(StaffMember.self).count { $0.revokedAt == nil },
                customers: try reader.vault.subjectCount(),
                cases: cases.count,
                waiting: cases.count { $0.state == .waiting },
                notices: try reader.records(Notice.self).count { $0.nextTry != nil },
                unknown: orders.count { $0.outcome == .unknown },
                orphans: changes.count { change in
                    guard let order = change.key.flatMap({ known[$0] }) else { return true }
                    return order.action.word != change.action || order.subject != change.subject
                }
            )
        }
        logPosition = counts.position
        staff = counts.staff
        customers = counts.customers
        openCases = counts.cases
        waitingForApproval = counts.waiting
        noticesDue = counts.notices
        unknownOutcomes = counts.unknown
        orphans = counts.orphans
    }

    /// One consistent state of the store.
    private struct Counts: Sendable {
        let position: UInt64
        let staff, customers, cases, waiting, notices, unknown, orphans: Int
    }
}
