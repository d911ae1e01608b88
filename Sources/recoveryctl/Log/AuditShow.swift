import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryAudit
import RecoveryStore

struct AuditShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show records of the log, unverified. With --json, one object a line.",
        discussion: """
            Filters are joined: a record is shown if it meets all of them. The forms ndjson, ocsf and cef are views for \
            other programs, a line for each record: to go on where an earlier run ended, ask --from the position after it.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(name: .customLong("case"), help: "Those of one case.") var recoveryCase: CaseID?
    @Option(help: ArgumentHelp("From this position on.", valueName: "n")) var from: UInt64 = 0
    @Option(help: ArgumentHelp("Up to this position, which is included.", valueName: "n")) var to: UInt64?
    @Option(help: ArgumentHelp("Those of one event, such as verdict.give.", valueName: "name")) var event: String?
    @Option(help: ArgumentHelp("Those that one of the staff did or signed, or that are about them.", valueName: "name"))
    var person: StaffName?
    @Option(help: ArgumentHelp("From this moment on: 2026-03-01 or 2026-03-01T14:32:07Z.", valueName: "time"))
    var since: LogMoment?
    @Option(help: ArgumentHelp("Before this moment.", valueName: "time")) var until: LogMoment?
    @Option(help: "text, ndjson, ocsf (1.8.0) or cef. Default: text.") var form: LogForm?

    /// Records that are fetched at once.
    private static let page = 500

    func run() async throws {
        let form = form ?? (global.json ? .ndjson : .text)
        guard !global.json || form == .ndjson else { throw ValidationError("--json is --form ndjson.") }
        let (records, origin) = try await global.atLog { open, _ in
            (try await found(in: open.store), open.installation.origin.text)
        }
        try Terminal.answer(lines: form.lines(records, origin: origin))
        if records.isEmpty { Terminal.talk("no record of that kind") }
    }

    private func found(in store: SQLiteStore) async throws -> [ListedRecord] {
        let size = try await store.logSize()
        let end = min(to.map { $0 == .max ? $0 : $0 + 1 } ?? size, size)
        var records: [ListedRecord] = []
        var next = from
        while next < end {
            let part = try await store.records(in: next..<end, ofCase: recoveryCase?.text, limit: Self.page)
            records += part.filter(isWanted)
            guard let last = part.last, part.count == Self.page else { break }
            next = last.record.seq + 1
        }
        return records
    }

    private func isWanted(_ listed: ListedRecord) -> Bool {
        let time = listed.record.timeMicroseconds
        return (event.map { listed.name == $0 } ?? true)
            && (person.map { listed.people.contains($0.text) } ?? true)
            && (since.map { time >= $0.microseconds } ?? true)
            && (until.map { time < $0.microseconds } ?? true)
    }
}

/// A moment as people type it: a day, which begins at midnight UTC, or a time of RFC 3339 in UTC.
struct LogMoment: ExpressibleByArgument {
    let microseconds: UInt64

    init?(argument: String) {
        let whole = argument.count == 10 ? argument + "T00:00:00Z" : argument
        guard whole.utf8.allSatisfy({ $0 < 0x80 }), let date = try? Date(whole, strategy: .iso8601),
            date.timeIntervalSince1970 >= 0
        else { return nil }
        microseconds = UInt64(date.timeIntervalSince1970) * 1_000_000
    }
}
