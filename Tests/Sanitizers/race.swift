import Synchronization

/// What threads share: one number that a lock guards, and one beside it that nothing guards unless it is asked for.
final class Shared: @unchecked Sendable {
    let guarded = Mutex(0)
    var unguarded = 0
}

/// A known race, and with `-D GUARDED` the same program without one: what Thread Sanitizer must report, and what it
/// must not.
@main
struct Race {
    static func main() async {
        let shared = Shared()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<20_000 {
                        #if GUARDED
                            shared.guarded.withLock {
                                $0 += 1
                                shared.unguarded += 1
                            }
                        #else
                            shared.guarded.withLock { $0 += 1 }
                            shared.unguarded += 1
                        #endif
                    }
                }
            }
        }
        print("counted", shared.guarded.withLock { $0 }, shared.unguarded)
    }
}
