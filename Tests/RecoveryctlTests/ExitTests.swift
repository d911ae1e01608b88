import AccountRecovery
import Foundation
import RecoveryTestSupport
import Testing

@testable import recoveryctl

@Suite struct ExitTests {
    @Test func `is documented as it is`() throws {
        let path = VectorFile.folder.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Docs/ExitCodes.md")
        #expect(try String(contentsOf: path, encoding: .utf8) == Exit.document + "\n")
    }

    private struct Known: Decodable {
        let codes: [Row]

        struct Row: Decodable {
            let code: Int32
            let name: String
        }
    }

    @Test func `keeps the meaning of every code`() throws {
        let known = try VectorFile.decode(Known.self, from: "ours-exit-codes.json").codes
        try #require(known.count == 23)
        #expect(known.map(\.code) == Exit.allCases.map(\.rawValue))
        #expect(known.map(\.name) == Exit.allCases.map { "\($0)" })
    }

    @Test(
        arguments: [
            (ServiceError.notFound, 6), (.notAllowed("x"), 5), (.wrongState(.restored), 14),
            (.invalidClaim(field: "x", reason: "y"), 64), (.invalidInput("x"), 64), (.checkFailed, 1),
            (.limited(retryAfter: 30), 13), (.limited(retryAfter: nil), 13), (.conflict("x"), 14), (.exists("x"), 14),
            (.outcomeUnknown("x"), 15), (.sealed("x"), 2), (.fault("x"), 70), (.store(.owned(by: "x")), 75),
            (.store(.full), 19), (.store(.inputOutput("x")), 74), (.store(.corrupt("x")), 18),
            (.store(.rolledBack("x")), 17),
            (.store(.clockBehind(seconds: 9)), 16), (.store(.refused("x")), 74),
        ] as [(ServiceError, Int32)]
    )
    func `follows from what the service said`(error: ServiceError, code: Int32) {
        #expect(Failure(error).exit.rawValue == code)
    }

    @Test(
        arguments: [
            (DecisionView.Outcome.granted, 0), (.needs, 11), (.waiting, 12), (.refused, 10),
        ] as [(DecisionView.Outcome, Int32)]
    )
    func `tells a decision`(outcome: DecisionView.Outcome, code: Int32) {
        #expect(Exit(outcome).rawValue == code)
    }
}
