import Foundation
import RecoveryAudit
import Testing

@testable import RecoveryTestSupport

/// A log with two histories, both signed, before one witness (audit-log.md §14, the row of the witness): it signs one of
/// them, whatever comes between.
@Suite struct WitnessedForkTests {
    private static let size = 27

    /// What a witness's folder holds: its key, the key of the log, and the requests of both histories.
    private struct Bench {
        let session: SessionFolder

        init() throws {
            session = try SessionFolder()
            let keygen = ["witness", "keygen", "--name", "w.example/1", "--out", "w.key"]
            try #require(try AuditorProgram.answer(keygen, in: session).code == 0)
            var one = try Forgery()
            one.cosigns = false
            var other = one
            try other.replacePayload(26) { _ in ["event": "audit.full", "free": 1] }
            try write(one.bundle.files["log.vkey"] ?? [], to: "log.vkey")
            for (name, history) in [("one", one), ("other", other)] {
                let note = try history.note(size: WitnessedForkTests.size, root: history.root(WitnessedForkTests.size))
                    .bytes
                for old in [0, UInt64(WitnessedForkTests.size)] {
                    let request = AddCheckpoint(old: old, proof: [], checkpoint: note)
                    try write(request.bytes, to: "\(name)-after-\(old)")
                }
            }
        }

        private func write(_ bytes: [UInt8], to name: String) throws {
            try Data(bytes).write(to: session.url.appending(path: name))
        }

        func words(_ history: String, after old: Int = 0, state: String = "seen") -> [String] {
            ["witness", "sign", "\(history)-after-\(old)", "--name", "w.example/1", "--key", "w.key"]
                + ["--log", "log.vkey", "--state", state]
        }

        func answer(_ history: String, after old: Int = 0, state: String = "seen") throws -> Program.Answer {
            try AuditorProgram.answer(words(history, after: old, state: state), in: session)
        }

        func forget() {
            for name in ["seen", "seen.lock"] {
                try? FileManager.default.removeItem(at: session.url.appending(path: name))
            }
        }
    }

    /// Two processes that both found no lock once made one each, in the same place, and both histories were signed.
    @Test func `lets one of two histories win that are shown to it at once`() throws {
        let bench = try Bench()
        defer { bench.session.discard() }
        var winners: Set<Int> = []
        for round in 0..<10 {
            bench.forget()
            let histories = round.isMultiple(of: 2) ? ["one", "other"] : ["other", "one"]
            let started = try histories.map { try AuditorProgram.start(bench.words($0), in: bench.session) }
            let answers = try started.map { try $0.answer() }
            let signed = answers.indices.filter {
                answers[$0].code == 0 && answers[$0].stdout.hasPrefix("— w.example/1 ")
            }
            try #require(signed.count == 1, "\(answers)")
            let loser = answers[1 - signed[0]]
            #expect(loser.code == 1 && loser.stdout == "27\n" && loser.stderr.contains("not signed: 409"))
            winners.insert(signed[0])
            // The one that was signed is signed again, and the other never, however it is asked.
            #expect(try bench.answer(histories[signed[0]], after: Self.size).code == 0)
            #expect(try bench.answer(histories[1 - signed[0]], after: Self.size).stdout == "27\n")
        }
        #expect(!winners.isEmpty)
    }

    @Test func `signs both histories if it does not share what it saw`() throws {
        let bench = try Bench()
        defer { bench.session.discard() }
        for (history, state) in [("one", "here"), ("other", "there")] {
            #expect(try bench.answer(history, state: state).code == 0)
        }
    }

    @Test func `signs what it is asked again after a kill, and nothing beside what it signed`() throws {
        let bench = try Bench()
        defer { bench.session.discard() }
        let list = bench.session.outputs.appending(path: "calls")
        _ = try AuditorProgram.start(
            bench.words("one"),
            in: bench.session,
            environment: FaultInjector.environment(.all, nil, list: list)
        ).answer()
        let calls = try ListedCall.all(in: list).count
        try #require(calls >= 5, "\(calls)")
        var (killed, kept, answered) = (0, 0, 0)
        for number in 1...calls {
            for deed in [Fault.Deed.killBefore, .killAfter] {
                bench.forget()
                let fault = Fault(calls: .all, at: number, deed: deed)
                let ending = try AuditorProgram.start(
                    bench.words("one"),
                    in: bench.session,
                    environment: FaultInjector.environment(.all, fault, list: list)
                ).ending()
                if ending.signal == SIGKILL { killed += 1 }
                let hasSigned = !ending.answer.stdout.isEmpty
                // It is asked as before; what it says it saw is what it is asked from next.
                var again = try bench.answer("one")
                let hasSeen = again.stdout == "\(Self.size)\n"
                if hasSeen { again = try bench.answer("one", after: Self.size) }
                #expect(again.code == 0 && again.stdout.hasPrefix("— w.example/1 "), "\(fault)")
                #expect(hasSeen || !hasSigned, "\(fault): it signed before it kept what it signed")
                #expect(try bench.answer("other", after: Self.size).code == 1, "\(fault)")
                kept += hasSeen ? 1 : 0
                answered += hasSigned ? 1 : 0
            }
        }
        // Kills on both sides of what it keeps, and after the answer, or nothing was risked.
        try #require(killed >= 2 * calls - 2 && kept > answered && answered > 0 && kept < killed, "\(killed) \(kept)")
    }
}
