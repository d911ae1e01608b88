@testable import RecoveryPolicy

/// Small trees and the evidence to meet them, and a slow second opinion on whether it does.
enum RandomTree {
    static let choices: [CheckChoice] = [
        [.totp], [.savedCode], [.keyProof], [.details], [.document], [.contactCode],
        [.issuedCode(.email)], [.issuedCode(.sms), .issuedCode(.email)], [.issuedCode(.voice), .issuedCode(.post)],
    ].compactMap { CheckChoice($0) }

    static func tree(depth: Int, _ seeded: inout SeededGenerator) -> Requirement {
        guard depth > 0, seeded.chance(65) else { return .leaf(choices.randomElement(using: &seeded) ?? choices[0]) }
        let members = (0..<Int.random(in: 1...3, using: &seeded)).map { _ in tree(depth: depth - 1, &seeded) }
        let form: Requirement.Form =
            switch Int.random(in: 0..<3, using: &seeded) {
            case 0: .all
            case 1: .any
            default: .atLeast(Int.random(in: 1...members.count, using: &seeded))
            }
        return Requirement.Group(form, of: members).map(Requirement.group) ?? members[0]
    }

    static func evidence(_ seeded: inout SeededGenerator) -> Evidence {
        Evidence(
            kind: CheckKind.allCases.randomElement(using: &seeded) ?? .totp,
            outcome: seeded.chance(90) ? .passed : .failed,
            age: seeded.chance(90) ? Int64.random(in: 0...900, using: &seeded) : 901,
            channel: .phone,
            instrument: seeded.chance(50) ? "one" : "two"
        )
    }

    static func rule(_ tree: Requirement) -> Rule {
        Rule(
            path: "purposes.erase.every",
            evidence: tree,
            approvals: nil,
            chosen: .staff,
            hold: [:],
            actions: [.erase],
            lifts: [],
            sameChannelAllowed: false,
            automated: false
        )
    }

    static func policy(_ rule: Rule) throws -> Policy {
        var policy = try PolicyDocument.read(PolicyText.small)
        policy.rules[.erase] = Dictionary(uniqueKeysWithValues: policy.tiers.map { ($0.name, rule) })
        policy.limits.caseLives = 100_000
        return policy
    }

    /// The law in its plainest form: try every leaf with every piece, one factor once, and look whether something of
    /// worth is among them. Written from the specification, without a line of the product.
    ///
    /// `reusing` is the seeded bug: a piece of evidence that meets one leaf meets others too.
    static func isMet(_ tree: Requirement, by evidence: [Evidence], reusing: Bool = false) -> Bool {
        let good = evidence.filter { $0.outcome == .passed && $0.age <= 900 }
        return spend([tree], good, taken: [], worth: false, reusing: reusing)
    }

    private static func spend(
        _ open: [Requirement],
        _ evidence: [Evidence],
        taken: Set<String>,
        worth: Bool,
        reusing: Bool
    ) -> Bool {
        guard let first = open.first else { return worth }
        let rest = Array(open.dropFirst())
        switch first {
        case .leaf(let choice):
            return evidence.contains { piece in
                let name = identity(piece)
                return choice.kinds.contains(piece.kind) && !taken.contains(name)
                    && spend(
                        rest,
                        evidence,
                        taken: reusing ? [] : taken.union([name]),
                        worth: worth || (piece.kind != .details && piece.kind != .callback),
                        reusing: reusing
                    )
            }
        case .group(let group):
            return subsets(group.members, group.count).contains {
                spend($0 + rest, evidence, taken: taken, worth: worth, reusing: reusing)
            }
        }
    }

    private static func identity(_ piece: Evidence) -> String {
        switch piece.kind {
        case .totp: "totp \(piece.instrument)"
        case .keyProof: "key \(piece.instrument)"
        case .issuedCode(.sms), .issuedCode(.voice): "telephone"
        default: piece.kind.name
        }
    }

    private static func subsets(_ members: [Requirement], _ count: Int) -> [[Requirement]] {
        guard count > 0 else { return [[]] }
        guard members.count >= count else { return [] }
        let rest = Array(members.dropFirst())
        return subsets(rest, count - 1).map { [members[0]] + $0 } + subsets(rest, count)
    }
}
