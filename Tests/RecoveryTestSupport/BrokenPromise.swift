/// What a conformance suite throws: an implementation broke a promise of its port.
///
/// An error and not a recorded issue, so that a test can say of a seeded bug which promise it must break.
public struct BrokenPromise<Promise: Hashable & Sendable>: Error, CustomStringConvertible {
    public let promise: Promise
    public let detail: String

    public var description: String { "\(promise): \(detail)" }
}
