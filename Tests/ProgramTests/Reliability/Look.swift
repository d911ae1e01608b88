import Foundation
import RecoveryAudit
import RecoveryPolicy
import RecoveryStore
import Testing

@testable import AccountRecovery
@testable import recoveryctl

/// What a data directory says of itself when it is opened: the log, the directory and the cases.
struct Look: Sendable {
    let records: [ListedRecord]
    let changes: [DirectoryChange]
    let account: DirectoryAccount?
    let cases: [RecoveryCase]
    let orders: [StandingOrder]
    let approvals: Int
    /// What the verifier says of the log, with the outside head.
    let verdict: Outcome

    /// Opens the data directory as the next process would, and changes nothing.
    ///
    /// - Throws: `StoreError` if it does not open, or a page of the database is not what it has to be.
    init(at scene: Scene) async throws {
        let folder = DataFolder(try scene.folder.place(Scene.data).path)
        self = try await OpenInstallation.with(folder) { open in
            var options = VerificationOptions(now: open.parts.clock.now())
            options.heads = FileManager.default.contents(atPath: folder.head).map { [[UInt8]($0)] } ?? []
            try await open.store.verifyPages()
            let changes = try await open.parts.directory.changes(after: 0)
            let (cases, orders, approvals) = try await open.store.read { reader in
                (
                    try reader.records(RecoveryCase.self), try reader.records(StandingOrder.self),
                    try reader.records(RecordedApproval.self).count
                )
            }
            var account: DirectoryAccount?
            if let subject = changes.last?.subject { account = try await open.parts.directory.account(subject) }
            return Look(
                records: try await open.store.records(in: 0..<UInt64.max),
                changes: changes,
                account: account,
                cases: cases,
                orders: orders,
                approvals: approvals,
                verdict: try await open.store.verifyLog(options).outcome
            )
        }
    }

    private init(
        records: [ListedRecord],
        changes: [DirectoryChange],
        account: DirectoryAccount?,
        cases: [RecoveryCase],
        orders: [StandingOrder],
        approvals: Int,
        verdict: Outcome
    ) {
        self.records = records
        self.changes = changes
        self.account = account
        self.cases = cases
        self.orders = orders
        self.approvals = approvals
        self.verdict = verdict
    }

    /// Where everything stands, in words that two runs of one command have in common.
    var standing: String {
        let cases = cases.map { "\($0.state.rawValue) \($0.evidence.map(\.check.name).sorted())" }.sorted()
        return "\(cases), \(approvals) approved, locked: \(account?.lockReason ?? "no")"
    }

    /// The names of the events that the log holds, by position.
    func event(at position: UInt64) -> String? {
        records.first { $0.record.seq == position }?.payload?["event"]?.string
    }
}
