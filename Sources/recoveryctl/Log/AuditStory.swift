import AccountRecovery
import ArgumentParser
import RecoveryAudit
import RecoveryStore

struct AuditStory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "story",
        abstract: "Tell what happened in a case, from the log, in sentences. Unverified, as show is."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The case.") var name: CaseID

    private struct Answer: Encodable {
        struct Sentence: Encodable {
            let position: UInt64
            let timeS: Int64
            let text: String
        }

        let `case`: String
        let sentences: [Sentence]
    }

    func run() async throws {
        let records = try await global.atLog { open, _ in
            let size = try await open.store.logSize()
            return try await open.store.records(in: 0..<size, ofCase: name.text, limit: .max)
        }
        guard !records.isEmpty else {
            throw Failure(
                .notFound,
                "no-case",
                "the log has no case \(name.text)",
                cure: "see those that it has: recoveryctl case list --all"
            )
        }
        let answer = Answer(
            case: name.text,
            sentences: records.map {
                .init(position: $0.record.seq, timeS: $0.seconds, text: LogForm.oneLine(CaseStory.sentence(of: $0)))
            }
        )
        try global.answer(answer) {
            var day = ""
            var lines: [String] = []
            for sentence in answer.sentences {
                let moment = Moment.dateAndTime(sentence.timeS)
                if moment.prefix(10) != day {
                    day = String(moment.prefix(10))
                    lines.append("\(day), UTC")
                }
                lines.append("  \(moment.dropFirst(11))  \(sentence.text)")
            }
            try Terminal.answer(lines: ["Case \(answer.case)"] + lines)
        }
    }
}
