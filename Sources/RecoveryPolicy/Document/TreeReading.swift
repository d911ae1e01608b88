extension PolicyDocument {
    /// No rule of a policy has more leaves than this.
    static let mostLeaves = 64

    /// Reads `all`, `any`, and `at_least` with `of`; everything else is a leaf.
    static func tree<Leaf>(
        _ node: StrictNode,
        leaf: (StrictNode) throws(PolicyError) -> Leaf
    ) throws(PolicyError) -> Tree<Leaf> {
        let tree = try branch(node, leaf: leaf)
        guard tree.wayCount <= Tree<Leaf>.mostWays, tree.leaves(at: "").count <= mostLeaves else {
            throw node.error(
                .tooManyWays,
                "more than \(Tree<Leaf>.mostWays) ways to meet this, or more than \(mostLeaves) leaves",
                "ask for fewer"
            )
        }
        return tree
    }

    private static func branch<Leaf>(
        _ node: StrictNode,
        leaf: (StrictNode) throws(PolicyError) -> Leaf
    ) throws(PolicyError) -> Tree<Leaf> {
        let keys = node.isMapping ? try node.members().map(\.key) : []
        guard keys.contains(where: ["all", "any", "at_least", "of"].contains) else {
            guard !node.isList else {
                throw node.error(.wrongShape, "a list without its word", "write `all:` or `any:` before it")
            }
            return .leaf(try leaf(node))
        }
        let fields = try Fields(node, keys: ["all", "any", "at_least", "of"])
        switch keys.sorted() {
        case ["all"]: return .group(try group(.all, try fields.required("all"), leaf))
        case ["any"]: return .group(try group(.any, try fields.required("any"), leaf))
        case ["at_least", "of"]:
            let written = try fields.required("at_least")
            let count = Int(try written.integer(0...100))
            guard count > 0 else {
                throw written.error(.demandsNothing, "0 of anything is met by nobody's evidence", "write 1 or more")
            }
            let members = try fields.required("of")
            guard count <= (try members.list()).count else {
                throw written.error(.unsatisfiable, "asks for more than there are", "lower it, or add members")
            }
            return .group(try group(.atLeast(count), members, leaf))
        default:
            throw node.error(.wrongShape, "one group belongs here", "write `all`, `any`, or `at_least` with `of`")
        }
    }

    private static func group<Leaf>(
        _ form: Tree<Leaf>.Form,
        _ node: StrictNode,
        _ leaf: (StrictNode) throws(PolicyError) -> Leaf
    ) throws(PolicyError) -> Tree<Leaf>.Group {
        var members: [Tree<Leaf>] = []
        for member in try node.list() {
            let branch = try branch(member, leaf: leaf)
            guard !members.contains(branch) else {
                throw member.error(.duplicateMember, "stands here twice", "keep one")
            }
            members.append(branch)
        }
        guard let group = Tree<Leaf>.Group(form, of: members) else {
            throw node.error(.demandsNothing, "an empty list", "write one at least")
        }
        return group
    }
}
