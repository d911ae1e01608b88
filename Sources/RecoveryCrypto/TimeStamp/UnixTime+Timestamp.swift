extension UnixTime {
    private static let secondsOfDay: Int64 = 86_400
    /// Days from 0000-03-01 to 1970-01-01, in the Gregorian calendar. Years begin in March there, so that a day that
    /// is put in comes last.
    private static let daysBeforeEpoch: Int64 = 719_468
    private static let daysOfEra: Int64 = 146_097

    /// Reads `YYYYMMDDhhmmss[.f]Z` as RFC 3161 §2.4.2 writes it: UTC, years from 1, no zero at the end of a fraction, no leap
    /// second. The fraction is left out.
    init?(generalizedTime text: [UInt8]) {
        guard text.count >= 15, text.last == UInt8(ascii: "Z") else { return nil }
        let fraction = text[14..<text.count - 1]
        if let point = fraction.first {
            guard point == UInt8(ascii: "."), fraction.count > 1, fraction.last != UInt8(ascii: "0"),
                fraction.dropFirst().allSatisfy({ 0x30...0x39 ~= $0 })
            else { return nil }
        }
        guard text.prefix(14).allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        func number(_ range: Range<Int>) -> Int64 { text[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) } }
        let (year, month, day) = (number(0..<4), number(4..<6), number(6..<8))
        let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
        guard year >= 1, 1...12 ~= month, 1...Self.days(of: month, in: year) ~= day, hour < 24, minute < 60,
            second < 60
        else { return nil }
        let days = Self.days(year, month, day)
        self.init(seconds: days * Self.secondsOfDay + hour * 3_600 + minute * 60 + second)
    }

    /// The moment as `2025-10-09T08:53:20Z` (RFC 3339), for years of four digits.
    public var timestamp: String {
        let (days, seconds) = Self.dividing(seconds, by: Self.secondsOfDay)
        let (era, dayOfEra) = Self.dividing(days + Self.daysBeforeEpoch, by: Self.daysOfEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        func digits(_ number: Int64, _ count: Int = 2) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(digits(year, 4))-\(digits(month))-\(digits(day))"
            + "T\(digits(seconds / 3_600)):\(digits(seconds / 60 % 60)):\(digits(seconds % 60))Z"
    }

    /// Days from 1970-01-01 to that day.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = dividing(year, by: 400)
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return era * daysOfEra + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - daysBeforeEpoch
    }

    private static func days(of month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 2: year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Quotient and remainder, the latter never negative.
    private static func dividing(_ number: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
