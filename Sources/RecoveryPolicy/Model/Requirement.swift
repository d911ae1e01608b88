/// A tree of demands: leaves are single ones, inner nodes ask for `k` of their members.
///
/// Evidence and approvals have trees of the same shape and different leaves, so that neither can stand in the other.
public indirect enum Tree<Leaf: Sendable & Hashable>: Sendable, Hashable {
    case leaf(Leaf)
    case group(Group)

    /// How a group was written, and so how its path reads.
    public enum Form: Sendable, Hashable {
        case all, any
        case atLeast(Int)
    }

    /// `k` of `n` members. Cannot be made unless it demands something and can be met.
    public struct Group: Sendable, Hashable {
        public let form: Form
        public let members: [Tree]

        public init?(_ form: Form, of members: [Tree]) {
            self.form = form
            self.members = members
            guard (1...max(1, members.count)).contains(count), !members.isEmpty else { return nil }
        }

        /// How many members are asked for: from 1 to the number of members.
        public var count: Int {
            switch form {
            case .all: members.count
            case .any: 1
            case .atLeast(let count): count
            }
        }

        /// The path of a member below the path of the group.
        func path(of index: Int, below path: String) -> String {
            let word =
                switch form {
                case .all: "all"
                case .any: "any"
                case .atLeast: "of"
                }
            return "\(path).\(word)[\(index)]"
        }
    }
}

/// What must be proven.
public typealias Requirement = Tree<CheckChoice>

/// What staff must have said.
public typealias ApprovalRequirement = Tree<ApproverCount>

/// One check that passes, of the kinds named. More than one kind only among the ways to deliver an issued code.
public struct CheckChoice: Sendable, Hashable {
    /// Sorted, without repetition, never empty.
    public let kinds: [CheckKind]

    public init?(_ kinds: some Sequence<CheckKind>) {
        self.kinds = Set(kinds).sorted()
        guard !self.kinds.isEmpty else { return nil }
    }

    /// Whether the check brings a grant nearer, and is not procedure alone.
    var hasWorth: Bool { kinds.contains { $0.worth != .procedure } }

    /// As in a policy: `totp`, `issued-code: email or sms`.
    var text: String {
        kinds.map(\.name).joined(separator: " or ")
    }
}

/// A number of different people of one role.
public struct ApproverCount: Sendable, Hashable {
    public let role: ApproverRole
    /// From 1 to 9.
    public let count: Int

    public init?(_ role: ApproverRole, _ count: Int) {
        guard (1...9).contains(count) else { return nil }
        self.role = role
        self.count = count
    }
}
