extension Decision {
    /// The root of the tree.
    var summary: (Reason.Code, String) {
        switch self {
        case .granted:
            return (.granted, "granted: the rule is met")
        case .needs(let ways):
            let texts = ways.map { way in
                way.map { $0.kinds.map(\.name).joined(separator: " or ") }.joined(separator: " and ")
            }
            return (.needs, "needs " + texts.joined(separator: "; or "))
        case .waiting(let waiting):
            switch waiting.whom {
            case .approvers(let missing):
                let people = missing.sorted { $0.key < $1.key }.map { "\($1) × \($0.rawValue)" }
                return (.waitingForApproval, "waiting for " + people.joined(separator: ", "))
            case .delay:
                return (.waitingForDelay, "waiting until the case is \(waiting.untilCaseAge.asDuration) old")
            }
        case .refused:
            return (.closed, "refused: every way needs a check that a signal closes")
        }
    }
}

extension EvidenceFindings {
    /// The requirement, node by node.
    func reason(for tree: Requirement, at path: String) -> Reason {
        switch tree {
        case .leaf(let choice):
            if let index = used[path] {
                return Reason(path: path, code: .met, text: "\(choice.text): met by evidence[\(index)]", members: [])
            }
            if let signal = closed[path] {
                return Reason(path: path, code: .leafClosed, text: "\(choice.text): closed by \(signal)", members: [])
            }
            return Reason(path: path, code: .open, text: "\(choice.text): not met", members: [])
        case .group(let group):
            let members = group.members.enumerated().map { index, member in
                reason(for: member, at: group.path(of: index, below: path))
            }
            let met = members.count { $0.code == .met }
            return Reason(
                path: path,
                code: met >= group.count ? .met : .open,
                text: "\(met) of \(group.count) met",
                members: members
            )
        }
    }
}

extension ApprovalFindings {
    func reason(for rule: Rule) -> Reason {
        let path = rule.path + ".approvals"
        guard rule.approvals != nil else { return Reason(path: path, code: .met, text: "none asked for", members: []) }
        let lacking = missing.sorted { $0.key < $1.key }.map { "\($1) × \($0.rawValue)" }
        return Reason(
            path: path,
            code: missing.isEmpty ? .met : .open,
            text: missing.isEmpty ? "met" : "not met: lacks " + lacking.joined(separator: ", "),
            members: []
        )
    }
}

extension Standing {
    func reason(at path: String) -> Reason {
        let (code, text): (Reason.Code, String) =
            switch self {
            case .counts: (.counts, "counts")
            case .notPassed: (.failed, "did not pass")
            case .stale: (.stale, "past its validity, and so absent")
            case .blocked(let signal): (.blocked, "worth nothing while \(signal) lasts")
            case .sameAddress: (.sameAddress, "went to the address through which the case came")
            case .carriedByIntakeOnly: (.intakeOnly, "came through a channel for intake only")
            case .early: (.early, "counts only when the case is older")
            }
        return Reason(path: path, code: code, text: text, members: [])
    }
}

extension ApprovalStanding {
    func reason(at path: String) -> Reason {
        let (code, text): (Reason.Code, String) =
            switch self {
            case .counts: (.counts, "counts")
            case .stale: (.stale, "past its validity, and so absent")
            case .void: (.void, "signed over another state of the case")
            case .ownCase: (.ownCase, "the approver worked on this case")
            case .notDrawn: (.notDrawn, "the approver was not drawn by the system")
            }
        return Reason(path: path, code: code, text: text, members: [])
    }
}

extension Int64 {
    /// Seconds as a policy writes them, in the largest unit that divides them: `48h`, `7d`, `90s`.
    var asDuration: String {
        for (unit, letter) in [(86_400, "d"), (3600, "h"), (60, "m")] as [(Int64, String)]
        where self != 0 && isMultiple(of: unit) {
            return "\(self / unit)\(letter)"
        }
        return "\(self)s"
    }
}
