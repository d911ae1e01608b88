extension PolicyLint {
    /// What a rule's evidence sets allow.
    static func evidence(_ rule: Rule, purpose: Purpose, in policy: Policy) -> [LintFinding] {
        let path = rule.path + ".evidence"
        let (sets, impossible) = rule.evidence.evidenceSets(at: path)
        var found: [LintFinding] = []
        func report(_ code: LintFinding.Code, _ source: String, _ text: String, _ cure: String, at place: String? = nil)
        {
            found.append(LintFinding(code: code, source: source, path: place ?? path, text: text, cure: cure))
        }
        if sets.isEmpty {
            report(.impossibleRule, "house", "no evidence can meet this", "ask for each factor once in a way")
        } else {
            for way in impossible {
                report(
                    .impossibleWay,
                    "house",
                    "asks for one factor twice: " + way.map(\.leaf.text).joined(separator: " + "),
                    "text and voice are one factor; ask for another",
                    at: way.first?.path
                )
            }
        }
        for set in sets where set.worthy.isEmpty {
            report(
                .grantsOnNothing,
                "63A §2.5.1, ASVS 6.4.2, 63B §3.1.3",
                "met by \(set.text) alone, which proves nothing",
                "ask for a code, an authenticator or a document with it"
            )
        }
        let worthy = sets.filter { !$0.worthy.isEmpty }
        if rule.changesSecondFactor {
            for set in worthy where set.factors == [.email] {
                report(
                    .emailRebinds,
                    "63B §4.2.2.2",
                    "whoever reads the e-mail takes the second factor (\(set.text))",
                    "ask for a second factor beside the e-mail"
                )
            }
            for set in worthy where !set.resetsSecondFactor {
                report(
                    .weakReset,
                    "63B §4.2.2.2",
                    "a second factor is reset with \(set.text)",
                    "ask for two codes of different methods, a code and an authenticator, or a document"
                )
            }
        }
        found += telephone(rule, sets: worthy, in: policy)
        if !purpose.isProtective {
            for set in worthy where set.factors.count == 1 && set.worthy.count == 1 && !rule.changesSecondFactor {
                report(.singleFactor, "63B §4.2.2", "one factor is enough (\(set.text))", "ask for two")
            }
        }
        if worthy.count == 1 {
            report(.singleWay, "63-4 §3.6", "whoever cannot give \(worthy[0].text) is locked out", "offer another way")
        }
        if rule.sameChannelAllowed {
            report(
                .sameChannel,
                "house",
                "a code to the address through which the case came counts",
                "leave `same_channel` out",
                at: rule.path + ".same_channel"
            )
        }
        let usesContact = sets.contains { $0.kinds.contains(.contactCode) }
        if usesContact, policy.limits.caseLives <= policy.limits.contactWait {
            report(
                .contactNever,
                "63B §4.2.1.3",
                "the case ends before a recovery contact's code counts",
                "raise limits.case_lives above limits.contact_wait"
            )
        }
        return found
    }

    /// Codes over the telephone network are restricted authenticators (63B §3.2.9).
    private static func telephone(_ rule: Rule, sets: [EvidenceSet], in policy: Policy) -> [LintFinding] {
        var found: [LintFinding] = []
        if sets.contains(where: \.hasTelephone), sets.allSatisfy(\.hasTelephone) {
            found.append(
                LintFinding(
                    code: .telephoneOnly,
                    source: "63B §3.2.9",
                    path: rule.path + ".evidence",
                    text: "every way needs a telephone",
                    cure: "offer a way without `sms` and `voice`"
                )
            )
        }
        let guarded = policy.signals.values.reduce(into: Set<CheckKind>()) { $0.formUnion($1.blocks) }
        for leaf in rule.evidence.leaves(at: rule.path + ".evidence") {
            for kind in leaf.leaf.kinds where kind.isTelephone && !guarded.contains(kind) {
                found.append(
                    LintFinding(
                        code: .telephoneUnguarded,
                        source: "63B §3.2.9",
                        path: leaf.path,
                        text: "no signal blocks \(kind.name) after a SIM change",
                        cure: "add `signals: {sim-changed: {blocks: [\(kind.name)], for: 7d}}`"
                    )
                )
            }
        }
        return found
    }
}
