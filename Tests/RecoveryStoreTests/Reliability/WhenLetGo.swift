import AccountRecovery

/// Opens what was dropped without being closed, as soon as the last threads that hold it let it go.
///
/// The store's own wait would keep a thread that those who let go may need.
func whenLetGo<Value>(_ open: () throws -> Value) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(20)
    while true {
        do {
            return try open()
        } catch StoreError.owned where ContinuousClock.now < deadline {
            await Task.yield()
        }
    }
}
