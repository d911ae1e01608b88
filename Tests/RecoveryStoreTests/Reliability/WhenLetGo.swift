import AccountRecovery

/// Opens what was dropped without being closed. The last threads that hold it let it go a moment later.
func whenLetGo<Value>(_ open: () throws -> Value) async throws -> Value {
    for _ in 0..<8 {
        do {
            return try open()
        } catch StoreError.owned {
            await Task.yield()
        }
    }
    return try open()
}
