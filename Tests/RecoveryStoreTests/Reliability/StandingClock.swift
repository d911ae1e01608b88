import AccountRecovery
import Synchronization

/// Stands still until it is moved. An atomic and no lock: Thread Sanitizer does not see the locks of `Synchronization`
/// on Linux, and would report every reading as a race.
final class StandingClock: RecoveryClock {
    private let time: Atomic<Int64>

    init(at seconds: Int64 = 1_800_000_000) {
        time = Atomic(seconds * 1_000_000)
    }

    func microseconds() -> Int64 { time.load(ordering: .sequentiallyConsistent) }

    func move(seconds: Int64) { time.add(seconds * 1_000_000, ordering: .sequentiallyConsistent) }
}
