import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryAudit
import RecoveryStore

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "The log: show, verify, prove, export, and have it witnessed.",
        subcommands: [
            AuditShow.self, AuditVerify.self, AuditProve.self, AuditExport.self, AuditHead.self, AuditAnchor.self,
        ]
    )
}

struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify the log where it lies, as an auditor would, against its outside head.",
        discussion:
            "Exits 0 if it is intact, 1 if it was tampered with, 2 if it is incomplete, 3 if that cannot be found out."
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: ArgumentHelp("An auditor's private key: then the MACs are checked, too.", valueName: "file"))
    var auditorKey: String?
    @Option(help: ArgumentHelp("The auditor's name.", valueName: "kid")) var auditorKid: String?

    func validate() throws {
        guard (auditorKey == nil) == (auditorKid == nil) else {
            throw ValidationError("--auditor-key and --auditor-kid go together.")
        }
    }

    func run() async throws {
        let verdict = try await global.atLog { open, _ in
            var options = VerificationOptions(now: open.parts.clock.now())
            options.heads = FileManager.default.contents(atPath: open.folder.head).map { [[UInt8]($0)] } ?? []
            if let auditorKey, let auditorKid {
                options.auditor = try AuditorKey(kid: auditorKid, readingFrom: absolutePath(of: auditorKey))
            }
            return try await open.store.verifyLog(options)
        }
        let text = global.json ? String(decoding: verdict.json, as: UTF8.self) : verdict.text
        try Terminal.answer(text.trimmingCharacters(in: .newlines))
        guard let exit = Exit(rawValue: verdict.outcome.exitCode) else { throw Exit.fault }
        if exit != .done { throw exit }
    }
}

struct AuditExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Export the log for auditors, into a new folder. The export is recorded."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A folder that does not exist.") var directory: String

    private struct Answer: Encodable {
        let bundle: String
        let records: UInt64
    }

    func run() async throws {
        let path = absolutePath(of: directory)
        let count = try await global.atLog { open, name in
            try await open.store.exportBundle(to: path, actor: name?.text ?? "operator")
        }
        try global.answer(Answer(bundle: path, records: count)) {
            try Terminal.answer("exported \(count) records to \(path)")
            Terminal.talk(
                "  next: an auditor: recovery-audit verify \(quoted(path)) --auditor-key FILE --auditor-kid NAME"
            )
        }
    }
}

struct AuditShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show records of the log, unverified. With --json, one object a line."
    )

    @OptionGroup var global: GlobalOptions
    @Option(name: .customLong("case"), help: "Those of one case.") var recoveryCase: CaseID?
    @Option(help: ArgumentHelp("From this position on.", valueName: "n")) var from: UInt64 = 0
    @Option(help: ArgumentHelp("Up to this position, which is included.", valueName: "n")) var to: UInt64?
    @Option(help: ArgumentHelp("Those of one event, such as verdict.give.", valueName: "name")) var event: String?

    /// Records that are fetched at once.
    private static let page = 500

    func run() async throws {
        let records = try await global.atLog { open, _ in
            let size = try await open.store.logSize()
            let end = min(to.map { $0 == .max ? $0 : $0 + 1 } ?? size, size)
            var records: [ListedRecord] = []
            var next = from
            while next < end {
                let part = try await open.store.records(in: next..<end, ofCase: recoveryCase?.text, limit: Self.page)
                records += part.filter { event == nil || $0.payload?["event"]?.string == event }
                guard let last = part.last, part.count == Self.page else { break }
                next = last.record.seq + 1
            }
            return records
        }
        if global.json {
            let lines = records.map { String(decoding: CanonicalJSON.write($0.value), as: UTF8.self) }
            try Terminal.answer(lines: lines)
        } else {
            try Terminal.answer(lines: Table.lines(records.map(\.row)))
        }
        if records.isEmpty { Terminal.talk("no record of that kind") }
    }
}

extension ListedRecord {
    /// What the record is called: its event, or its type.
    var name: String {
        payload?["event"]?.string ?? record.recordType.map { "\($0)" } ?? "type \(record.type)"
    }

    /// The record as one object.
    var value: JSONValue {
        [
            "epoch": .integer(Int64(record.epoch)),
            "payload": payload.map(JSONValue.object) ?? .null,
            "seq": .integer(Int64(clamping: record.seq)),
            "time_us": .integer(Int64(clamping: record.timeMicroseconds)),
            "type": .string(record.recordType.map { "\($0)" } ?? "\(record.type)"),
        ]
    }

    /// Position, time, name, and the rest of the payload as words.
    var row: [String] {
        let members = payload?.members.filter { $0.key != "event" } ?? []
        let words = members.map { "\($0.key)=\(Self.short($0.value))" }
        let time = Moment.stamp(Int64(clamping: record.timeMicroseconds / 1_000_000))
        return ["\(record.seq)", time, name, words.joined(separator: " ")]
    }

    /// Longer words are digests, keys and signatures: their beginning tells them apart.
    private static func short(_ value: JSONValue) -> String {
        let text = value.string ?? String(decoding: CanonicalJSON.write(value), as: UTF8.self)
        return text.count > 40 ? text.prefix(16) + "…" : text
    }
}
