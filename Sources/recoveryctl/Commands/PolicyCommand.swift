import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryPolicy
import RecoveryStore

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "For authors of policies: lint, test, explain.",
        subcommands: [PolicyLinting.self, PolicyTest.self, PolicyExplain.self]
    )
}

struct PolicyLinting: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Look for what no policy may allow. Exits 1 if there is any; warnings alone exit 0."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A policy.") var file: String

    private struct Answer: Encodable {
        let admitted: Bool
        let findings: [Line]

        struct Line: Encodable {
            let severity, code, path, text, source, cure: String
        }
    }

    func run() throws {
        let policy = try PolicyFile.policy(of: PolicyFile.text(of: file), from: file)
        let findings = PolicyLint.findings(in: policy)
        let isAdmitted = PolicyLint.admits(policy)
        let lines = findings.map {
            Answer.Line(
                severity: $0.severity.rawValue,
                code: $0.code.rawValue,
                path: $0.path,
                text: $0.text,
                source: $0.source,
                cure: $0.cure
            )
        }
        try global.answer(Answer(admitted: isAdmitted, findings: lines)) {
            for finding in findings { try Terminal.answer("\(file): \(finding)") }
            let word =
                isAdmitted ? global.paint.green("may be put in force") : global.paint.red("must not be put in force")
            try Terminal.answer("\(policy.name) \(policy.version) \(word): \(findings.count) findings")
        }
        if !isAdmitted { throw Exit.failed }
    }
}

struct PolicyTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the cases beside a policy, and see which of its branches they go through."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A policy. Its cases are in NAME.cases.yaml beside it.") var file: String
    @Option(help: ArgumentHelp("Cases from elsewhere.", valueName: "file")) var cases: String?

    private struct Answer: Encodable {
        let passed: Bool
        let ran: Int
        let failures: [Line]
        let coveragePercent: Int64
        let threshold: Int64
        let missed: [String]

        struct Line: Encodable {
            let name: String
            let line: Int
            let text: String
        }
    }

    func run() throws {
        let policy = try PolicyFile.policy(of: PolicyFile.text(of: file), from: file)
        let path = cases ?? PolicyFile.casesPath(beside: file)
        let report = try PolicyFile.cases(of: path).run(against: policy)
        let answer = Answer(
            passed: report.isPassed,
            ran: report.ran,
            failures: report.failures.map { .init(name: $0.name, line: $0.line, text: $0.text) },
            coveragePercent: report.percent,
            threshold: report.threshold,
            missed: report.missed
        )
        try global.answer(answer) {
            for failure in report.failures {
                try Terminal.answer("\(path):\(failure.line): \(failure.name): \(failure.text)")
                for line in failure.reason.lines { try Terminal.answer("    \(line)") }
            }
            for branch in report.missed { Terminal.talk("no case goes through \(branch)") }
            let word = report.isPassed ? global.paint.green("PASS") : global.paint.red("FAIL")
            try Terminal.answer(
                "\(word): \(report.ran) cases, \(report.failures.count) failed, \(report.percent) % of "
                    + "\(report.branches.count) branches, \(report.threshold) % asked"
            )
        }
        if !report.isPassed { throw Exit.failed }
    }
}

struct PolicyExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell a policy in sentences: a file, or the one in force."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A policy, or the name of the one in force. Default: the one in force.") var file: String?

    func run() async throws {
        let text: String
        if let file, FileManager.default.fileExists(atPath: file) {
            text = try PolicyFile.text(of: file)
        } else {
            let stored = try await global.open { try await $0.policyInForce() }
            guard file == nil || file == stored.name else {
                throw Failure(.notFound, "no-policy", "neither a file nor the policy in force, which is \(stored.name)")
            }
            text = stored.text
        }
        let policy = try PolicyFile.policy(of: text, from: file ?? "the policy in force")
        try global.answer(["name": policy.name, "explanation": policy.explanation.joined(separator: "\n")]) {
            try Terminal.answer(lines: policy.explanation)
        }
    }
}

extension OpenInstallation {
    /// The policy that new cases fall under.
    func policyInForce() async throws -> StoredPolicy {
        let stored = try await store.read { reader in
            try reader.record(PolicyInForce.self, "policy").flatMap { try reader.record(StoredPolicy.self, $0.digest) }
        }
        guard let stored else { throw StoreError.corrupt("no policy is in force") }
        return stored
    }
}
