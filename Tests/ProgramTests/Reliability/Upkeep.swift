import AccountRecovery
import Foundation
import GRDB
import RecoveryStore
import RecoveryTestSupport
import RecoveryVault
import Testing

@testable import AccountRecovery
@testable import recoveryctl

/// Work on the whole of the store that takes several steps.
struct Upkeep: Sendable, CustomStringConvertible {
    let description: String
    let words: [String]
    /// Whether the database is of the version before.
    var isOld = false

    static let all = [
        Upkeep(description: "rotate pii", words: ["key", "rotate", "pii", "--batch", "2"]),
        Upkeep(description: "rotate sys", words: ["key", "rotate", "sys"]),
        Upkeep(description: "migrate", words: ["store", "migrate"], isOld: true),
    ]
}

/// A desk with customers, before the work.
struct UpkeepScene: Sendable {
    private let scene: Scene
    private let act: Act

    private static let references = (1...8).map { "u-20\($0)0" }

    init(for upkeep: Upkeep) async throws {
        let scene = try Scene(after: 0)
        let lines = Self.references.map { reference in
            """
            {"account":"\(reference)","name":"Lee Choi","date_of_birth":"1990-01-0\(reference.dropFirst(4).prefix(1))",\
            "email":"\(reference)@example.org","stake":5}
            """
        }
        try scene.folder.write(lines.joined(separator: "\n") + "\n", to: "more.jsonl")
        let importing = Act(name: "import", actor: "ada", words: ["account", "import", "more.jsonl"], event: "")
        try #require(scene.play(importing).answer.code == 0)
        if upkeep.isOld {
            let queue = try DatabaseQueue(path: scene.folder.place(Scene.data + "/store/recovery.db").path)
            try await queue.writeWithoutTransaction { try $0.execute(sql: FirstVersion.sql) }
            try queue.close()
        }
        self.scene = scene
        act = Act(name: upkeep.description, actor: "ada", words: upkeep.words, event: "")
    }

    func discard() {
        scene.folder.discard()
    }

    /// How many calls the work makes when nothing breaks it.
    func calls() async throws -> Int {
        let copy = try scene.copy()
        defer { copy.folder.discard() }
        let ending = try copy.play(act, .all)
        try #require(ending.answer.code == 0, "\(ending.answer.stderr)")
        let faults = try await Self.faults(of: copy)
        try #require(faults == [])
        return try ListedCall.all(in: copy.list).count
    }

    struct Broken: Sendable {
        let isKilled: Bool
        /// Whether it had begun, and was not over.
        let isBetween: Bool
        let faults: [String]
    }

    /// Breaks the work, looks at what is left of it, gives the command again, and looks once more.
    ///
    /// - Parameter key: A key file that is lost with the process, where that is the bug.
    func run(_ fault: Fault, forgetting key: String? = nil) async throws -> Broken {
        let copy = try scene.copy()
        defer { copy.folder.discard() }
        let ending = try copy.play(act, fault.calls, fault)
        let isBetween = try Self.isBetween(copy)
        if isBetween, let key {
            try FileManager.default.removeItem(at: copy.folder.place(Scene.data + "/keys/" + key))
        }
        var faults: [String] = []
        if try Self.version(of: copy) == 2 { faults = try await Self.faults(of: copy) }
        let again = try copy.play(act)
        if again.signal != nil || again.answer.code != 0 { faults.append("again: \(again.answer.stderr)") }
        faults += try await Self.faults(of: copy)
        let verified = try copy.verify()
        if verified.code != 0 { faults.append("the log: \(verified.stdout)") }
        return Broken(isKilled: ending.signal == SIGKILL, isBetween: isBetween, faults: faults)
    }

    private static func version(of scene: Scene) throws -> Int {
        try read(scene) { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    }

    /// Whether keys are wrapped under two versions.
    private static func isBetween(_ scene: Scene) throws -> Bool {
        try read(scene) { database in
            try Int.fetchOne(
                database,
                sql: "SELECT count(DISTINCT kek_version) FROM subject_key WHERE class = 1"
            ) == 2
        }
    }

    private static func read<Value>(_ scene: Scene, _ body: (Database) throws -> Value) throws -> Value {
        let queue = try DatabaseQueue(path: scene.folder.place(Scene.data + "/store/recovery.db").path)
        defer { try? queue.close() }
        return try queue.read(body)
    }

    /// What is wrong with the store as the next process finds it.
    private static func faults(of scene: Scene) async throws -> [String] {
        let folder = DataFolder(try scene.folder.place(Scene.data).path)
        do {
            return try await OpenInstallation.with(folder) { open in
                try await open.store.verifyPages()
                let vault = open.parts.vault
                return try await open.store.read { reader in
                    var faults: [String] = []
                    let rows = try reader.vault.subjects(after: nil, limit: 100)
                    if rows.count != references.count + 1 { faults.append("\(rows.count) customers") }
                    var opened = 0
                    for row in rows {
                        let rows = try SubjectRows(row, from: reader)
                        try vault.requireSound(rows)
                        for field in PersonField.allCases where try vault.personal(field, in: rows) != nil {
                            opened += 1
                        }
                    }
                    // Account, name, date of birth and e-mail address of each.
                    if opened != 4 * rows.count { faults.append("\(opened) fields") }
                    let keyring = try reader.vault.keyring()
                    for purpose in Set(keyring.map(\.purpose)) {
                        let active = keyring.count { $0.purpose == purpose && $0.state == KeyState.active.rawValue }
                        if active != 1 { faults.append("\(active) active keys of \(purpose)") }
                    }
                    return faults
                }
            }
        } catch {
            return ["\(error)"]
        }
    }
}
