/// Where things lie in the data directory of an installation.
///
///     installation.json     origin, tenant, auditors
///     providers.json        where keys of roles come from, if not from keys/
///     store/                the database, its lock and its reserve
///     keys/                 keys of the four roles, of the log, of grants; the log's next epoch
///     people/               signing keys of staff and auditors, in a trial; otherwise with the people themselves
///     outbox/               what the courier `maildir` wrote
///     prior-log/            after a restore: the log that ended, as the backup held it
///
/// and beside it, named alike with `.head`, the newest checkpoint of the log and the journal of erasures.
public struct DataFolder: Sendable, Hashable {
    /// An absolute path without a slash at the end.
    public let root: String

    public init(_ path: String) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        root = path
    }

    public var installation: String { root + "/installation.json" }
    public var providers: String { root + "/providers.json" }
    public var store: String { root + "/store" }
    public var keys: String { root + "/keys" }
    public var people: String { root + "/people" }
    public var outbox: String { root + "/outbox" }
    public var headFolder: String { root + ".head" }
    public var head: String { headFolder + "/checkpoint" }
    public var erasures: String { headFolder + "/erasures" }
    public var priorLog: String { root + "/prior-log" }
    public var epochKey: String { keys + "/epoch.key" }
    public var logKey: String { keys + "/log.key" }
    public var logVerifier: String { keys + "/log.vkey" }
    public var grantKey: String { keys + "/grant.key" }
    public var grantVerifier: String { keys + "/grant.pub" }

    /// The signing key of a member of staff.
    public func key(of name: StaffName) -> String { "\(people)/\(name.text).key" }

    /// The private key of an auditor, to whom the epochs of the log are sealed.
    public func auditorKey(of name: StaffName) -> String { "\(people)/\(name.text).auditor-key" }

    /// A version of the key of a role: `pii`, `match`, `auth` or `sys`. `pii.key` is the first, `pii-2.key` the next.
    func key(ofRole word: String, version: UInt32) -> String {
        version == 1 ? "\(keys)/\(word).key" : "\(keys)/\(word)-\(version).key"
    }
}
