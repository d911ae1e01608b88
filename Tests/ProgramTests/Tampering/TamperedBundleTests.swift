import Foundation
import Synchronization
import Testing

@testable import RecoveryAudit
@testable import RecoveryTestSupport

/// The tamper matrix of audit-log.md §14, and the tampering beyond it, as an auditor meets them: a folder that somebody
/// gave them, and `recovery-audit verify`.
@Suite(.serialized) struct TamperedBundleTests {
    /// The rows that the program judged right. They are counted, so that a run in which it judged none cannot report a figure.
    private static let judged = Mutex<Set<String>>([])
    /// The steps whose absence was noticed, and of these the ones without which something bad is called intact.
    private static let noticed = Mutex<(steps: Set<FindingCode>, indispensable: Set<FindingCode>)>(([], []))

    @Test(arguments: TamperRow.all)
    func `is judged by the program as the specification says`(row: TamperRow) throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let (bundle, auditor) = try row.made()
        try bundle.write(to: folder.url.appending(path: "bundle"))
        let words = try ["verify", "bundle"] + auditor.words(in: folder.url)
        let programs = try [words + ["--json"], words].map { try AuditorProgram.start($0, in: folder) }
        let (json, text) = (try programs[0].answer(), try programs[1].answer())

        let said = try JSONDecoder().decode(SaidVerdict.self, from: Data(json.stdout.utf8))
        #expect(said.judgement == row.expected, "\(text.stdout)")
        #expect(json.code == row.expected.exit && text.code == row.expected.exit)
        #expect(text.stdout.prefix { $0 != "\n" } == row.expected.headline)
        #expect(json.stdout.count { $0 == "\n" } == 1 && json.stdout.hasSuffix("\n"))
        #expect(json.stderr.isEmpty && text.stderr.isEmpty)
        if let mentioned = row.mentions { #expect(said.findings.contains { $0.code == mentioned.rawValue }) }
        if row.number == 66 { #expect(said.authorship == "FAILED") }
        if said.judgement == row.expected { _ = Self.judged.withLock { $0.insert(row.name) } }
    }

    // MARK: A verifier that skips a step

    private static let verdicts = Result { try TamperRow.all.map { (row: $0, verdict: try $0.verdict()) } }

    /// Findings that are never grave, whatever the auditor insists on: no bundle is judged by them.
    private static let remarks: Set<FindingCode> = [
        .epochUnsealed, .anchorTSAUnchecked, .redactedAuthorised, .keyFromBundle, .policyFromBundle, .cosignatureFuture,
    ]
    /// All but the failure of the verifier itself, to which no bundle brings it, and what is said of any part that is asked
    /// for.
    private static let steps = FindingCode.allCases.filter { $0 != .internalError && $0 != .partOnly }

    @Test func `is judged the same by a verifier that skips nothing`() throws {
        for (row, verdict) in try Self.verdicts.get() {
            try #require(verdict.more == 0)
            #expect(verdict.skipping(nil) == verdict && row.accepts(verdict), "\(row.name)")
        }
    }

    @Test(arguments: steps)
    func `is judged wrongly by a verifier that skips one step`(step: FindingCode) throws {
        let rows = try Self.verdicts.get().filter { $0.row.expected.code == step.rawValue || $0.row.mentions == step }
        let primary = rows.filter { $0.row.expected.code == step.rawValue }
        #expect(primary.isEmpty == Self.remarks.contains(step))
        try #require(!rows.isEmpty)
        #expect(rows.filter { $0.row.accepts($0.verdict.skipping(step)) }.map(\.row.name) == [])
        Self.noticed.withLock { noticed in
            noticed.steps.insert(step)
            if primary.contains(where: { $0.verdict.skipping(step).outcome == .intact }) {
                noticed.indispensable.insert(step)
            }
        }
    }

    @Test func `is judged row by row and step by step`() throws {
        let judged = Self.judged.withLock(\.self)
        try #require(judged.count == TamperRow.all.count, "the program judged \(judged.count) right")
        let numbers = Set(TamperRow.publicMatrix.compactMap(\.number))
        let noticed = Self.noticed.withLock(\.self)
        #expect(noticed.steps == Set(Self.steps))
        try Figure(
            "R13",
            "tampering is found",
            covered: [
                .init(numbers.count, "rows of the public matrix"),
                .init(TamperRow.publicMatrix.count, "bundles made for them"),
                .init(TamperRow.all.count - TamperRow.publicMatrix.count, "bundles tampered with in other ways"),
                .init(Self.steps.count, "kinds of finding, each with its bundle"),
            ],
            bad: 0,
            control: """
                a verifier that skips a step fails a row, for \(noticed.steps.count) steps; without \
                \(noticed.indispensable.count) of them a bundle would be called intact
                """
        ).report()
    }
}

/// What `--json` prints, as far as it is claimed here.
private struct SaidVerdict: Decodable {
    struct Finding: Decodable {
        let code: String
    }

    let verdict: String
    let code: String?
    let first_bad_seq: UInt64?
    let exit: Int32
    let authorship: String
    let findings: [Finding]

    var judgement: Judgement {
        Judgement(verdict: verdict, code: code, firstBadSeq: first_bad_seq, exit: exit)
    }
}

extension Verdict {
    /// What a verifier would say that has every step but the one that finds `step`.
    fileprivate func skipping(_ step: FindingCode?) -> Verdict {
        var left = RecoveryAudit.Findings()
        for finding in findings where finding.code != step {
            left.add(finding.code, seq: finding.seq, size: finding.size, finding.detail, severity: finding.severity)
        }
        let evidence = Evidence(
            size: size,
            anchored: anchored,
            origin: origin,
            hasStatements: authorship != .none,
            macs: macs,
            privates: privates
        )
        return Verdict(left, evidence)
    }
}
