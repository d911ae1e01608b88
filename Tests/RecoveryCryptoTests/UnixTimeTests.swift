import Foundation
import Testing

@testable import RecoveryCrypto

@Suite struct UnixTimeTests {
    @Test func `is the day that Foundation says, and comes back from it`() throws {
        // Every 25th hour comes past every day of a year, leap years among them, and past every hour.
        let first = try #require(UnixTime(generalizedTime: Array("00010101000000Z".utf8)))
        #expect(first.seconds == -62_135_596_800)
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for start in [Int64(-2_300_000_000), -86_400, 951_696_000, 1_700_000_000, 4_107_456_000, 253_360_000_000] {
            for step in 0..<Int64(400) {
                let time = UnixTime(seconds: start + step * 25 * 3_600 + step)
                let parts = calendar.dateComponents(
                    [.year, .month, .day, .hour, .minute, .second],
                    from: Date(timeIntervalSince1970: Double(time.seconds))
                )
                let numbers = [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second]
                let said = time.timestamp.split { "-T:Z".contains($0) }.map { Int($0) }
                #expect(said == numbers, "\(time.seconds)")
                let digits = time.timestamp.filter(\.isNumber) + "Z"
                #expect(UnixTime(generalizedTime: Array(digits.utf8)) == time, "\(time.timestamp)")
            }
        }
    }

    @Test(arguments: [Int64.min, .max, 0, 253_402_300_799]) func `says any moment`(seconds: Int64) {
        #expect(UnixTime(seconds: seconds).timestamp.hasSuffix("Z"))
    }

    @Test(arguments: [
        "00000101000000Z", "21000229000000Z", "20240431000000Z", "20240400000000Z", "20240101240000Z", "Z",
    ])
    func `takes no time that there is not`(text: String) {
        #expect(UnixTime(generalizedTime: Array(text.utf8)) == nil)
    }
}
