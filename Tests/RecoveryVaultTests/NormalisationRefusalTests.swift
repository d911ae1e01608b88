import RecoveryVault
import Testing

/// A claim that must be refused, and why.
struct RefusedClaim: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let inputs: [[UInt8]]
    let reason: ClaimRefusal

    init(_ name: String, _ input: String, _ reason: ClaimRefusal) {
        self.init(name, bytes: Array(input.utf8), reason)
    }

    init(_ name: String, bytes: [UInt8], _ reason: ClaimRefusal) {
        testDescription = name
        inputs = [bytes]
        self.reason = reason
    }

    init(_ name: String, postcode: String, house: String, _ reason: ClaimRefusal) {
        testDescription = name
        inputs = [Array(postcode.utf8), Array(house.utf8)]
        self.reason = reason
    }
}

@Suite struct FieldRuleRefusalTests {
    private static let everyRule: [FieldRule] = [
        .date(.unknown), .phone(nil), .email, .nationalID(.unchecked), .name, .reading, .text, .address, .reference,
    ]

    private static let unclean = [
        RefusedClaim("nothing", "", .empty),
        RefusedClaim("spaces", " \t\r\n\u{A0}\u{3000}\u{2028}", .empty),
        RefusedClaim("invisible characters", "\u{AD}\u{200B}\u{FEFF}\u{3164}\u{E0100}", .empty),
        RefusedClaim("1,025 bytes", bytes: Array(repeating: 0x20, count: 1025), .tooLong),
        RefusedClaim("1,025 bytes that are not UTF-8 either", bytes: Array(repeating: 0xFF, count: 1025), .tooLong),
        RefusedClaim("1,024 bytes that grow under NFKC", String(repeating: "\u{FDFA}", count: 341), .tooLong),
        RefusedClaim("a lone continuation byte", bytes: [0x31, 0x80], .invalidUTF8),
        RefusedClaim("a sequence cut short", bytes: [0x31, 0xE5, 0xB9], .invalidUTF8),
        RefusedClaim("an overlong zero", bytes: [0x31, 0xC0, 0x80], .invalidUTF8),
        RefusedClaim("an overlong slash", bytes: [0xE0, 0x80, 0xAF], .invalidUTF8),
        RefusedClaim("a surrogate", bytes: [0xED, 0xA0, 0x80], .invalidUTF8),
        RefusedClaim("a surrogate pair", bytes: [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], .invalidUTF8),
        RefusedClaim("above U+10FFFF", bytes: [0xF4, 0x90, 0x80, 0x80], .invalidUTF8),
        RefusedClaim("UTF-16", bytes: [0xFF, 0xFE, 0x31, 0x00], .invalidUTF8),
        RefusedClaim("NUL", "1\u{0}2", .controlCharacter),
        RefusedClaim("vertical tab", "1\u{B}2", .controlCharacter),
        RefusedClaim("form feed", "1\u{C}2", .controlCharacter),
        RefusedClaim("escape", "\u{1B}[31m", .controlCharacter),
        RefusedClaim("U+001F", "1\u{1F}", .controlCharacter),
        RefusedClaim("DEL", "1\u{7F}", .controlCharacter),
        RefusedClaim("next line", "1\u{85}2", .controlCharacter),
        RefusedClaim("U+009F", "1\u{9F}", .controlCharacter),
        RefusedClaim("an embedding", "\u{202A}1", .bidiControl),
        RefusedClaim("an override", "1\u{202E}", .bidiControl),
        RefusedClaim("the first isolate", "\u{2066}1", .bidiControl),
        RefusedClaim("the last isolate", "1\u{2069}", .bidiControl),
        RefusedClaim("private use", "\u{E000}", .unassignedCharacter),
        RefusedClaim("private use of plane 16", "\u{10FFFD}", .unassignedCharacter),
        RefusedClaim("a noncharacter", bytes: [0xEF, 0xB7, 0x90], .unassignedCharacter),
        RefusedClaim("the noncharacter U+FFFF", bytes: [0xEF, 0xBF, 0xBF], .unassignedCharacter),
        RefusedClaim("a gap in a block", "\u{378}", .unassignedCharacter),
        RefusedClaim("a letter of Unicode 15.0", "\u{0CF3}", .unassignedCharacter),
        RefusedClaim("an ideograph of Unicode 15.0", "\u{31350}", .unassignedCharacter),
        RefusedClaim("an ideograph of Unicode 15.1", "\u{2EBF0}", .unassignedCharacter),
        RefusedClaim("a letter of Unicode 16.0", "\u{10D40}", .unassignedCharacter),
        RefusedClaim("the first fault of several, a control", "\u{1}\u{202E}\u{E000}", .controlCharacter),
        RefusedClaim("the first fault of several, private", "\u{E000}\u{202E}\u{1}", .unassignedCharacter),
    ]

    @Test(arguments: unclean)
    func `refuses what cannot be cleaned, for every kind alike`(claim: RefusedClaim) throws {
        let other = Array("SW1A1AA".utf8)
        for rule in Self.everyRule where rule != .address {
            #expect(try ClaimOutcome(rule, claim.inputs) == .refused(claim.reason), "\(rule)")
        }
        #expect(try ClaimOutcome(.address, [claim.inputs[0], other]) == .refused(claim.reason))
        #expect(try ClaimOutcome(.address, [other, claim.inputs[0]]) == .refused(claim.reason))
    }

    private static let dates = [
        RefusedClaim("month 0", "1985-00-10", .invalidDate),
        RefusedClaim("month 13", "1985-13-10", .invalidDate),
        RefusedClaim("day 0", "1985-01-00", .invalidDate),
        RefusedClaim("31 April", "1985-04-31", .invalidDate),
        RefusedClaim("29 February 1985", "1985-02-29", .invalidDate),
        RefusedClaim("29 February of a century", "1900-02-29", .invalidDate),
        RefusedClaim("year 0", "0000-01-01", .invalidDate),
        RefusedClaim("two separators", "1985-02.28", .invalidDate),
        RefusedClaim("a final point after dashes", "1985-02-28.", .invalidDate),
        RefusedClaim("two final points", "28.02.1985..", .invalidDate),
        RefusedClaim("a point in front", ".28.02.1985", .invalidDate),
        RefusedClaim("three digits of a day", "028.02.1985", .invalidDate),
        RefusedClaim("five digits of a year", "28.02.01985", .invalidDate),
        RefusedClaim("three digits of a year", "28.02.985", .invalidDate),
        RefusedClaim("seven digits", "1985228", .invalidDate),
        RefusedClaim("nine digits", "198502280", .invalidDate),
        RefusedClaim("more digits than a number holds", String(repeating: "9", count: 60), .invalidDate),
        RefusedClaim("a year alone", "1985", .invalidDate),
        RefusedClaim("year and month", "1985-02", .invalidDate),
        RefusedClaim("a time behind it", "1985-02-28 00:00", .invalidDate),
        RefusedClaim("a month by name", "28 February 1985", .invalidDate),
        RefusedClaim("a sign", "-1985-02-28", .invalidDate),
        RefusedClaim("a mark where a number belongs", "元年元月元日", .invalidDate),
        RefusedClaim("two digits of a year before 年", "85年2月28日", .invalidDate),
        RefusedClaim("no 日", "1985年2月28", .invalidDate),
        RefusedClaim("an unknown era", "慶応3年1月1日", .invalidDate),
        RefusedClaim("an era without its year", "昭和年1月1日", .invalidDate),
        RefusedClaim("year 0 of an era", "令和0年12月31日", .invalidDate),
        RefusedClaim("four digits of an era", "民國0074年2月28日", .invalidDate),
        RefusedClaim("a day before Meiji was Gregorian", "明治5年12月31日", .invalidDate),
        RefusedClaim("the last day of Meiji as Taisho", "大正元年7月29日", .invalidDate),
        RefusedClaim("the first day of Taisho as Meiji", "明治45年7月30日", .invalidDate),
        RefusedClaim("the first day of Showa as Taisho", "大正15年12月25日", .invalidDate),
        RefusedClaim("the last day of Taisho as Showa", "昭和元年12月24日", .invalidDate),
        RefusedClaim("the first day of Heisei as Showa", "昭和64年1月8日", .invalidDate),
        RefusedClaim("the last day of Showa as Heisei", "平成元年1月7日", .invalidDate),
        RefusedClaim("the first day of Reiwa as Heisei", "平成31年5月1日", .invalidDate),
        RefusedClaim("the last day of Heisei as Reiwa", "令和元年4月30日", .invalidDate),
        RefusedClaim("a final point behind a year of two digits", "28.02.85.", .ambiguousDate),
        RefusedClaim("a year of two digits that could be no day", "85-02-28", .ambiguousDate),
        RefusedClaim("day and month both below 13", "01/12/1985", .ambiguousDate),
        RefusedClaim("the day before the first", "1879年12月31日", .outOfRange),
        RefusedClaim("the day after today", "20260102", .outOfRange),
        RefusedClaim("an era that goes on", "令和99年1月1日", .outOfRange),
    ]

    @Test(arguments: dates)
    func `refuses what is no date of birth`(claim: RefusedClaim) throws {
        #expect(try ClaimOutcome(.date(.unknown), claim.inputs) == .refused(claim.reason))
    }

    @Test func `never swaps day and month to rescue a date`() throws {
        #expect(try ClaimOutcome(.date(.dayMonthYear), "02/28/1985") == .refused(.invalidDate))
        #expect(try ClaimOutcome(.date(.monthDayYear), "28/02/1985") == .refused(.invalidDate))
        #expect(try ClaimOutcome(.date(.unknown), "13/13/1985") == .refused(.invalidDate))
        #expect(try ClaimOutcome(.date(.unknown), "14/13/1985") == .refused(.invalidDate))
    }

    private static let phones = [
        RefusedClaim("letters", "+44 7700 9O0123", .invalidPhone),
        RefusedClaim("a plus inside", "0+447700900123", .invalidPhone),
        RefusedClaim("two numbers", "+447700900123, +447700900124", .invalidPhone),
        RefusedClaim("an extension alone", "ext 42", .invalidPhone),
        RefusedClaim("an extension of nine digits", "+447700900123 ext 123456789", .invalidPhone),
        RefusedClaim("two extensions", "+447700900123 x1 x2", .invalidPhone),
        RefusedClaim("an extension without digits", "+447700900123 ext", .invalidPhone),
        RefusedClaim("punctuation alone", "(-)", .invalidPhone),
        RefusedClaim("a scheme alone", "tel:", .invalidPhone),
        RefusedClaim("another scheme", "sms:+447700900123", .invalidPhone),
        RefusedClaim("seven digits", "+4477009", .invalidPhone),
        RefusedClaim("sixteen digits", "+4477009001234567", .invalidPhone),
        RefusedClaim("a country code from 0", "+04477009001", .invalidPhone),
        RefusedClaim("a prefix with nothing behind it", "00", .invalidPhone),
        RefusedClaim("two prefixes", "0000447700900123", .invalidPhone),
        RefusedClaim("a national number", "07700900123", .noRegion),
        RefusedClaim("a national number without its trunk prefix", "7700900123", .noRegion),
    ]

    @Test(arguments: phones)
    func `refuses what cannot be dialled from anywhere`(claim: RefusedClaim) throws {
        #expect(try ClaimOutcome(.phone(nil), claim.inputs) == .refused(claim.reason))
    }

    private static let emails = [
        RefusedClaim("no at sign", "user.example.com", .invalidEmail),
        RefusedClaim("nothing before it", "@example.com", .invalidEmail),
        RefusedClaim("nothing behind it", "user@", .invalidEmail),
        RefusedClaim("a display name", "User <user@example.com>", .invalidEmail),
        RefusedClaim("two addresses", "a@example.com,b@example.com", .invalidEmail),
        RefusedClaim("a comment", "user(x)@example.com", .invalidEmail),
        RefusedClaim("a backslash", "us\\er@example.com", .invalidEmail),
        RefusedClaim("a line break", "user\n@example.com", .invalidEmail),
        RefusedClaim(
            "a local part of 65 bytes in 33 characters",
            String(repeating: "é", count: 32) + "a@example.com",
            .invalidEmail
        ),
        RefusedClaim("one label", "user@localhost", .invalidEmail),
        RefusedClaim("a final point", "user@example.com.", .invalidEmail),
        RefusedClaim("an empty label", "user@example..com", .invalidEmail),
        RefusedClaim("an address of IPv4", "user@192.0.2.1", .invalidEmail),
        RefusedClaim("an underscore", "user@a_b.example", .invalidEmail),
        RefusedClaim("a hyphen first in a label of letters with marks", "user@-bücher.example", .invalidEmail),
        RefusedClaim("a hyphen last in a label of letters with marks", "user@bücher-.example", .invalidEmail),
        RefusedClaim("a label that begins with a mark", "user@\u{94D}\u{915}.example", .invalidEmail),
        RefusedClaim("a symbol in a label", "user@\u{2603}.example", .invalidEmail),
        RefusedClaim("an underscore in a label of letters with marks", "user@bü_cher.example", .invalidEmail),
        RefusedClaim("an A-label of 64 bytes", "user@" + String(repeating: "é", count: 58) + ".example", .invalidEmail),
        RefusedClaim("255 bytes", "u@" + String(repeating: "abcdefg.", count: 31) + "abcde", .invalidEmail),
    ]

    @Test(arguments: emails)
    func `refuses what is no address of one mailbox`(claim: RefusedClaim) throws {
        #expect(try ClaimOutcome(.email, claim.inputs) == .refused(claim.reason))
    }

    private static let addresses = [
        RefusedClaim("a postcode of two characters", postcode: "AB", house: "1", .invalidAddress),
        RefusedClaim("a postcode of eleven", postcode: "ABCDEFGHIJK", house: "1", .invalidAddress),
        RefusedClaim("two postal marks", postcode: "〒〒1000001", house: "1", .invalidAddress),
        RefusedClaim("a postcode in letters with marks", postcode: "ÄBC", house: "1", .invalidAddress),
        RefusedClaim("a point in a postcode", postcode: "100.0001", house: "1", .invalidAddress),
        RefusedClaim("two numbers", postcode: "75001", house: "12 14", .invalidAddress),
        RefusedClaim("a street", postcode: "75001", house: "rue 12", .invalidAddress),
        RefusedClaim("seven digits", postcode: "75001", house: "1234567", .invalidAddress),
        RefusedClaim("four letters", postcode: "75001", house: "1abcd", .invalidAddress),
        RefusedClaim("six parts", postcode: "75001", house: "1-2-3-4-5-6", .invalidAddress),
        RefusedClaim("a part of seven characters", postcode: "75001", house: "1-abcdefg", .invalidAddress),
        RefusedClaim("an empty part", postcode: "75001", house: "1//2", .invalidAddress),
        RefusedClaim("a slash at the end", postcode: "75001", house: "1/", .invalidAddress),
        RefusedClaim("a bar", postcode: "75001", house: "a|b", .invalidAddress),
        RefusedClaim("a house of dashes", postcode: "75001", house: "---", .invalidAddress),
        RefusedClaim(
            "a name of 65 bytes",
            postcode: "75001",
            house: String(repeating: "a", count: 65),
            .invalidAddress
        ),
        RefusedClaim("a number word with no number next", postcode: "75001", house: "no x 1", .invalidAddress),
        RefusedClaim("no postcode", postcode: "", house: "1", .empty),
        RefusedClaim("no house", postcode: "75001", house: "", .empty),
    ]

    @Test(arguments: addresses)
    func `refuses what names no house`(claim: RefusedClaim) throws {
        #expect(try ClaimOutcome(.address, claim.inputs) == .refused(claim.reason))
    }

    @Test func `refuses an address in one piece`() throws {
        #expect(try ClaimOutcome(.address, "75001|12") == .refused(.invalidAddress))
    }

    private static let references = [
        RefusedClaim("two characters", "AB", .invalidReference),
        RefusedClaim("65 characters", String(repeating: "A", count: 65), .invalidReference),
        RefusedClaim("dashes alone", "\u{2014}-\u{2212}", .invalidReference),
        RefusedClaim("an at sign", "abc@1", .invalidReference),
        RefusedClaim("a letter with a mark", "ÄBC", .invalidReference),
        RefusedClaim("a Cyrillic look-alike", "\u{410}BC", .invalidReference),
        RefusedClaim("a letter that upper case would make two", "stra\u{DF}e", .invalidReference),
        RefusedClaim("the long dash of katakana", "AB\u{30FC}12", .invalidReference),
        RefusedClaim("a backslash", "AB\\12", .invalidReference),
    ]

    @Test(arguments: references)
    func `refuses what is no reference`(claim: RefusedClaim) throws {
        #expect(try ClaimOutcome(.reference, claim.inputs) == .refused(claim.reason))
    }

    private static let nothingLeft = [
        RefusedClaim("dashes", "-\u{2010}\u{2212}", .empty),
        RefusedClaim("apostrophes", "'`\u{B4}\u{2BB}\u{2BC}\u{2018}\u{2019}", .empty),
        RefusedClaim("points and commas", ".,\u{B7}\u{30FB}", .empty),
        RefusedClaim("a mark with nothing to stand on", "\u{301}", .empty),
    ]

    @Test(arguments: nothingLeft)
    func `refuses a name or text of which nothing is left`(claim: RefusedClaim) throws {
        #expect(try ClaimOutcome(.name, claim.inputs) == .refused(claim.reason))
        #expect(try ClaimOutcome(.text, claim.inputs) == .refused(claim.reason))
    }

    @Test func `refuses a reading of which nothing is left`() throws {
        #expect(try ClaimOutcome(.reading, "・ ・") == .refused(.empty))
        #expect(try ClaimOutcome(.reading, "\u{FF65}") == .refused(.empty))
    }
}
