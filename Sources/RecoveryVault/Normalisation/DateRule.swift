/// Which of two small numbers is the day, where a date ends with its year.
public enum DateOrder: String, Sendable, Hashable, CaseIterable {
    /// Not known: `03/04/1985` is refused as ambiguous.
    case unknown = "none"
    case dayMonthYear = "DMY"
    case monthDayYear = "MDY"

    /// Reads the parameter of a configuration. Any other word acts as `none` (Docs/Specs/vault.md §10.2).
    public init(word: String) {
        self = DateOrder(rawValue: word) ?? .unknown
    }
}

/// A claimed date (Docs/Specs/vault.md §10.2).
struct DateClaim: ParsedClaim {
    /// Nobody alive was born before.
    private static let earliest = CalendarDate(year: 1880, month: 1, day: 1)

    private let date: CalendarDate

    init(_ text: CleanText, order: DateOrder, today: CalendarDate) throws(ClaimRefusal) {
        date = try DateText(text.scalars).date(order: order)
        if let earliest = Self.earliest, date < earliest { throw .outOfRange }
        guard date <= today else { throw .outOfRange }
    }

    func form(_: UInt8) -> Scalars {
        date.scalars
    }
}

/// The numbers of a text and its shape, in which `0` stands for each number: `昭和60年2月28日` has the shape `昭和0年0月0日`.
private struct DateText {
    private struct Number {
        let value: Int
        let digitCount: Int
    }

    /// The longest run of digits that any form has, that of `YYYYMMDD`.
    private static let longestRun = 8

    private var numbers: [Number] = []
    private var shape: Scalars = []

    init(_ text: Scalars) throws(ClaimRefusal) {
        var run: Scalars = []
        for scalar in Self.tidied(text) + ["\n"] {
            if scalar.isASCIIDigit {
                run.append(scalar)
                continue
            }
            if let value = run.decimal {
                guard run.count <= Self.longestRun else { throw .invalidDate }
                numbers.append(Number(value: value, digitCount: run.count))
                shape.append("0")
            } else if !run.isEmpty {
                throw .invalidDate
            }
            run = []
            shape.append(scalar)
        }
        shape.removeLast()
    }

    /// One script for digits, dashes and the words for year, month and day, and no spaces beside separators.
    private static func tidied(_ text: Scalars) -> Scalars {
        let words: [Unicode.Scalar: Unicode.Scalar] = ["\u{2044}": "/", "년": "年", "월": "月", "일": "日"]
        let plain = text.withASCIIDigits().withPlainDashes().map { words[$0] ?? $0 }
        if plain.contains(where: { $0 == "年" || $0 == "月" || $0 == "日" }) {
            return plain.filter { $0 != " " }
        }
        let separators: Set<Unicode.Scalar> = ["-", "/", "."]
        return plain.indices.filter { index in
            guard plain[index] == " " else { return true }
            let before = index > 0 && separators.contains(plain[index - 1])
            let after = index + 1 < plain.count && separators.contains(plain[index + 1])
            return !before && !after
        }.map { plain[$0] }
    }

    func date(order: DateOrder) throws(ClaimRefusal) -> CalendarDate {
        if shape == ["0"], numbers.first?.digitCount == 8, let number = numbers.first?.value {
            return try Self.date(number / 10_000, number / 100 % 100, number % 100)
        }
        if shape == Scalars("0年0月0日"), hasWidths([4...4, 1...2, 1...2]) {
            return try Self.date(numbers[0].value, numbers[1].value, numbers[2].value)
        }
        if let era = Era.all.first(where: { shape.starts(with: $0.name) }) {
            return try date(in: era)
        }
        guard isSeparated else { throw .invalidDate }
        if hasWidths([4...4, 1...2, 1...2]) {
            return try Self.date(numbers[0].value, numbers[1].value, numbers[2].value)
        }
        if hasWidths([1...2, 1...2, 2...2]) { throw .ambiguousDate }
        guard hasWidths([1...2, 1...2, 4...4]) else { throw .invalidDate }
        return try date(numbers[0].value, numbers[1].value, year: numbers[2].value, order: order)
    }

    private func hasWidths(_ widths: [ClosedRange<Int>]) -> Bool {
        numbers.count == widths.count && zip(numbers, widths).allSatisfy { $1.contains($0.digitCount) }
    }

    /// Three numbers with the same separator twice, and perhaps a final point where that is the separator.
    private var isSeparated: Bool {
        guard shape.count == 5 || shape.count == 6 && shape[1] == "." && shape[5] == "." else { return false }
        let separators: Set<Unicode.Scalar> = ["-", "/", ".", " "]
        return numbers.count == 3 && separators.contains(shape[1])
            && Array(shape[..<5]) == ["0", shape[1], "0", shape[1], "0"]
    }

    private func date(in era: Era) throws(ClaimRefusal) -> CalendarDate {
        let rest = Array(shape.dropFirst(era.name.count))
        let date: CalendarDate
        if rest == Scalars("元年0月0日"), hasWidths([1...2, 1...2]) {
            date = try Self.date(era.firstYear, numbers[0].value, numbers[1].value)
        } else if rest == Scalars("0年0月0日"), hasWidths([1...3, 1...2, 1...2]) {
            date = try Self.date(era.firstYear + numbers[0].value - 1, numbers[1].value, numbers[2].value)
        } else {
            throw .invalidDate
        }
        guard era.contains(date) else { throw .invalidDate }
        return date
    }

    /// Day and month by the order that is configured; only without one do the numbers themselves decide. They are never
    /// swapped to rescue an impossible date.
    private func date(_ first: Int, _ second: Int, year: Int, order: DateOrder) throws(ClaimRefusal) -> CalendarDate {
        switch order {
        case .dayMonthYear: try Self.date(year, second, first)
        case .monthDayYear: try Self.date(year, first, second)
        case .unknown where first == second || first > 12: try Self.date(year, second, first)
        case .unknown where second > 12: try Self.date(year, first, second)
        case .unknown: throw .ambiguousDate
        }
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int) throws(ClaimRefusal) -> CalendarDate {
        guard let date = CalendarDate(year: year, month: month, day: day) else { throw .invalidDate }
        return date
    }
}
