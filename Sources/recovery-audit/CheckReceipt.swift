import ArgumentParser
import Foundation
import RecoveryAudit
import RecoveryCrypto

struct CheckReceipt: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Check a receipt, a .tlog-proof file: that a record is in the log, without the log.",
        discussion: """
            Exits 0 if the record is in the log that the key names, 1 if the receipt proves something else, 2 if it is \
            not vouched for as asked, 3 if it says nothing of the record, and 64 if the command is wrong.
            """
    )

    @Argument(help: ArgumentHelp("The receipt.", valueName: "file")) var receipt: String
    @Option(help: ArgumentHelp("The trusted key of the log: one vkey line.", valueName: "file")) var vkey: String
    @Option(help: ArgumentHelp("The trusted witness policy.", valueName: "file")) var policy: String?
    @Option(help: ArgumentHelp("The entry, where the receipt carries none.", valueName: "file")) var entry: String?
    @Flag(help: "Call the receipt incomplete unless enough witnesses cosigned its checkpoint.")
    var requireAnchor = false
    @Flag(help: "Print the result as one line of JSON.") var json = false

    func run() throws {
        let log = try OptionFile(vkey).parsed(as: "a vkey line of a log") { bytes in
            VKey(file: bytes).flatMap { $0.identity == nil ? nil : $0 }
        }
        let policy = try policy.map { try OptionFile($0).parsed(as: "a witness policy") { WitnessPolicy(parsing: $0) } }
        let entry = try entry.map { try OptionFile($0).bytes }
        let bytes = try OptionFile(receipt).bytes
        let proven: ProvenRecord
        do throws(ReceiptError) {
            guard let receipt = InclusionReceipt(parsing: bytes) else { throw .malformed }
            let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
            proven = try receipt.prove(log: log, policy: policy, now: now, entry: entry)
        } catch {
            let (outcome, code) = error.judgement
            say(outcome, code, nil)
            throw ProgramExit(outcome)
        }
        guard proven.isWitnessed || !requireAnchor else {
            say(.incomplete, "unanchored", proven)
            throw ProgramExit.incomplete
        }
        say(.intact, nil, proven)
    }

    private func say(_ outcome: Outcome, _ code: String?, _ proven: ProvenRecord?) {
        guard !json else {
            let answer: JSONValue = [
                "code": code.map(JSONValue.string) ?? .null,
                "exit": .integer(Int64(outcome.exitCode)),
                "format": "rva/v1/receipt",
                "payload": proven.map { .object($0.payload) } ?? .null,
                "seq": proven.map { .integer(Int64(clamping: $0.record.seq)) } ?? .null,
                "size": proven.map { .integer(Int64(clamping: $0.checkpoint.size)) } ?? .null,
                "time_us": proven.map { .integer(Int64(clamping: $0.record.timeMicroseconds)) } ?? .null,
                "verdict": .string(outcome.rawValue),
                "witnessed": proven.map { .bool($0.isWitnessed) } ?? .null,
            ]
            return Terminal.answer(CanonicalJSON.writeLine(answer))
        }
        Terminal.answer(outcome.rawValue + (code.map { " " + $0 } ?? "") + "\n")
        guard let proven else { return }
        let time = Date(timeIntervalSince1970: Double(proven.record.timeMicroseconds / 1_000_000))
        Terminal.answer(
            """
            log        \(proven.checkpoint.checkpoint.origin.text)
            record     \(proven.record.seq) of \(proven.checkpoint.size)
            written    \(time.ISO8601Format())
            witnessed  \(proven.isWitnessed ? "yes" : "no")
            payload    \(String(decoding: CanonicalJSON.write(.object(proven.payload)), as: UTF8.self))

            """
        )
    }
}

extension ReceiptError {
    /// The verdict, with the codes of Docs/Specs/audit-log.md §13 where it has one.
    fileprivate var judgement: (Outcome, String) {
        switch self {
        case .malformed: (.tampered, "proof-malformed")
        case .checkpoint(.malformed): (.tampered, "checkpoint-malformed")
        case .checkpoint(.origin): (.tampered, "checkpoint-origin")
        case .checkpoint(.signature): (.tampered, "checkpoint-signature")
        case .entryMissing: (.unverifiable, "entry-missing")
        case .entry: (.tampered, "entry-malformed")
        case .inclusion: (.tampered, "proof-inclusion")
        }
    }
}
