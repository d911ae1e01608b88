public import AccountRecovery
import Synchronization

/// A clock that stands still until a test moves it, in either direction.
public final class SteppedClock: RecoveryClock {
    private let time: Mutex<Int64>

    /// Begins at `seconds` since 1970.
    public init(at seconds: Int64 = 1_760_000_000) {
        time = Mutex(seconds * 1_000_000)
    }

    public func microseconds() -> Int64 {
        time.withLock { $0 }
    }

    public func step(seconds: Int64) {
        time.withLock { $0 += seconds * 1_000_000 }
    }
}
