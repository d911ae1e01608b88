import AccountRecovery
import ArgumentParser
import RecoveryAudit
import RecoveryStore

struct AuditProve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Write a receipt for every grant of a case: proof that it was logged, for whoever has the log's key.",
        discussion: """
            A receipt is a .tlog-proof file. It carries the record of the grant, its way to the root of the log's tree, \
            and the signed checkpoint. recovery-audit receipt checks it, and so can any program that knows the format.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The case.") var recoveryCase: CaseID
    @Option(help: ArgumentHelp("The folder for the files, which are new.", valueName: "dir")) var out = "."

    private struct Answer: Encodable {
        let recoveryCase: String
        let size: UInt64
        let receipts: [Receipt]

        enum CodingKeys: String, CodingKey {
            case recoveryCase = "case"
            case size, receipts
        }
    }

    private struct Receipt: Encodable {
        let seq: UInt64
        let file: String
    }

    /// More records than one case can have.
    private static let most = 100_000

    func run() async throws {
        let (receipts, size, keyFile) = try await global.atLog { open, _ in
            let size = try await open.store.logSize()
            let records = try await open.store.records(in: 0..<size, ofCase: recoveryCase.text, limit: Self.most)
            let grants = records.filter { $0.payload?["event"]?.string == "grant.issue" }.map(\.record.seq)
            guard !grants.isEmpty else {
                throw Failure(
                    .notFound,
                    "no-grant",
                    "the log has no grant of \(recoveryCase.text)",
                    cure: "\(global.command()) audit show --case \(recoveryCase.text) tells what it has"
                )
            }
            return (try await open.store.receipts(of: grants), size, open.folder.logVerifier)
        }
        // All places first: half of the receipts would look like all of them.
        let places = try receipts.map { try NewFile("\(out)/\(recoveryCase.text)-\($0.index).tlog-proof") }
        for (receipt, place) in zip(receipts, places) {
            var bytes = receipt.bytes
            try SecretText(wiping: &bytes).write(toNewFileAt: place.path)
        }
        let files = zip(receipts, places).map { Receipt(seq: $0.index, file: $1.path) }
        try global.answer(Answer(recoveryCase: recoveryCase.text, size: size, receipts: files)) {
            for file in files { try Terminal.answer("grant at record \(file.seq) of \(size): \(file.file)") }
            Terminal.talk("  next: anybody: recovery-audit receipt FILE --vkey \(quoted(keyFile))")
        }
    }
}
