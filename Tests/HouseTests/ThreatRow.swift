/// A row of `Docs/Threats.md`: adversary, promise, test, what is not covered.
struct ThreatRow {
    private let line: Int
    private let columns: [String]

    /// The rows of the first table, without its head. What follows it promises nothing: the table of hopes.
    static func all(in text: String) -> [ThreatRow] {
        let lines = zip(1..., text.split(separator: "\n", omittingEmptySubsequences: false))
        let table = lines.drop { !$0.1.hasPrefix("|") }.prefix { $0.1.hasPrefix("|") }
        return table.dropFirst(2).map { line, text in
            let cells = text.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
            return ThreatRow(line: line, columns: cells.map { $0.trimmingPrefix { $0 == " " } }.map(String.init))
        }
    }

    func findings(against sentences: Set<String>) -> [Finding] {
        let place = "Docs/Threats.md:\(line)"
        guard columns.count == 4 else { return [Finding(place: place, what: "has \(columns.count) columns")] }
        let names = columns[2].matches(of: /`([^`]+)`/).map { String($0.1) }
        if names.isEmpty { return [Finding(place: place, what: "names no test")] }
        if columns[3].allSatisfy({ $0 == " " }) {
            return [Finding(place: place, what: "does not say what is not covered")]
        }
        return names.filter { !sentences.contains($0) }.map {
            Finding(place: place, what: "names `\($0)`, which is no test")
        }
    }
}
