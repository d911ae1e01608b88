/// Reads policies: Docs/Specs/policy.md §4.
public enum PolicyDocument {
    private static let keys = [
        "policy", "version", "description", "totp_window", "evidence_valid", "approval_valid", "details", "tiers",
        "purposes", "signals", "limits", "notify", "service_levels",
    ]

    /// Returns the policy that a text of YAML describes.
    ///
    /// - Throws: ``PolicyError`` at the first thing that is not understood. Nothing is guessed and nothing is skipped.
    public static func read(_ text: String) throws(PolicyError) -> Policy {
        let fields = try Fields(try StrictNode.compose(text), keys: keys)
        let name = try fields.required("policy").name()
        let version = try fields.required("version").integer(1...1_000_000)
        let description = try fields.required("description").text()
        let signals = try signals(fields.required("signals"))
        let tiers = try tiers(fields.required("tiers"), signals: signals)
        return Policy(
            name: name,
            version: version,
            description: description,
            totpWindow: try fields["totp_window"]?.choice(TOTPWindow.self) ?? .strict,
            evidenceValid: try fields["evidence_valid"]?.duration() ?? 900,
            approvalValid: try fields["approval_valid"]?.duration() ?? 1800,
            details: try details(fields["details"]),
            tiers: tiers,
            rules: try rules(fields.required("purposes"), tiers: tiers),
            signals: signals,
            limits: try limits(fields["limits"]),
            notices: try notices(fields.required("notify")),
            serviceLevels: try serviceLevels(fields["service_levels"])
        )
    }

    private static func details(_ node: StrictNode?) throws(PolicyError) -> DetailsRule {
        guard let node else { return DetailsRule(fields: 3, notGuessable: 1) }
        let fields = try Fields(node, keys: ["fields", "not_guessable"])
        let rule = DetailsRule(
            fields: try fields.required("fields").integer(1...20),
            notGuessable: try fields.required("not_guessable").integer(0...20)
        )
        guard rule.notGuessable <= rule.fields else {
            throw node.error(.contradiction, "more fields are not guessable than there are", "raise `fields`")
        }
        return rule
    }

    /// `none`, or signals by name.
    private static func signals(_ node: StrictNode) throws(PolicyError) -> [SignalName: SignalRule] {
        guard node.plain != "none" else { return [:] }
        var result: [SignalName: SignalRule] = [:]
        for member in try node.members() {
            guard let name = SignalName(member.key) else {
                throw member.notAName
            }
            let fields = try Fields(member.value, keys: ["blocks", "refuses", "for"])
            var blocks: Set<CheckKind> = []
            for kind in try fields["blocks"]?.list() ?? [] {
                guard blocks.insert(try kind.checkKind()).inserted else {
                    throw kind.error(.duplicateMember, "named twice", "keep one")
                }
            }
            result[name] = SignalRule(
                blocks: blocks,
                refuses: Set(try fields["refuses"]?.choices(Purpose.self) ?? []),
                duration: try fields.required("for").duration()
            )
        }
        return result
    }

    private static func limits(_ node: StrictNode?) throws(PolicyError) -> Limits {
        var limits = Limits()
        guard let node else { return limits }
        let fields = try Fields(node, keys: Limits.entries.map(\.key))
        for entry in Limits.entries {
            guard let value = fields[entry.key] else { continue }
            limits[keyPath: entry.field] = entry.isDuration ? try value.duration() : try value.integer(0...1_000_000)
        }
        return limits
    }

    /// `none`, or a list. `none` can be read so that the linter can say what is wrong with it.
    private static func notices(_ node: StrictNode) throws(PolicyError) -> Set<Notice> {
        node.plain == "none" ? [] : Set(try node.choices(Notice.self))
    }

    private static func serviceLevels(_ node: StrictNode?) throws(PolicyError) -> [Channel: ServiceLevel] {
        var result: [Channel: ServiceLevel] = [:]
        for (channel, value) in try node?.named(Channel.self) ?? [] {
            let fields = try Fields(value, keys: ["first_answer", "verify", "resolve"])
            result[channel] = ServiceLevel(
                firstAnswer: try fields.required("first_answer").duration(),
                verify: try fields.required("verify").duration(),
                resolve: try fields.required("resolve").duration()
            )
        }
        return result
    }
}

extension StrictNode.Member {
    var notAName: PolicyError {
        PolicyError(
            code: .notAName,
            line: line,
            column: column,
            path: value.path,
            text: "\(key.quoted) is not a name",
            cure: "use small letters, digits and single hyphens, first a letter, 40 at most"
        )
    }
}
