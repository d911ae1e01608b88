import Foundation
import GRDB
import RecoveryCrypto
import RecoveryVault
import Testing

@testable import AccountRecovery
@testable import RecoveryStore
@testable import recoveryctl

/// What a store says that a decision can rest on. What it refuses to say is an error in the place of the fact.
struct StoredFacts: Sendable {
    /// Of each field that opens, its value.
    var opened: Set<String> = []
    var cases: Set<String> = []
    var staff: Set<String> = []
    var approvals: Set<String> = []
    var policy: String?
    /// What passes that must not.
    var wrong: [String] = []
    /// Facts that were refused.
    var errors = 0

    init(at scene: Scene) async throws {
        let folder = DataFolder(try scene.folder.place(Scene.data).path)
        self = try await OpenInstallation.with(folder) { open in
            var facts = StoredFacts()
            let vault = open.parts.vault
            let now = open.parts.clock.now()
            await facts.note { facts in
                let found = try await open.store.read { try $0.records(RecoveryCase.self) }
                facts.cases = try Set(found.map { try Self.text($0) })
            }
            await facts.note { facts in
                let found = try await open.store.read { try $0.records(StaffMember.self) }
                facts.staff = try Set(found.map { try Self.text($0) })
            }
            await facts.note { facts in
                let found = try await open.store.read { try $0.records(RecordedApproval.self) }
                facts.approvals = try Set(found.map { try Self.text($0) })
            }
            await facts.note { facts in
                facts.policy = try await open.store.read { reader in
                    let force = try reader.record(PolicyInForce.self, "policy")
                    // One that is not found is refused wherever it is needed: that is no other policy.
                    return try force.map {
                        try Self.text(reader.record(StoredPolicy.self, $0.digest).orDamage("policy"))
                    }
                }
            }
            await facts.note { facts in
                let values = try await open.store.read { reader in try Self.values(vault, reader) }
                facts.opened = values.opened
                facts.errors += values.errors
            }
            for (email, mayPass) in [("kim.park@example.org", true), ("kim.pork@example.org", false)] {
                await facts.note { facts in
                    let claims = try vault.normalise(
                        [
                            ClaimedDetail(field: "email", value: Self.secret(email)),
                            ClaimedDetail(field: "date_of_birth", value: Self.secret("1985-02-28")),
                            ClaimedDetail(field: "name", value: Self.secret("Kim Park")),
                        ],
                        at: now
                    )
                    let outcome = try await open.store.read { reader in
                        let found = try vault.find(Self.secret("u-1001"), in: reader)
                        return try vault.compare(claims, of: found.pseudonym, in: reader)
                    }
                    if outcome == .pass, !mayPass { facts.wrong.append("details") }
                    if outcome == .indeterminate { facts.errors += 1 }
                }
            }
            return facts
        }
    }

    private init() {}

    private mutating func note(_ read: (inout StoredFacts) async throws -> Void) async {
        do { try await read(&self) } catch { errors += 1 }
    }

    /// What this store says that the whole one does not; `nil` where it says the same or less.
    func contradiction(of whole: StoredFacts) -> String? {
        if !wrong.isEmpty { return "passed: \(wrong)" }
        if let policy, policy != whole.policy { return "another policy" }
        for (what, mine, theirs) in [
            ("field", opened, whole.opened), ("case", cases, whole.cases), ("person", staff, whole.staff),
            ("approval", approvals, whole.approvals),
        ] where !mine.isSubset(of: theirs) { return "another \(what): \(mine.subtracting(theirs))" }
        return nil
    }

    /// Whether anything is missing or was refused.
    func isLess(than whole: StoredFacts) -> Bool {
        errors > 0 || opened != whole.opened || cases != whole.cases || staff != whole.staff
            || approvals != whole.approvals || policy != whole.policy
    }

    private static func values(_ vault: SubjectVault, _ reader: any StoreReader) throws -> (
        opened: Set<String>, errors: Int
    ) {
        let row = try vault.find(secret("u-1001"), in: reader).row.orDamage("subject")
        let rows = try SubjectRows(row, from: reader)
        let ring = try vault.ring(adding: [.pii, .auth])
        var (opened, errors): (Set<String>, Int) = ([], 0)
        for field in rows.fields {
            do {
                let record = try RecoveryVault.RecordKind(rawValue: field.record).orDamage("record kind")
                guard let key = try vault.opened(field, of: record, in: rows, with: ring) else { continue }
                let hash = key.lend {
                    SHA256.digest(of: $0.indices.map { index in key.lend { $0[index] } }).hexadecimal
                }
                opened.insert("\(field.record)/\(field.field)/\(field.slot): \(hash)")
            } catch {
                errors += 1
            }
        }
        return (opened, errors)
    }

    private static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func secret(_ text: String) -> SecretText {
        var bytes = Array(text.utf8)
        return SecretText(wiping: &bytes)
    }
}

/// What became of flips.
struct FlipCount: Sendable {
    var (unaffected, refused, reported, bad) = (0, 0, 0, 0)

    /// Looks at a damaged store. Returns what is wrong, if anything is.
    mutating func add(_ scene: Scene, _ whole: StoredFacts) async -> String? {
        guard let facts = try? await StoredFacts(at: scene) else {
            refused += 1
            return nil
        }
        if let what = facts.contradiction(of: whole) {
            bad += 1
            return what
        }
        if facts.isLess(than: whole) { reported += 1 } else { unaffected += 1 }
        return nil
    }

    static func + (left: FlipCount, right: FlipCount) -> FlipCount {
        var sum = left
        sum.unaffected += right.unaffected
        sum.refused += right.refused
        sum.reported += right.reported
        sum.bad += right.bad
        return sum
    }
}

extension Scene {
    private var database: String { get throws { try folder.place(Scene.data + "/store/recovery.db").path } }

    /// Puts a database in the place of the one that is there.
    func lay(_ bytes: Data) throws {
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: try database + suffix) }
        let file = try #require(FileHandle(forWritingAtPath: try database))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: bytes)
        try file.close()
    }

    /// Changes the database as somebody else would, who knows how check sums of records are made.
    func change(_ sql: String) throws {
        let queue = try DatabaseQueue(path: try database)
        try queue.writeWithoutTransaction { database in
            database.add(
                function: DatabaseFunction("record_check", argumentCount: 4) { values in
                    let texts = values.prefix(3).map { String.fromDatabaseValue($0) ?? "" }
                    let body = Data.fromDatabaseValue(values[3]) ?? Data()
                    return RecordCheck.value(kind: texts[0], id: texts[1], owner: texts[2], body: [UInt8](body))
                }
            )
            try database.execute(sql: sql)
        }
        try queue.close()
    }
}
