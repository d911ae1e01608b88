/// What a verification says, in one word (§13.7).
public enum Outcome: String, Sendable, Hashable, CaseIterable {
    case intact = "OK"
    case tampered = "TAMPERED"
    case unverifiable = "UNVERIFIABLE"
    case incomplete = "INCOMPLETE"

    /// The severity whose presence decides for this outcome.
    fileprivate var decider: Severity? {
        switch self {
        case .intact: nil
        case .tampered: .failure
        case .unverifiable: .unverifiable
        case .incomplete: .incomplete
        }
    }

    /// What the program exits with. Part of the interface.
    public var exitCode: Int32 {
        switch self {
        case .intact: 0
        case .tampered: 1
        case .incomplete: 2
        case .unverifiable: 3
        }
    }
}

/// What a verifier says about a bundle, with everything it rests on (§13.7).
public struct Verdict: Sendable, Hashable {
    public enum Integrity: String, Sendable, Hashable {
        case intact = "OK"
        case tampered = "TAMPERED"
        case unverifiable = "UNVERIFIABLE"
    }

    public enum Completeness: String, Sendable, Hashable {
        case anchored = "ANCHORED"
        case tailUnanchored = "TAIL-UNANCHORED"
        case unanchored = "UNANCHORED"
        case truncated = "TRUNCATED"
        case forked = "FORKED"
    }

    public enum Authorship: String, Sendable, Hashable {
        case proven = "OK"
        case failed = "FAILED"
        case none = "NONE"
    }

    /// How many of the records had their MAC checked.
    public enum MACs: String, Sendable, Hashable {
        case none, partial, checked
    }

    /// Which private values lay beside the log.
    public enum Privates: String, Sendable, Hashable {
        case none, selection, complete
    }

    public let outcome: Outcome
    /// The primary code; `nil` if the log is intact.
    public let code: FindingCode?
    public let firstBadSeq: UInt64?
    public let integrity: Integrity
    public let completeness: Completeness
    public let authorship: Authorship
    public let macs: MACs
    public let privates: Privates
    /// The largest size that somebody outside vouches for.
    public let anchored: UInt64
    /// What tokens of trusted authorities say; `nil` if none holds, or none was looked at. No part of the JSON.
    public let timeStamped: TimeStamped?
    /// Records that were read.
    public let size: UInt64
    /// The number of leading records to trust.
    public let trustworthy: UInt64
    /// `nil` if no key names the log.
    public let origin: String?
    /// The first thousand, in the normative order.
    public let findings: [Finding]
    /// How many findings were left out of ``findings``.
    public let more: Int
}

/// What a run learnt besides its findings.
struct Evidence {
    var size: UInt64 = 0
    var anchored: UInt64 = 0
    var timeStamped: TimeStamped?
    var origin: String?
    var hasStatements = false
    var macs = Verdict.MACs.none
    var privates = Verdict.Privates.none
    /// How many leading records to trust, where that is not simply those before the first bad one.
    var trusted: UInt64?
}

extension Verdict {
    init(_ findings: Findings, _ evidence: Evidence) {
        let outcome: Outcome =
            [.tampered, .unverifiable, .incomplete]
            .first { $0.decider.map { findings.first[$0] != nil } ?? false } ?? .intact
        self.outcome = outcome
        code = outcome.decider.flatMap { findings.first[$0]?.code }
        firstBadSeq = findings.firstBadSeq

        if findings.contradictsIntegrity {
            integrity = .tampered
        } else {
            integrity = findings.first[.unverifiable] == nil ? .intact : .unverifiable
        }
        if findings.contradictsAuthorship {
            authorship = .failed
        } else {
            authorship = evidence.hasStatements ? .proven : .none
        }
        if findings.codes.contains(.fork) {
            completeness = .forked
        } else if !findings.codes.isDisjoint(with: [.truncatedOrRolledBack, .checkpointBeyondLog]) {
            completeness = .truncated
        } else if evidence.anchored == 0 {
            completeness = .unanchored
        } else {
            completeness = evidence.anchored < evidence.size ? .tailUnanchored : .anchored
        }

        macs = evidence.macs
        privates = evidence.privates
        anchored = evidence.anchored
        timeStamped = evidence.timeStamped
        size = evidence.size
        trustworthy =
            evidence.trusted
            ?? (findings.first[.failure] == nil ? evidence.size : findings.firstBadSeq ?? evidence.anchored)
        origin = evidence.origin
        self.findings = Array(findings.listing)
        more = findings.count - self.findings.count
    }
}
