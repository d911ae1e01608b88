/// Where all who race wait for each other, so that every race is run and none is left to luck.
actor Gate {
    private var expected: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(for count: Int) {
        expected = count
    }

    /// Returns when everybody has come here or has left.
    func pass() async {
        guard waiting.count + 1 < expected else { return open() }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Tells that somebody will not come.
    func leave() {
        expected -= 1
        if waiting.count == expected { open() }
    }

    private func open() {
        expected = 0
        for one in waiting { one.resume() }
        waiting = []
    }
}
