import RecoveryCrypto
import RecoveryVault
import Testing

@Suite struct CalendarDateTests {
    @Test(arguments: [
        (2000, 2, 29, true), (1900, 2, 29, false), (2024, 2, 29, true), (2023, 2, 29, false), (2023, 2, 28, true),
        (1985, 1, 31, true), (1985, 4, 30, true), (1985, 4, 31, false), (1985, 12, 31, true), (1985, 12, 32, false),
        (1985, 1, 0, false), (1985, 0, 1, false), (1985, 13, 1, false), (1, 1, 1, true), (0, 1, 1, false),
        (9999, 12, 31, true), (10_000, 1, 1, false), (1985, -1, 1, false), (1985, .max, .max, false),
    ])
    func `has the days of the Gregorian calendar and no others`(year: Int, month: Int, day: Int, exists: Bool) {
        #expect((CalendarDate(year: year, month: month, day: day) != nil) == exists)
    }

    @Test(
        arguments: [
            (0, 1970, 1, 1), (86_399, 1970, 1, 1), (86_400, 1970, 1, 2), (-1, 1969, 12, 31), (951_782_400, 2000, 2, 29),
            (951_868_800, 2000, 3, 1), (1_767_225_600, 2026, 1, 1), (-62_135_596_800, 1, 1, 1),
            (253_402_300_799, 9999, 12, 31),
        ] as [(Int64, Int, Int, Int)]
    )
    func `is the day in UTC of a moment`(seconds: Int64, year: Int, month: Int, day: Int) throws {
        let date = try #require(CalendarDate(utc: UnixTime(seconds: seconds)))
        #expect(date == CalendarDate(year: year, month: month, day: day))
    }

    @Test(arguments: [Int64.min, -62_135_596_801, 253_402_300_800, Int64.max])
    func `has no day for a moment outside its years`(seconds: Int64) {
        #expect(CalendarDate(utc: UnixTime(seconds: seconds)) == nil)
    }

    @Test func `follows each day by the next, for four centuries`() throws {
        var last = try #require(CalendarDate(utc: UnixTime(seconds: -1)))
        for day in Int64(0)..<146_097 {
            let date = try #require(CalendarDate(utc: UnixTime(seconds: day * 86_400)))
            let follows =
                if date.day > 1 {
                    date.month == last.month && date.day == last.day + 1
                } else {
                    CalendarDate(year: last.year, month: last.month, day: last.day + 1) == nil
                }
            #expect(follows && last < date, "day \(day)")
            last = date
        }
        #expect(last == CalendarDate(year: 2369, month: 12, day: 31))
    }
}

@Suite struct PhoneRegionTests {
    @Test func `knows 30 regions, each by its own code`() {
        #expect(PhoneRegion.all.count == 30)
        #expect(Set(PhoneRegion.all.map(\.code)).count == 30)
        #expect(PhoneRegion.all.allSatisfy { PhoneRegion($0.code) == $0 })
    }

    @Test(arguments: ["", "gb", "UK", "MX", "GBR", "G\u{301}B"])
    func `knows no other region`(code: String) {
        #expect(PhoneRegion(code) == nil)
    }
}

@Suite struct DateOrderTests {
    @Test(arguments: [
        ("DMY", DateOrder.dayMonthYear), ("MDY", .monthDayYear), ("none", .unknown), ("", .unknown), ("dmy", .unknown),
        ("YMD", .unknown),
    ])
    func `takes any other word as not known`(word: String, order: DateOrder) {
        #expect(DateOrder(word: word) == order)
    }
}
