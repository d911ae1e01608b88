import Foundation

/// Shows on standard error how far a long verification has come: in place on a terminal, otherwise a line every ten
/// seconds, so that a short one says nothing.
struct Progress {
    private let start = ContinuousClock.now
    private var last = ContinuousClock.now
    private var isShown = false
    private let isOnTerminal = isatty(STDERR_FILENO) == 1

    /// - Parameter signed: how many records there should be, if a checkpoint says so.
    mutating func show(_ records: UInt64, of signed: UInt64?) {
        let now = ContinuousClock.now
        guard now - last >= (isOnTerminal ? .milliseconds(200) : .seconds(10)) else { return }
        last = now
        isShown = true
        let speed = max(1, Double(records) / ((now - start) / .seconds(1)))
        var line = "\(records) records, \(Int(speed)) a second"
        if let signed, signed > records { line += ", \(Int(Double(signed - records) / speed) + 1) s left of \(signed)" }
        Terminal.say(isOnTerminal ? "\r\u{1B}[K" + line : line, isLine: !isOnTerminal)
    }

    /// Takes away what was shown in place.
    func end() {
        if isShown, isOnTerminal { Terminal.say("\r\u{1B}[K", isLine: false) }
    }
}
