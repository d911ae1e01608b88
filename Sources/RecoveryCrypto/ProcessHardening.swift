import COpenSSL

/// What a process does once, before its first thread and its first key, so that keys stay in its memory.
public enum ProcessHardening {
    /// Bytes of the heap that keys live in.
    public static let heapSize = 4 << 20

    /// Bytes of the smallest allocation there.
    public static let smallestAllocation = 32

    /// What came of it.
    public enum Outcome: Sendable, Hashable {
        /// Keys are locked into memory and left out of core files and of forks, and nobody can attach.
        case complete
        /// The process runs, with less. Whether that will do is the operator's decision, not ours.
        case weakened(Set<Shortfall>)
    }

    /// What the system did not grant.
    public enum Shortfall: String, Sendable, Hashable, CaseIterable {
        /// No heap of its own: keys lie beside all else, and are wiped only.
        case noSecureHeap
        /// The heap exists, but its pages may be swapped out or dumped: mostly `RLIMIT_MEMLOCK` is below 4 MiB.
        case heapNotLocked
        /// A fork gets a copy of the keys.
        case heapSurvivesFork
        /// `RLIMIT_CORE` could not be set to 0.
        case coreFilesAllowed
        /// `PR_SET_DUMPABLE` could not be set to 0: another process of the user may read this one's memory.
        case dumpable
    }

    /// Hardens the process and says how far that went. A second call changes nothing and gives the same answer.
    public static func apply() -> Outcome {
        outcome
    }

    // Lazy and thus run once, whoever comes first.
    private static let outcome: Outcome = {
        var shortfalls: Set<Shortfall> = []
        // 1 is a locked heap with guard pages, 2 a heap that lacks one of these, 0 none (or one that was there before).
        let heap = CRYPTO_secure_malloc_init(heapSize, smallestAllocation)
        if heap == 0 { shortfalls.insert(.noSecureHeap) }
        if heap == 2 { shortfalls.insert(.heapNotLocked) }
        if heap != 0, shim_secure_heap_wipe_on_fork(heapSize) != 1 { shortfalls.insert(.heapSurvivesFork) }
        if shim_refuse_core_files() != 1 { shortfalls.insert(.coreFilesAllowed) }
        if shim_refuse_tracing() != 1 { shortfalls.insert(.dumpable) }
        drainErrors()
        return shortfalls.isEmpty ? .complete : .weakened(shortfalls)
    }()
}
