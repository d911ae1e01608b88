import AccountRecovery
import ArgumentParser
import Foundation

struct AccountImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import customers from a file of JSON lines: all of them or none.",
        discussion: """
            Fields: account, name, date_of_birth, email, phone, country, address, national_id, language, stake. Only \
            account is required. A line that cannot be read is refused with file, line and field, never with its value.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "One JSON object a line. - is standard input.") var file: String
    @Flag(help: "Leave out what cannot be read, and list it.") var skipBad = false

    func run() async throws {
        let lines = try ImportFile(file)
        guard lines.refusals.isEmpty || skipBad else { return try refuse(lines.refusals) }
        let progress = Progress(of: lines.accounts.count, "customers")
        defer { progress.end() }
        let answer: ImportAnswer
        do {
            answer = try await global.atDesk { session in
                try await session.desk.importAccounts(lines.accounts, skippingBad: skipBad) { progress.show($0) }
            }
        } catch ServiceError.unreadable(let refusals) {
            return try refuse(refusals)
        }
        let skipped = (lines.refusals + answer.skipped).sorted { $0.line < $1.line }
        try global.answer(Answer(imported: answer.imported, skipped: skipped, position: answer.position)) {
            try Terminal.answer(
                "imported \(answer.imported), skipped \(skipped.count), log position \(answer.position)"
            )
            // Nobody can ask again which they were: all of them, however many.
            list(skipped, atMost: .max)
            Terminal.talk("  next: \(global.command(as: global.actor)) account enrol ACCOUNT totp --uri-file FILE")
        }
    }

    /// Lines that are listed in words when nothing was imported, and they can be asked for again.
    private static let mostListed = 50

    private struct Answer: Encodable {
        let imported: Int
        let skipped: [ImportRefusal]
        let position: UInt64
    }

    private func refuse(_ refusals: [ImportRefusal]) throws {
        try global.answer(Answer(imported: 0, skipped: refusals, position: 0)) {
            list(refusals, atMost: Self.mostListed)
        }
        Terminal.talk("recoveryctl: nothing was imported: \(refusals.count) lines cannot be read [import-refused]")
        Terminal.talk("  → mend them, or leave them out with --skip-bad")
        throw Exit.failed
    }

    private func list(_ refusals: [ImportRefusal], atMost most: Int) {
        for refusal in refusals.prefix(most) {
            Terminal.talk("\(file):\(refusal.line): \(refusal.field): \(refusal.reason)")
        }
        let more = refusals.count - most
        if more > 0 { Terminal.talk("and \(more) more; --json lists them all") }
    }
}

/// The customers of a file, and the lines that are none.
private struct ImportFile {
    private(set) var accounts: [NewAccount] = []
    private(set) var refusals: [ImportRefusal] = []

    /// Bytes: some fifty thousand customers.
    private static let largest = 64 << 20

    init(_ path: String) throws {
        let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
        guard let handle, let data = try? handle.read(upToCount: Self.largest + 1) else {
            throw Failure(.usage, "no-file", "\(path) cannot be read")
        }
        guard data.count <= Self.largest else {
            throw Failure(
                .usage,
                "too-large",
                "\(path) has more than \(Self.largest >> 20) MiB",
                cure: "split the file"
            )
        }
        for (index, line) in data.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            guard !line.allSatisfy({ $0 == 13 || $0 == 32 }) else { continue }
            do throws(ImportLine.Refusal) {
                accounts.append(try ImportLine(line, number: index + 1).account)
            } catch {
                refusals.append(ImportRefusal(line: index + 1, field: error.field, reason: error.reason))
            }
        }
        guard !accounts.isEmpty || !refusals.isEmpty else {
            throw Failure(.usage, "empty", "\(path) holds no customers")
        }
    }
}
