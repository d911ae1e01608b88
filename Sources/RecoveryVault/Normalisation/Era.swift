/// An era of the Japanese or Republican calendar, and the days that it had (Docs/Specs/vault.md §10.2).
struct Era: Sendable {
    let name: Scalars
    /// The Gregorian year that is its year 1.
    let firstYear: Int
    /// As YYYYMMDD.
    private let days: ClosedRange<Int>

    private init(_ name: StaticString, _ firstYear: Int, _ days: ClosedRange<Int>) {
        self.name = .init(name)
        self.firstYear = firstYear
        self.days = days
    }

    func contains(_ date: CalendarDate) -> Bool {
        days.contains(date.year * 10_000 + date.month * 100 + date.day)
    }

    /// The Meiji era is read from 1873, when Japan took the Gregorian calendar.
    static let all = [
        Era("明治", 1868, 1873_01_01...1912_07_29),
        Era("大正", 1912, 1912_07_30...1926_12_24),
        Era("昭和", 1926, 1926_12_25...1989_01_07),
        Era("平成", 1989, 1989_01_08...2019_04_30),
        Era("令和", 2019, 2019_05_01...9999_12_31),
        Era("民國", 1912, 1912_01_01...9999_12_31),
        Era("民国", 1912, 1912_01_01...9999_12_31),
    ]
}
