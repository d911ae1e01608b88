import AccountRecovery
import Synchronization

/// Where two wait for each other.
actor Meeting {
    private var waiting: CheckedContinuation<Void, Never>?

    func meet() async {
        if let first = waiting.take() {
            first.resume()
        } else {
            await withCheckedContinuation { waiting = $0 }
        }
    }
}

/// Waits for the other before the commit of one number, from 1.
final class MeetingStore: CaseStore {
    private let store: MemoryStore
    private let meeting: Meeting
    private let number: Int
    private let commits = Mutex(0)

    init(_ store: MemoryStore, _ meeting: Meeting, atCommit number: Int) {
        self.store = store
        self.meeting = meeting
        self.number = number
    }

    func read<Value: Sendable>(_ body: @Sendable (any StoreReader) throws -> Value) async throws -> Value {
        try await store.read(body)
    }

    func commit<Value: Sendable>(
        _ decide: @escaping @Sendable (any StoreTransaction) throws -> Recorded<Value>
    ) async throws -> Value {
        let count = commits.withLock { count in
            count += 1
            return count
        }
        if count == number { await meeting.meet() }
        return try await store.commit(decide)
    }
}
