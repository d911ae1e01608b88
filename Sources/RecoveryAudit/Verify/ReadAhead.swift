/// The files of entries in their order, read and taken apart ahead of the one that is asked for.
struct ReadAhead<Source: BundleSource & Sendable> {
    private let source: Source
    private let jobs: Int
    private var files: EntryFiles<Source>
    /// The next files, soonest first.
    private var coming: [Task<PreparedFile, Never>] = []

    init(_ files: EntryFiles<Source>, of source: Source, jobs: Int) {
        self.files = files
        self.source = source
        self.jobs = jobs
    }

    /// Returns the next file; `nil` after the last.
    mutating func next() async -> PreparedFile? {
        guard jobs > 1 else { return files.next().map { PreparedFile(reading: $0, from: source) } }
        // Two for each thread: one in work, and one done or to be begun at once.
        while coming.count < 2 * jobs, let file = files.next() {
            coming.append(Task { [source] in PreparedFile(reading: file, from: source) })
        }
        return coming.isEmpty ? nil : await coming.removeFirst().value
    }

    /// Lets go of what was begun and is not wanted.
    func end() {
        for task in coming { task.cancel() }
    }
}
