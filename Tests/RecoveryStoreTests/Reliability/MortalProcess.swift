import AccountRecovery
import RecoveryStore

/// A process that works on a store until it is killed, after a number of its operations that a seed decides. Whoever
/// works in it then hears nothing any more, whether or not a last commit of theirs is on the disk.
actor MortalProcess {
    struct Killed: Error {}

    private var operationsLeft: Int
    private var store: SQLiteStore?

    init(operations: Int) {
        operationsLeft = operations
    }

    /// Gives the process the store, which nobody else keeps.
    func own(_ store: SQLiteStore) { self.store = store }

    /// Drops the store without a word, as the system does for whoever was killed.
    func drop() { store = nil }

    var isDead: Bool { operationsLeft <= 0 }

    /// Counts one operation.
    @discardableResult
    func live() throws(Killed) -> SQLiteStore {
        operationsLeft -= 1
        guard !isDead, let store else { throw Killed() }
        return store
    }
}

/// When an attempt is counted.
enum Counting: Sendable {
    case beforeComparing
    /// The seeded bug: the attempt is written with the result, and not before.
    case afterComparing
}

/// One guess's view of the store, from within a process that may be killed before and after each of its operations.
struct GuessStore: CaseStore {
    let process: MortalProcess
    let recoveryCase: CaseID
    let observer: GuessObserver
    let counting: Counting
    private let progress = Progress()

    init(
        in process: MortalProcess,
        _ recoveryCase: CaseID,
        observer: GuessObserver,
        counting: Counting
    ) {
        self.process = process
        self.recoveryCase = recoveryCase
        self.observer = observer
        self.counting = counting
    }

    func read<Value: Sendable>(_ body: @Sendable (any StoreReader) throws -> Value) async throws -> Value {
        let value = try await process.live().read(body)
        // What is compared with is in the guesser's hands now: from here on the guess counts as made.
        await observer.noteComparison(in: recoveryCase)
        try await process.live()
        return value
    }

    func commit<Value: Sendable>(
        _ decide: @escaping @Sendable (any StoreTransaction) throws -> Recorded<Value>
    ) async throws -> Value {
        let store = try await process.live()
        let value: Value
        switch counting {
        case .beforeComparing: value = try await store.commit(decide)
        case .afterComparing: value = try await late(decide, on: store)
        }
        try await process.live()
        return value
    }

    /// Shows what the first commit would come to, and writes it down with the second.
    private func late<Value: Sendable>(
        _ decide: @escaping @Sendable (any StoreTransaction) throws -> Recorded<Value>,
        on store: SQLiteStore
    ) async throws -> Value {
        if let reservation = await progress.reservation {
            try await reservation(store)
            return try await store.commit(decide)
        }
        do {
            return try await store.commit { transaction -> Recorded<Value> in
                throw Shown(value: try decide(transaction).value)
            }
        } catch let shown as Shown<Value> {
            await progress.keep { store in _ = try await store.commit(decide) }
            return shown.value
        }
    }

    private struct Shown<Value: Sendable>: Error {
        let value: Value
    }

    private actor Progress {
        private(set) var reservation: (@Sendable (SQLiteStore) async throws -> Void)?

        func keep(_ reservation: @escaping @Sendable (SQLiteStore) async throws -> Void) {
            self.reservation = reservation
        }
    }
}
