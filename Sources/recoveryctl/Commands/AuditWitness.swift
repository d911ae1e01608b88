import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryAudit
import RecoveryStore

struct AuditHead: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head",
        abstract: "Print the newest checkpoint, to be kept outside, or the request for a witness or for a time stamp.",
        discussion: """
            Whoever keeps a checkpoint can show later that the log still begins with it. A witness keeps one for you and \
            signs the next only if it extends it: recovery-audit witness takes the request of --old, and audit anchor its answer.

            An authority for time stamps (RFC 3161) signs by when a checkpoint was there, and keeps nothing. Send it what \
            --time-stamp-query wrote, and give its answer to audit anchor --token:
              curl -H 'Content-Type: application/timestamp-query' --data-binary @head.tsq \
            https://tsa.example.org/ > head.tsr
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(
        help: ArgumentHelp("Print a request to a witness that saw so many records last; 0 for none.", valueName: "size")
    )
    var old: UInt64?
    @Option(
        help: ArgumentHelp("Write a request for a time stamp to a new file, and print nothing else.", valueName: "file")
    )
    var timeStampQuery: String?

    private struct Answer: Encodable {
        let head: String
    }

    private struct Written: Encodable {
        let file: String
        let size: UInt64
    }

    func validate() throws {
        guard old == nil || timeStampQuery == nil else {
            throw ValidationError("--old and --time-stamp-query are different requests: ask for one at a time.")
        }
    }

    func run() async throws {
        if let timeStampQuery { return try await write(toNewFileAt: timeStampQuery) }
        let bytes = try await global.atLog { open, _ in
            if let old {
                try await open.store.request(toWitnessOf: old).bytes
            } else {
                try await open.store.checkpoint()
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        try global.answer(Answer(head: text)) { try Terminal.answer(text.trimmingCharacters(in: .newlines)) }
    }

    private func write(toNewFileAt path: String) async throws {
        let place = try NewFile(path)
        var (size, query) = try await global.atLog { open, _ in try await open.store.timeStampQuery() }
        try SecretText(wiping: &query).write(toNewFileAt: place.path)
        try global.answer(Written(file: place.path, size: size)) {
            try Terminal.answer("request for a time stamp of the first \(size) records: \(place.path)")
            let next = global.command(as: global.actor)
            Terminal.talk("  next: send it to an authority as application/timestamp-query, then with what it answers:")
            Terminal.talk("  \(next) audit anchor --token FILE --tsa-ca FILE")
        }
    }
}

struct AuditAnchor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anchor",
        abstract: "Keep what witnesses or an authority for time stamps signed, and write it back into the log.",
        discussion: """
            The lines of witnesses need --policy. The answer of an authority for time stamps is --token, and is written only \
            if it is over a checkpoint of this log and verifies under --tsa-ca.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A file with the lines that witnesses answered.") var cosignatures: String?
    @Option(help: ArgumentHelp("The witnesses that are known, and how many suffice.", valueName: "file"))
    var policy: String?
    @Option(help: ArgumentHelp("The answer of an authority for time stamps: a .tsr file.", valueName: "file"))
    var token: String?
    @Option(help: ArgumentHelp("The certificates of trusted authorities, in PEM.", valueName: "file"))
    var tsaCa: String?

    private struct Answer: Encodable {
        let size: UInt64
        let witnesses: [String]
        let quorum: Bool
    }

    func validate() throws {
        guard (cosignatures == nil) == (policy == nil) else {
            throw ValidationError("The lines of witnesses and --policy go together.")
        }
        guard (token == nil) == (tsaCa == nil) else { throw ValidationError("--token and --tsa-ca go together.") }
        guard (cosignatures == nil) != (token == nil) else {
            throw ValidationError("Name the lines of witnesses with --policy, or a --token with --tsa-ca.")
        }
    }

    func run() async throws {
        if let token, let tsaCa { try await TimeStampAnchor(global: global).write(token, under: tsaCa) }
        if let cosignatures, let policy { try await write(cosignatures, of: policy) }
    }

    private func write(_ cosignatures: String, of policy: String) async throws {
        let lines = try Self.read(cosignatures, as: "signature lines") { NoteSignature.lines(of: $0) }
        let policy = try Self.read(policy, as: "a witness policy") { WitnessPolicy(parsing: $0) }
        let anchoring = try await global.atLog { open, _ in try await open.store.anchor(lines, policy: policy) }
        let answer = Answer(size: anchoring.size, witnesses: anchoring.witnesses, quorum: anchoring.isQuorum)
        try global.answer(answer) {
            let names = answer.witnesses.joined(separator: ", ")
            try Terminal.answer("anchored: the first \(answer.size) records, by \(names)")
            if !answer.quorum { Terminal.talk("  these are not enough for the policy; ask the others as well") }
        }
    }

    private static func read<Value>(_ path: String, as what: String, _ parse: ([UInt8]) -> Value?) throws -> Value {
        guard let value = parse(try contents(ofFileAt: path)) else {
            throw Failure(.usage, "not-that", "\(path) does not hold \(what)", cure: "look at what was saved there")
        }
        return value
    }
}

/// The bytes of a file that the command line names.
func contents(ofFileAt path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: absolutePath(of: path)) else {
        throw Failure(.usage, "no-file", "\(path) cannot be read", cure: "name a file that can")
    }
    return [UInt8](data)
}
