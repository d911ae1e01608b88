import AccountRecovery
import Foundation
import GRDB
import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import RecoveryTestSupport
import Testing

/// A place of its own for one test: a data folder, the head beside it, keys and a clock. Removed with the object.
final class Workshop: Sendable {
    let root: String
    let clock: SteppedClock
    let signingKey: Ed25519.PrivateKey
    let auditor: X25519.PrivateKey
    private let isMine: Bool

    var data: String { root + "/data" }
    var database: String { data + "/recovery.db" }
    var epochKey: String { data + "/epoch.key" }
    var head: String { data + ".head/checkpoint" }

    init(clock: SteppedClock = SteppedClock()) throws {
        root = FileManager.default.temporaryDirectory.path + "/store-" + Random.bytes(8).hexadecimal
        self.clock = clock
        signingKey = Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32))
        auditor = X25519.PrivateKey(bytes: SecretKey(randomByteCount: 32))
        isMine = true
        try FileManager.default.createDirectory(
            atPath: root,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// Another place with the same keys.
    private init(_ other: Workshop, root: String, isMine: Bool) {
        self.root = root
        clock = other.clock
        signingKey = other.signingKey
        auditor = other.auditor
        self.isMine = isMine
    }

    deinit {
        if isMine { try? FileManager.default.removeItem(atPath: root) }
    }

    /// The same keys at a place that the caller looks after.
    func moved(to root: String) -> Workshop {
        Workshop(self, root: root, isMine: false)
    }

    /// A copy of all files as they are now: what a process leaves that is killed at this moment.
    func snapshot() throws -> Workshop {
        let copy = Workshop(self, root: root + "-" + Random.bytes(4).hexadecimal, isMine: true)
        try FileManager.default.copyItem(atPath: root, toPath: copy.root)
        return copy
    }

    /// Puts a file of another moment in the place of ours.
    func takeBack(_ path: KeyPath<Workshop, String>, from other: Workshop) throws {
        try FileManager.default.removeItem(atPath: self[keyPath: path])
        try FileManager.default.copyItem(atPath: other[keyPath: path], toPath: self[keyPath: path])
    }

    func keys(signingKey: Ed25519.PrivateKey? = nil) throws -> LogKeys {
        LogKeys(
            origin: try #require(Origin("log.example.org/store")),
            signingKey: signingKey ?? self.signingKey,
            auditors: [KeyRecipient(kid: "auditor-1", publicKey: auditor.publicKey)],
            dataFolder: data
        )
    }

    func options(_ change: (inout StoreOptions) -> Void = { _ in }) -> StoreOptions {
        let held = HeldClock(workshop: self)
        var options = StoreOptions(tenant: [UInt8](repeating: 7, count: 16), clock: held, program: "workshop")
        options.ownerWait = .zero
        options.reserveSize = 64 << 10
        // Stands still with the wall clock, so that no test sees a step of it that it did not make.
        options.monotonicMicroseconds = { [clock] in clock.microseconds() }
        change(&options)
        return options
    }

    func create(_ change: (inout StoreOptions) -> Void = { _ in }) throws -> SQLiteStore {
        try SQLiteStore.create(at: data, keys: try keys(), options: options(change))
    }

    func open(_ change: (inout StoreOptions) -> Void = { _ in }) throws -> SQLiteStore {
        try SQLiteStore.open(at: data, keys: try keys(), options: options(change))
    }

    /// A store that has lived: created, written to and closed.
    func settled(changes: Int = 3) async throws {
        let store = try create()
        for number in 0..<changes { try await store.write(number) }
        try await store.close()
    }

    /// Opens the database as somebody else would.
    func tamper(_ sql: String) throws {
        let queue = try DatabaseQueue(path: database)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    func bytes(_ path: KeyPath<Workshop, String>) throws -> [UInt8] {
        [UInt8](try #require(FileManager.default.contents(atPath: self[keyPath: path])))
    }

    func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? NSNumber).intValue
    }

    /// Judges a log with everything an auditor may hold.
    func verification() throws -> VerificationOptions {
        var options = VerificationOptions(now: clock.now())
        options.logKey = VKey(try keys().identity)
        options.auditor = AuditorKey(kid: "auditor-1", key: auditor)
        options.requiresMACs = true
        return options
    }
}

/// The workshop's clock, which keeps the workshop: a folder must not go while a store works in it.
private struct HeldClock: RecoveryClock {
    let workshop: Workshop

    func microseconds() -> Int64 {
        workshop.clock.microseconds()
    }
}

extension LogKeys {
    var identity: LogIdentity { LogIdentity(origin: origin, publicKey: signingKey.publicKey) }
}

extension SQLiteStore {
    /// One change with one event.
    func write(_ number: Int) async throws {
        try await commit { transaction in
            try transaction.put(Note(id: "\(number)"))
            return Recorded((), .assign(number))
        }
    }

    /// All records, in order.
    func everything() async throws -> [AuditRecord] {
        try await records(in: 0..<UInt64.max, limit: 100_000).map(\.record)
    }

    /// The types of all records, in order, as the format numbers them.
    func types() async throws -> [UInt8] {
        try await everything().map(\.type)
    }
}

struct Note: StoredRecord, Equatable {
    static var kind: RecordKind { .notice }
    let id: String
    var owner: String { "" }
}

extension AuditEvent {
    static func assign(_ number: Int, of name: String = "C-1") -> AuditEvent {
        AuditEvent(.event, ["event": "case.assign", "case": .string(name), "to_actor": .string("n-\(number)")])
    }
}

/// The error that `body` throws, which must be one of a store's.
func storeError(_ body: () throws -> some Any) throws -> StoreError {
    do {
        _ = try body()
    } catch let error as StoreError {
        return error
    }
    throw Unexpected.success
}

enum Unexpected: Error {
    case success
}
