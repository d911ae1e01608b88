import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryAudit
import RecoveryStore

struct AuditHead: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head",
        abstract: "Print the newest checkpoint, to be kept outside, or the request for a witness.",
        discussion: """
            Whoever keeps a checkpoint can show later that the log still begins with it. A witness keeps one for you and \
            signs the next only if it extends it: recovery-audit witness takes the request of --old, and audit anchor its answer.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(
        help: ArgumentHelp("Print a request to a witness that saw so many records last; 0 for none.", valueName: "size")
    )
    var old: UInt64?

    private struct Answer: Encodable {
        let head: String
    }

    func run() async throws {
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
}

struct AuditAnchor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anchor",
        abstract: "Keep what witnesses signed, and write it back into the log."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A file with the lines that witnesses answered.") var cosignatures: String
    @Option(help: ArgumentHelp("The witnesses that are known, and how many suffice.", valueName: "file"))
    var policy: String

    private struct Answer: Encodable {
        let size: UInt64
        let witnesses: [String]
        let quorum: Bool
    }

    func run() async throws {
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
        guard let data = FileManager.default.contents(atPath: absolutePath(of: path)) else {
            throw Failure(.usage, "no-file", "\(path) cannot be read", cure: "name a file that can")
        }
        guard let value = parse([UInt8](data)) else {
            throw Failure(.usage, "not-that", "\(path) does not hold \(what)", cure: "look at what was saved there")
        }
        return value
    }
}
