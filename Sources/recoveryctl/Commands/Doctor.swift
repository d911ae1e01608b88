import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryPolicy
import RecoveryStore

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the installation, each check with its cure. Exits 2 if anything is wrong. Changes nothing."
    )

    @OptionGroup var global: GlobalOptions

    private struct Answer: Encodable {
        let healthy: Bool
        let checks: [Examination]
    }

    func run() async throws {
        let folder = try global.folder
        var checks = Examination.ofProcess() + Examination.ofFolders(folder)
        do {
            checks += try await global.open { try await Examination.ofInstallation($0) }
        } catch let error as ServiceError {
            checks.append(Examination(opening: Failure(error)))
        } catch let error as StoreError {
            checks.append(Examination(opening: Failure(error)))
        } catch let failure as Failure {
            checks.append(Examination(opening: failure))
        }
        let isHealthy = checks.allSatisfy(\.ok)
        try global.answer(Answer(healthy: isHealthy, checks: checks)) {
            let paint = global.paint
            let rows = checks.map { [$0.ok ? paint.green("ok") : paint.red("WRONG"), $0.name, $0.found] }
            for (line, check) in zip(Table.lines(rows), checks) {
                try Terminal.answer(line)
                if let cure = check.cure { try Terminal.answer("       → \(cure)") }
            }
        }
        if !isHealthy { throw Exit.sealed }
    }
}

/// A check with what it found, and the cure if that is wrong.
struct Examination: Encodable, Sendable {
    let name: String
    let ok: Bool
    let found: String
    let cure: String?

    init(_ name: String, _ isRight: Bool, _ found: String, cure: String) {
        self.name = name
        ok = isRight
        self.found = found
        self.cure = isRight ? nil : cure
    }

    init(opening failure: Failure) {
        self.init(
            "installation",
            false,
            "\(failure.what) [\(failure.code)]",
            cure: failure.cure ?? "put that right, and run doctor again"
        )
    }
}

extension Examination {
    /// The process and the libraries under it.
    static func ofProcess() -> [Examination] {
        let shortfalls = hardenProcess()
        let library = cryptographicLibraryVersion()
        return [
            Examination(
                "library",
                library.hasPrefix("OpenSSL 3."),
                "recoveryctl \(Version.number), \(library)",
                cure: "install OpenSSL 3"
            ),
            Examination(
                "memory",
                shortfalls.isEmpty,
                shortfalls.isEmpty ? "keys are locked into memory" : shortfalls.joined(separator: "; "),
                cure: "raise the limit: ulimit -l 8192, or LimitMEMLOCK=8M in the unit"
            ),
        ]
    }

    /// Who owns the folders, who may enter them, and how much room there is.
    static func ofFolders(_ folder: DataFolder) -> [Examination] {
        var checks = [folder.root, folder.keys, folder.people, folder.store, folder.headFolder].map { path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue
            let owner = (attributes?[.ownerAccountID] as? NSNumber)?.uint32Value
            let isPrivate = mode.map { $0 & 0o077 == 0 } ?? false
            let text =
                mode.map { "mode \(String($0, radix: 8)), user \(owner.map(String.init) ?? "unknown")" } ?? "missing"
            return Examination(
                "folder",
                isPrivate && owner == getuid(),
                "\(path): \(text)",
                cure: mode == nil ? "put it back from a backup" : "chmod 700 \(quoted(path)); chown it to yourself"
            )
        }
        let disk = try? FileManager.default.attributesOfFileSystem(forPath: folder.root)
        let free = (disk?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
        checks.append(
            Examination(
                "disk",
                free >= leastSpace,
                "\(free >> 20) MiB free",
                cure: "free some space: \(leastSpace >> 20) MiB at least"
            )
        )
        return checks
    }

    /// Bytes below which an operator is warned.
    private static let leastSpace: Int64 = 256 << 20

    /// What only an open store tells. Opening it checked the keys, the clock, the head and the end of the log.
    static func ofInstallation(_ open: OpenInstallation) async throws -> [Examination] {
        let summary = try await Summary(of: open)
        let hasHead = FileManager.default.fileExists(atPath: open.folder.head)
        let stored = try await open.policyInForce()
        let findings = try PolicyLint.findings(in: PolicyFile.policy(of: stored.text, from: "the policy in force"))
        let refusals = findings.filter { $0.severity == .refusal }
        return [
            Examination("keys", true, "match, sys, log and grant keys open what is stored", cure: ""),
            Examination("clock", true, "not behind the last record: \(Moment.stamp(SystemClock().seconds))", cure: ""),
            Examination(
                "head",
                hasHead,
                hasHead ? "the log of \(summary.logPosition) records extends it" : "\(open.folder.head) is missing",
                cure: "put it back from where you keep it"
            ),
            Examination(
                "policy",
                refusals.isEmpty,
                "\(summary.policy) \(refusals.count) refusals, \(findings.count - refusals.count) warnings",
                cure: "recoveryctl policy lint FILE tells which; put a better one in force"
            ),
            Examination(
                "outbox",
                summary.noticesDue == 0,
                "\(summary.noticesDue) notices wait",
                cure: "recoveryctl --as NAME connector deliver"
            ),
            Examination(
                "outcomes",
                summary.unknownOutcomes == 0,
                "\(summary.unknownOutcomes) unknown",
                cure: "recoveryctl --as NAME case restore CASE asks the directory again"
            ),
            Examination(
                "orphans",
                summary.orphans == 0,
                "\(summary.orphans) changes that nobody ordered",
                cure: "recoveryctl --as NAME connector reconcile, then lock those accounts"
            ),
        ]
    }
}
