import Foundation
import Synchronization

/// Shows how far long work has come, on standard error: in place on a terminal, otherwise a line every ten seconds.
final class Progress: Sendable {
    private let total: Int
    private let what: String
    private let start = ContinuousClock.now
    private let last = Mutex((time: ContinuousClock.now, count: 0))
    private let isOnTerminal = Terminal.isTalkOnTerminal

    init(of total: Int, _ what: String) {
        self.total = total
        self.what = what
    }

    func show(_ done: Int) {
        let now = ContinuousClock.now
        let pause: Duration = isOnTerminal ? .milliseconds(100) : .seconds(10)
        let isDue = last.withLock { last in
            guard done > last.count, now - last.time >= pause || done == total else { return false }
            last = (now, done)
            return true
        }
        guard isDue else { return }
        let elapsed = max((now - start) / .milliseconds(1), 1)
        let speed = Int(Double(done) * 1000 / elapsed)
        let left = speed > 0 ? "\((total - done) / speed) s left" : ""
        let line = "\(done) of \(total) \(what), \(speed)/s, \(left)"
        try? FileHandle.standardError.write(contentsOf: Data((isOnTerminal ? "\r\u{1B}[K\(line)" : line + "\n").utf8))
    }

    func end() {
        if isOnTerminal { try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8)) }
    }
}
