import GRDB

/// A value that is touched on the queue of one connection only.
///
/// Not checked by the compiler, but by what has to be shown: GRDB lends a `Database` to nobody but the work on its
/// serial queue, so whoever can name it is there, and is there alone.
final class QueueConfined<Value>: @unchecked Sendable {
    private var value: Value

    init(_ value: sending Value) {
        self.value = value
    }

    func use<Result>(with database: Database, _ body: (inout Value) throws -> Result) rethrows -> Result {
        try body(&value)
    }
}
