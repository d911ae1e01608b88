/// Reads the file of a key ceremony: Docs/Specs/vault.md §4.9. As strict as a policy, for the same reason: what two
/// people read aloud must be what the machine does.
public enum CeremonyDocument {
    /// What `format` says.
    public static let format = "account-recovery/ceremony/v1"

    /// Returns the plan that a text of YAML describes.
    ///
    /// - Throws: ``PolicyError`` at the first thing that is not understood. Nothing is guessed and nothing is skipped.
    public static func read(_ text: String) throws(PolicyError) -> CeremonyPlan {
        let fields = try Fields(
            try StrictNode.compose(text),
            keys: ["format", "title", "keys", "shares", "participants"]
        )
        let format = try fields.required("format")
        guard format.plain == Self.format else {
            throw format.error(.unknownName, "this is no ceremony of a known format", "write \(Self.format)")
        }
        return CeremonyPlan(
            title: try fields.required("title").text(atMost: 200),
            keys: try keys(fields.required("keys")),
            shares: try fields["shares"].map { node throws(PolicyError) in try shares(node) },
            participants: try people(fields.required("participants"), 2...16)
        )
    }

    private static func keys(_ node: StrictNode) throws(PolicyError) -> [CeremonyPlan.Key] {
        var keys: [CeremonyPlan.Key] = []
        for member in try counted(node, 1...4) {
            let fields = try Fields(member, keys: ["role", "version", "provider"])
            let key = CeremonyPlan.Key(
                role: try fields.required("role").choice(CeremonyPlan.Role.self),
                version: UInt32(try fields.required("version").integer(1...Int64(UInt32.max))),
                provider: try fields.required("provider").text(),
                line: member.line
            )
            guard !keys.contains(where: { $0.role == key.role }) else {
                throw member.error(.duplicateMember, "the role \(key.role.rawValue) stands above", "keep one of a role")
            }
            guard !keys.contains(where: { $0.provider == key.provider }) else {
                throw member.error(.duplicateMember, "a key above has this provider", "give each a place of its own")
            }
            keys.append(key)
        }
        return keys
    }

    private static func shares(_ node: StrictNode) throws(PolicyError) -> CeremonyPlan.Shares {
        let fields = try Fields(node, keys: ["threshold", "recipients"])
        let recipients = try people(fields.required("recipients"), 2...16)
        return CeremonyPlan.Shares(
            threshold: Int(try fields.required("threshold").integer(2...Int64(recipients.count))),
            recipients: recipients
        )
    }

    private static func people(_ node: StrictNode, _ counts: ClosedRange<Int>) throws(PolicyError)
        -> [CeremonyPlan.Person]
    {
        var people: [CeremonyPlan.Person] = []
        for member in try counted(node, counts) {
            let fields = try Fields(member, keys: ["name", "public_key"])
            let person = CeremonyPlan.Person(
                name: try personName(fields.required("name")),
                publicKey: try publicKey(fields.required("public_key")),
                line: member.line
            )
            guard !people.contains(where: { $0.name == person.name || $0.publicKey == person.publicKey }) else {
                throw member.error(
                    .duplicateMember,
                    "this name or this key stands above",
                    "name each person once, each with their own key"
                )
            }
            people.append(person)
        }
        return people
    }

    private static func counted(_ node: StrictNode, _ counts: ClosedRange<Int>) throws(PolicyError) -> [StrictNode] {
        let members = try node.list()
        guard counts.contains(members.count) else {
            throw node.error(
                .wrongShape,
                "\(members.count) stand here",
                "name \(counts.lowerBound) to \(counts.upperBound)"
            )
        }
        return members
    }

    /// Names become names of files.
    private static func personName(_ node: StrictNode) throws(PolicyError) -> String {
        guard let text = node.plain, (1...32).contains(text.utf8.count),
            text.utf8.first.map({ $0.isLetterOrDigit && $0 > 0x39 }) == true,
            text.utf8.allSatisfy({ $0.isLetterOrDigit || "._-".utf8.contains($0) })
        else {
            throw node.error(
                .notAName,
                "a name of a person belongs here",
                "use a letter, then letters, digits and . _ -, 32 at most"
            )
        }
        return text
    }

    private static func publicKey(_ node: StrictNode) throws(PolicyError) -> String {
        // Quoted or not: digits alone are a number to other readers of YAML, and an author may well know that.
        guard case .scalar(let text, _) = node.content, text.utf8.count == 64,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else {
            throw node.error(
                .wrongShape,
                "a public key belongs here",
                "write its 64 digits, 0 to 9 and a to f, as its owner gave them"
            )
        }
        return text
    }
}
