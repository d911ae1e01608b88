import RecoveryAudit
import RecoveryStore

/// A record as an event of the Open Cybersecurity Schema Framework 1.8.0, category Identity & Access Management.
///
///     case, check, approval, grant, log …   Entity Management        3004
///     account, freeze, hold, enrolment      Account Change           3001
///     auth.login, auth.logout               Authentication           3002
///     a key of the staff                    User Access Management   3005
///
/// What the schema has no place for is in `unmapped`, so that nothing of a payload is lost.
struct OCSFView {
    private static let version = "1.8.0"
    private static let category: Int64 = 3

    private let listed: ListedRecord
    private let origin: String

    init(of listed: ListedRecord, origin: String) {
        self.listed = listed
        self.origin = origin
    }

    var event: JSONValue {
        let kind = Kind(of: listed)
        var members: [JSONMember] = [
            JSONMember(key: "activity_id", value: .integer(kind.activity)),
            JSONMember(key: "category_uid", value: .integer(Self.category)),
            JSONMember(key: "class_uid", value: .integer(kind.class)),
            JSONMember(key: "message", value: .string(listed.name)),
            JSONMember(key: "metadata", value: metadata),
            JSONMember(key: "severity_id", value: .integer(severity)),
            JSONMember(key: "time", value: .integer(Int64(clamping: listed.record.timeMicroseconds / 1000))),
            // How the schema builds it: the class and the activity side by side.
            JSONMember(key: "type_uid", value: .integer(kind.class * 100 + kind.activity)),
            JSONMember(key: "unmapped", value: .object(listed.payload ?? JSONObject())),
        ]
        if kind.activity == Kind.other {
            members.append(JSONMember(key: "activity_name", value: .string(listed.name)))
        }
        if let succeeded = listed.succeeded {
            members.append(JSONMember(key: "status_id", value: .integer(succeeded ? 1 : 2)))
        }
        if let actor = listed.word("actor") {
            members.append(JSONMember(key: "actor", value: ["user": ["name": .string(actor)]]))
        }
        members += subject(of: kind)
        return .object(JSONObject(members))
    }

    /// What the class must name: an entity, or a user.
    private func subject(of kind: Kind) -> [JSONMember] {
        switch kind.class {
        case Kind.entityManagement:
            let entity: JSONValue =
                if let name = listed.word("case") {
                    ["type": "recovery case", "uid": .string(name)]
                } else {
                    ["type": "audit log", "uid": .string(origin)]
                }
            return [JSONMember(key: "entity", value: entity)]
        case Kind.userAccess:
            return [
                JSONMember(key: "privileges", value: [.string(listed.word("role") ?? "unknown")]),
                JSONMember(key: "user", value: staff),
            ]
        case Kind.authentication: return [JSONMember(key: "user", value: staff)]
        default:
            let user: JSONValue = listed.word("subject").map { ["uid": .string($0)] } ?? staff
            return [JSONMember(key: "user", value: user)]
        }
    }

    private var staff: JSONValue {
        ["name": .string(listed.word("kid") ?? listed.word("actor") ?? "unknown")]
    }

    private var metadata: JSONValue {
        var members: [JSONMember] = [
            JSONMember(key: "event_code", value: .string(listed.name)),
            JSONMember(key: "log_name", value: .string(origin)),
            JSONMember(
                key: "product",
                value: [
                    "name": "account-recovery", "vendor_name": "account-recovery", "version": .string(Version.number),
                ]
            ),
            JSONMember(key: "sequence", value: .integer(Int64(clamping: listed.record.seq))),
            JSONMember(key: "uid", value: .string("\(origin)/\(listed.record.seq)")),
            JSONMember(key: "version", value: .string(Self.version)),
        ]
        if let name = listed.word("case") { members.append(JSONMember(key: "correlation_uid", value: .string(name))) }
        return .object(JSONObject(members))
    }

    private var severity: Int64 {
        switch EventWeight(of: listed) {
        case .routine: 1
        case .notable: 2
        case .serious: 3
        case .grave: 4
        }
    }
}

/// Class and activity of the schema.
private struct Kind {
    static let accountChange: Int64 = 3001
    static let authentication: Int64 = 3002
    static let entityManagement: Int64 = 3004
    static let userAccess: Int64 = 3005
    static let other: Int64 = 99

    let `class`: Int64
    let activity: Int64

    init(of listed: ListedRecord) {
        (self.class, activity) =
            switch listed.name {
            case "auth.login": (Self.authentication, 1)
            case "auth.logout": (Self.authentication, 2)
            case "access.deny": (Self.authentication, Self.other)
            case "agentKeyAdd": (Self.userAccess, 1)
            case "agentKeyRevoke": (Self.accountChange, 5)
            case "freeze.on", "x.account.lock": (Self.accountChange, 9)
            case "freeze.off": (Self.accountChange, 12)
            case "x.enrol.totp", "x.enrol.codes": (Self.accountChange, 10)
            case "account.intent": (Self.accountChange, Self.activity(of: listed.word("action")))
            case "account.result", "hold.start", "hold.end", "repudiate": (Self.accountChange, Self.other)
            case "erase": (Self.accountChange, 6)
            case "case.open": (Self.entityManagement, 1)
            case "audit.view", "audit.export", "x.case.show": (Self.entityManagement, 2)
            default: (Self.entityManagement, 3)
            }
    }

    /// A step of a restore plan.
    private static func activity(of action: String?) -> Int64 {
        switch action {
        case "unlock": 12
        case "enrol_second_factor": 10
        case "remove_second_factor": 11
        default: other
        }
    }
}
