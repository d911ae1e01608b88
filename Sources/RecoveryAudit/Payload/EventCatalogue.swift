/// The events that exist, and what each may say (audit-log.md §7). The list is closed.
public enum EventCatalogue {
    /// Whether an event carries a statement of a member of staff (audit-log.md §9).
    public enum StatementRule: String, Sendable {
        case no
        case yes
        case optional = "opt"
    }

    /// One row of the table.
    public struct Event: Sendable {
        public let name: String
        let required: [String: ValueKind]
        let optional: [String: ValueKind]
        /// The names of the private values it may have; only commitments to them are in the record.
        public let privateNames: [String]
        public let statement: StatementRule
        let shape: PayloadShape
    }

    /// All events by name.
    public static let events: [String: Event] = {
        let rows = table.split(separator: "\n").map(row)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
    }()

    /// The event of that name; an extension event if it is `x.` and a word.
    public static func event(named name: String) -> Event? {
        events[name] ?? (isExtension(name) ? extensionEvent : nil)
    }

    /// The fields that every event may have.
    static let common: [String: ValueKind] = ["actor": .ref, "case": .ref, "req": .ref, "subject": .psn]

    /// `x.` and a word, 48 characters in all.
    private static func isExtension(_ name: String) -> Bool {
        name.utf8.starts(with: "x.".utf8) && name.utf8.count <= 48 && ValueKind.isWord(String(name.dropFirst(2)))
    }

    private static let extensionEvent = row("x. | - | code:word count:int | detail | no")

    private static func row(_ line: Substring) -> Event {
        let columns = line.split(separator: " | ", omittingEmptySubsequences: false).map { column in
            column.split(separator: " ").filter { $0 != "-" }
        }
        // The table below is part of the program; a test compares it with the one that programs of others read.
        precondition(columns.count == 5 && columns[0].count == 1 && columns[4].count == 1, "not a row: \(line)")
        guard let statement = StatementRule(rawValue: String(columns[4][0])) else {
            preconditionFailure("not a rule for statements: \(line)")
        }
        let required = fields(columns[1])
        let optional = fields(columns[2])
        let names = columns[3].map(String.init)
        return Event(
            name: String(columns[0][0]),
            required: required,
            optional: optional,
            privateNames: names,
            statement: statement,
            shape: shape(required: required, optional: optional, privateNames: names, statement: statement)
        )
    }

    private static func fields(_ column: [Substring]) -> [String: ValueKind] {
        var fields: [String: ValueKind] = [:]
        for field in column {
            let parts = field.split(separator: ":")
            precondition(parts.count == 2, "not a field: \(field)")
            fields[String(parts[0])] = ValueKind(named: parts[1])
        }
        return fields
    }

    private static func shape(
        required: [String: ValueKind],
        optional: [String: ValueKind],
        privateNames: [String],
        statement: StatementRule
    ) -> PayloadShape {
        var required = required
        // A required field of the row that is common as well is required.
        var optional = optional.merging(common) { field, _ in field }
        required["event"] = .anyText
        if !privateNames.isEmpty { optional["priv"] = .commitments(privateNames) }
        switch statement {
        case .no: break
        case .yes: required.merge(PayloadShape.statement) { $1 }
        case .optional: optional.merge(PayloadShape.statement) { $1 }
        }
        return PayloadShape(required: required, optional: optional)
    }
}

// event | required | optional | private | statement
private let table = """
    case.open | case:ref subject:psn actor:ref reason:word channel:word tier:int policy:hash | parent:ref locale:word | contact note statement | no
    case.move | case:ref from:word to:word | why:word | note | no
    case.assign | case:ref to_actor:ref | - | - | no
    case.resume | case:ref channel:word | - | - | no
    case.note | case:ref actor:ref | kind:word | note | no
    case.flag | case:ref | - | kind note | no
    case.close | case:ref outcome:word records:int | why:word | note | no
    check.start | case:ref check:word | method:word channel:word | - | no
    check.result | case:ref check:word result:pass/fail/indeterminate/refused/expired attempts:int | method:word window:word evidence:hash provider:ref cert:ref | detail | opt
    code.issue | case:ref purpose:word channel:word until_s:int | code:hash sends:int | address | no
    code.void | case:ref purpose:word why:word | - | - | no
    pii.match | case:ref result:pass/fail/indeterminate fields:int | - | - | no
    pii.reveal | case:ref actor:ref field:word purpose:word | - | note | no
    risk.signal | case:ref signal:word effect:raise/block/none | provider:ref age_s:int | detail | no
    verdict.give | case:ref verdict:allow/deny/more policy:hash inputs:hash tier:int approvals:int | missing:words | - | no
    approval.give | case:ref actor:ref | - | note | yes
    approval.void | case:ref why:word | of:int | - | no
    grant.issue | case:ref grant:hash action:word case_version:int evidence:hash approvals:int until_s:int | - | - | no
    grant.use | case:ref grant:hash action:word | - | - | no
    grant.void | case:ref grant:hash why:word | - | - | no
    account.intent | case:ref subject:psn grant:hash action:word connector:ref | - | - | no
    account.result | case:ref intent:int result:ok/failed/unknown | code:word | detail | no
    hold.start | case:ref subject:psn scopes:words until_s:int | - | - | no
    hold.end | subject:psn why:word | scopes:words | - | no
    freeze.on | subject:psn why:word | - | - | no
    freeze.off | case:ref subject:psn grant:hash | - | - | no
    notice.queue | case:ref kind:word channel:word count:int | - | address | no
    notice.result | case:ref kind:word result:accepted/failed count:int | code:word | detail | no
    repudiate | subject:psn channel:word | - | statement | no
    appeal.open | case:ref parent:ref | - | statement | no
    appeal.decide | case:ref actor:ref | - | note | yes
    limit.hit | scope:word | limit:int retry_s:int | source | no
    auth.login | actor:ref result:pass/fail method:word | - | source | no
    auth.logout | actor:ref | - | - | no
    access.deny | actor:ref route:ref why:word | - | source | no
    admin.approve | actor:ref | - | note | yes
    breakglass.open | case:ref actor:ref why:word until_s:int approvals:seqs | - | note | no
    breakglass.close | case:ref actor:ref | - | note | no
    policy.apply | actor:ref policy:hash previous:hash | version:ref | - | no
    config.apply | actor:ref key:ref value:hash | - | - | no
    key.rotate | class:word version:int | - | - | no
    training.record | actor:ref cert:ref until_s:int | - | - | no
    reconcile.run | connector:ref changes:int orphans:int | - | - | no
    reconcile.orphan | connector:ref | intent:int | detail | no
    quality.score | case:ref actor:ref score:int sheet:ref | - | note | no
    feedback.give | case:ref | csat:int | text | no
    audit.view | actor:ref from:int to:int | why:word | - | no
    audit.export | actor:ref size:int | from:int to:int format:word | - | no
    audit.verify | verdict:ok/tampered/incomplete/unverifiable size:int | code:word | - | no
    audit.full | free:int | - | - | no
    service.start | version:ref config:hash | - | - | no
    service.stop | why:word | - | - | no
    """
