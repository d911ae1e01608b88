import Foundation
import RecoveryAudit
import RecoveryCrypto

extension VectorFile {
    static let auditLog = folder.appending(path: "audit-log")

    /// A bundle of the vectors, in memory.
    static func bundle(_ path: String) throws -> MemoryBundle {
        let root = auditLog.appending(path: path)
        let enumerator = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
        var files: [String: [UInt8]] = [:]
        for case let file as URL in enumerator ?? .init() {
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            files[String(file.path.dropFirst(root.path.count + 1))] = [UInt8](try Data(contentsOf: file))
        }
        return MemoryBundle(files: files)
    }
}

/// What the vectors say of a run.
struct ExpectedRun: Decodable, Sendable {
    let args: [String]
    let verdict: String
    let code: String?
    let first_bad_seq: UInt64?
    let exit: Int32
    let integrity: String?
    let completeness: String?
    let authorship: String?
    let macs: String?
}

/// `bundle-expected.json`.
struct ExpectedBundle: Decodable {
    struct Secrets: Decodable {
        let S_0: String
        let log_seed: String
        let witness_seed: String
        let auditor_private: String
        let agent_seeds: [String: String]
    }

    let size: UInt64
    let runs: [ExpectedRun]
    let secrets: Secrets

    static let vectors = Result { try VectorFile.decode(ExpectedBundle.self, from: "audit-log/bundle-expected.json") }
}

/// The four normative values of a verdict, to be compared at one stroke.
struct Judgement: Equatable, CustomStringConvertible {
    let verdict: String
    let code: String?
    let firstBadSeq: UInt64?
    let exit: Int32

    init(_ verdict: Verdict) {
        self.verdict = verdict.outcome.rawValue
        code = verdict.code?.rawValue
        firstBadSeq = verdict.firstBadSeq
        exit = verdict.outcome.exitCode
    }

    init(verdict: String, code: String?, firstBadSeq: UInt64?, exit: Int32) {
        self.verdict = verdict
        self.code = code
        self.firstBadSeq = firstBadSeq
        self.exit = exit
    }

    init(_ run: ExpectedRun) {
        verdict = run.verdict
        code = run.code
        firstBadSeq = run.first_bad_seq
        exit = run.exit
    }

    /// What §14 expects in a row of its table.
    init(_ verdict: Outcome, _ code: FindingCode? = nil, _ firstBadSeq: UInt64? = nil) {
        self.verdict = verdict.rawValue
        self.code = code?.rawValue
        self.firstBadSeq = firstBadSeq
        exit = verdict.exitCode
    }

    /// The first line of the text output (audit-log.md §13.7).
    var headline: String {
        verdict + (code.map { " " + $0 } ?? "") + (firstBadSeq.map { " at record \($0)" } ?? "")
    }

    var description: String {
        "\(verdict) \(code ?? "-") at \(firstBadSeq.map(String.init) ?? "-"), exit \(exit)"
    }
}

extension VerificationOptions {
    /// Options at a moment after everything in the vectors.
    static var vectors: VerificationOptions {
        VerificationOptions(now: UnixTime(seconds: 1_760_100_000))
    }
}

extension MemoryBundle {
    /// Writes the bundle as the folder that an auditor is given.
    func write(to folder: URL) throws {
        for (path, bytes) in files {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(bytes).write(to: file)
        }
    }
}
