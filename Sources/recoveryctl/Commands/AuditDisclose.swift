import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryStore

struct AuditDisclose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disclose",
        abstract: "Open the private values of one case for an auditor, beside a bundle that was exported. On record.",
        discussion: """
            Writes DIR/disclosed.jsonl, which holds personal data: hand it to that auditor alone. With it recovery-audit \
            verify shows that these are the values that were logged, and says of the others nothing.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The folder of an exported bundle.") var directory: String
    @Option(name: .customLong("case"), help: "The case.") var recoveryCase: CaseID
    @Option(
        name: .customLong("field"),
        help: ArgumentHelp(
            "Which private value, such as note. Repeat it for several; without it, all.",
            valueName: "name"
        )
    )
    var fields: [String] = []
    @Option(help: "Why, in a word that the log keeps.") var purpose = "audit"

    private struct Answer: Encodable {
        let recoveryCase: String
        let fields: [String]
        let file: String
        let position: UInt64
        let values: Int

        enum CodingKeys: String, CodingKey {
            case recoveryCase = "case"
            case fields, file, position, values
        }
    }

    /// Bytes of a signed note at most (`Docs/Specs/audit-log.md` §10.1).
    private static let longestNote = 65_536

    func run() async throws {
        let place = try NewFile("\(directory)/disclosed.jsonl")
        let note = try checkpoint()
        let disclosed = try await global.atDesk { session in
            let size = try await session.installation.store.size(coveredBy: note)
            do {
                return try await session.desk.disclose(
                    DisclosureRequest(
                        recoveryCase: recoveryCase,
                        fields: Set(fields),
                        purpose: purpose,
                        size: size
                    )
                )
            } catch ServiceError.notFound {
                throw Failure(
                    .notFound,
                    "nothing-private",
                    "the bundle has no such private value of \(recoveryCase.text)",
                    cure: "what was written after an export is in the next one; what was erased is gone"
                )
            }
        }
        try disclosed.lines.write(toNewFileAt: place.path)
        let answer = Answer(
            recoveryCase: recoveryCase.text,
            fields: disclosed.fields,
            file: place.path,
            position: disclosed.position,
            values: disclosed.count
        )
        try global.answer(answer) {
            let names = disclosed.fields.joined(separator: ", ")
            try Terminal.answer(
                "disclosed \(disclosed.count) of \(recoveryCase.text) (\(names)) to \(place.path), log position "
                    + "\(disclosed.position)"
            )
            Terminal.talk("  it is personal data: hand it to the auditor who asked, and remove it here")
        }
    }

    private func checkpoint() throws -> [UInt8] {
        let path = absolutePath(of: directory) + "/checkpoint"
        let handle = FileHandle(forReadingAtPath: path)
        guard let data = try? handle?.read(upToCount: Self.longestNote + 1), data.count <= Self.longestNote else {
            throw Failure(
                .usage,
                "no-bundle",
                "\(directory) is no exported bundle",
                cure: "\(global.command()) audit export DIR makes one"
            )
        }
        return [UInt8](data)
    }
}
