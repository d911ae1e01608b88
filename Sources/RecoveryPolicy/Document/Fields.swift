/// The members of a mapping whose keys are a closed list.
struct Fields {
    let node: StrictNode
    private let members: [String: StrictNode]

    /// - Throws: ``PolicyError`` with `unknownKey`, at the first key that is not among `keys`.
    init(_ node: StrictNode, keys: [String]) throws(PolicyError) {
        self.node = node
        var found: [String: StrictNode] = [:]
        for member in try node.members() {
            guard keys.contains(member.key) else {
                throw member.unknownKey(of: keys)
            }
            found[member.key] = member.value
        }
        members = found
    }

    subscript(key: String) -> StrictNode? { members[key] }

    func required(_ key: String) throws(PolicyError) -> StrictNode {
        guard let value = members[key] else {
            throw node.error(.missingKey, "the key \(key) is missing", "add `\(key):`")
        }
        return value
    }
}

extension StrictNode {
    /// The members of a mapping, in the order of the file.
    func members() throws(PolicyError) -> [Member] {
        guard case .mapping(let members) = content else {
            throw error(.wrongShape, "a mapping belongs here", "write `key: value` lines")
        }
        return members
    }

    /// The members of a mapping whose keys are names of one kind.
    func named<Name: RawRepresentable<String> & CaseIterable>(
        _ type: Name.Type
    ) throws(PolicyError) -> [(Name, StrictNode)] {
        var result: [(Name, StrictNode)] = []
        for member in try members() {
            guard let name = Name(rawValue: member.key) else {
                throw member.unknownKey(of: type.allCases.map(\.rawValue))
            }
            result.append((name, member.value))
        }
        return result
    }
}

extension StrictNode.Member {
    func unknownKey(of keys: [String]) -> PolicyError {
        PolicyError(
            code: .unknownKey,
            line: line,
            column: column,
            path: value.path,
            text: "the key \(key.quoted) is not known here",
            cure: "use one of " + keys.joined(separator: ", ")
        )
    }
}
