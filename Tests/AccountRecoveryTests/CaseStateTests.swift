import Testing

@testable import AccountRecovery

@Suite struct CaseStateTests {
    /// `Docs/States.md`, written out. What is not here is refused.
    private static let table: [CaseState: [CaseEvent: CaseState]] = [
        .collecting: [
            .foundWanting: .collecting, .foundWaiting: .waiting, .foundGranted: .granted, .foundRefused: .refused,
            .altered: .collecting, .cancelled: .cancelled, .timedOut: .expired,
        ],
        .waiting: [
            .foundWanting: .collecting, .foundWaiting: .waiting, .foundGranted: .granted, .foundRefused: .refused,
            .altered: .collecting, .cancelled: .cancelled, .timedOut: .expired,
        ],
        .granted: [
            .altered: .collecting, .grantExpired: .collecting, .restoreBegun: .restoring, .cancelled: .cancelled,
            .timedOut: .expired, .revoked: .revoked,
        ],
        .restoring: [
            .restoreBegun: .restoring, .restoreDone: .restored, .restoreFailed: .refused, .revoked: .revoked,
        ],
        .restored: [.revoked: .revoked],
        .refused: [:], .cancelled: [:], .expired: [:], .revoked: [:],
    ]

    @Test(arguments: CaseState.allCases, CaseEvent.allCases)
    func `goes where the table says and nowhere else`(state: CaseState, event: CaseEvent) throws {
        let row = try #require(Self.table[state])
        #expect(state.after(event) == row[event])
    }

    @Test func `has nine states and twelve events`() {
        #expect(CaseState.allCases.count == 9 && CaseEvent.allCases.count == 12 && Self.table.count == 9)
    }

    @Test func `is over in five states`() {
        #expect(Set(CaseState.allCases.filter(\.isFinal)) == [.restored, .refused, .cancelled, .expired, .revoked])
    }

    @Test func `reaches restored through granted and restoring alone`() {
        for state in CaseState.allCases {
            for event in CaseEvent.allCases {
                if state.after(event) == .restored { #expect(state == .restoring) }
                if state.after(event) == .restoring { #expect(state == .granted || state == .restoring) }
                if state.after(event) == .granted { #expect(event == .foundGranted) }
            }
        }
    }

    @Test func `leaves no final state but by revoking what was restored`() {
        for state in CaseState.allCases where state.isFinal {
            for event in CaseEvent.allCases {
                guard let next = state.after(event) else { continue }
                #expect(state == .restored && event == .revoked && next == .revoked)
            }
        }
    }
}
