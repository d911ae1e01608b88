/// Runs `body` for each element, two at a time: a broken program waits for the disk more than it works.
func twoAtATime<Element: Sendable, Result: Sendable>(
    _ elements: [Element],
    _ body: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: [(Int, Result)].self) { group in
        for lane in 0..<2 {
            group.addTask {
                var results: [(Int, Result)] = []
                for index in stride(from: lane, to: elements.count, by: 2) {
                    results.append((index, try await body(elements[index])))
                }
                return results
            }
        }
        var all: [(Int, Result)] = []
        for try await part in group { all += part }
        return all.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

/// `count` of the elements, the same ones in every run, from first to last.
func spread<Element>(_ elements: [Element], _ count: Int) -> [Element] {
    guard count < elements.count, count > 1 else { return elements }
    return (0..<count).map { elements[$0 * (elements.count - 1) / (count - 1)] }
}
