/// The fields an object must have and those it may have; any other is refused.
struct PayloadShape: Sendable, Hashable {
    private struct Field: Sendable, Hashable {
        let name: String
        let kind: ValueKind
        let isRequired: Bool
    }

    /// What carries a statement of staff carries its signature, and the other way round (audit-log.md §7).
    static let statement: [String: ValueKind] = ["stmt": .object(StaffStatement.shape), "sig": .base64(64)]

    // Ascending, as the members of a payload are, so that one walk over both suffices.
    private let fields: [Field]
    // A line of a witness has a `sig` too, and no statement to go with it.
    private let carriesStatement: Bool

    init(required: [String: ValueKind], optional: [String: ValueKind] = [:]) {
        carriesStatement = required["stmt"] != nil || optional["stmt"] != nil
        let all = optional.merging(required) { _, field in field }
        fields = all.map { Field(name: $0.key, kind: $0.value, isRequired: required[$0.key] != nil) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    func admits(_ object: JSONObject) -> Bool {
        let members = object.members
        var next = 0
        for index in fields.indices {
            if next < members.count, members[next].key == fields[index].name {
                guard fields[index].kind.admits(members[next].value) else { return false }
                next += 1
            } else if fields[index].isRequired {
                return false
            }
        }
        return next == members.count && (!carriesStatement || (object["stmt"] == nil) == (object["sig"] == nil))
    }
}
