import RecoveryCrypto

/// Keeps key bytes in the memory of this process. To be called once, before its first thread and its first key.
///
/// - Returns: What the system did not grant, in words for the operator. Empty where nothing is missing.
public func hardenProcess() -> [String] {
    guard case .weakened(let shortfalls) = ProcessHardening.apply() else { return [] }
    return shortfalls.map { shortfall in
        switch shortfall {
        case .noSecureHeap: "keys have no memory of their own"
        case .heapNotLocked: "keys may be swapped out: ulimit -l is below 4096"
        case .heapSurvivesFork: "a fork would get a copy of the keys"
        case .coreFilesAllowed: "core files could not be switched off"
        case .dumpable: "other processes of this user may read the memory of this one"
        }
    }.sorted()
}

/// The cryptographic library that runs, in its own words.
public func cryptographicLibraryVersion() -> String { cryptographicLibrary }
