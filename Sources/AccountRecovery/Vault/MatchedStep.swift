import RecoveryCrypto

/// The time step of an authenticator's code that was right when it was compared.
struct MatchedStep: Sendable {
    let step: Int64
    /// The first moment at which the code is too old.
    private let end: UnixTime

    init(_ step: Int64, ending end: UnixTime) {
        self.step = step
        self.end = end
    }

    /// Whether the code may be accepted in its turn, which may come long after the comparison: a queue, or a machine
    /// that slept, must not keep a code alive.
    func isAcceptable(at now: UnixTime, after lastStep: Int64?) -> Bool {
        now < end && step > lastStep ?? -1
    }
}
