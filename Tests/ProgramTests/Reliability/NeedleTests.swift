import Foundation
import Testing

@Suite struct NeedleTests {
    /// Bytes without a pattern.
    private static let noise = [UInt8]((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 167 ^ ($0 >> 3)) })
    private static let customers = CanaryCustomer.make(CanaryCustomer.alphabets.count)

    @Test(arguments: Needle.Form.allCases)
    func `finds a needle of every script in every form`(form: Needle.Form) throws {
        let needles = Self.customers.flatMap(\.written) + [Needle("key", bytes: Array(Self.noise[100..<132]))]
        let search = try NeedleSearch(needles)
        var planted = 0
        for needle in needles {
            for pattern in needle.patterns(form) {
                let haystack = Self.noise[200..<211] + pattern + Self.noise[300..<400]
                #expect(
                    search.hits(in: haystack).contains { $0.needle == needle && $0.form == form && $0.offset == 11 }
                )
                var changed = pattern
                changed[changed.count / 2] ^= 1
                #expect(search.hits(in: Self.noise[200..<211] + changed).allSatisfy { $0.needle != needle })
                planted += 1
            }
        }
        // Escapes are for letters beyond ASCII: names and streets in all scripts but one.
        #expect(planted >= 16)
    }

    /// What an encoder really writes, at each of the places that a value can have in it.
    @Test(arguments: 0..<9)
    func `finds what encoders make of a needle`(offset: Int) throws {
        let needles = Self.customers.flatMap(\.written)
        let search = try NeedleSearch(needles)
        for needle in needles {
            let text = String(repeating: "n", count: offset) + (needle.text ?? "") + "·"
            #expect(search.hits(in: Data(text.utf8).base64EncodedData()).map(\.needle) == [needle])
            let units = try #require(text.data(using: .utf16LittleEndian))
            #expect(search.hits(in: units).contains { $0.needle == needle && $0.form == .utf16 })
        }
    }

    @Test func `finds nothing in what holds nothing, and takes no needle that chance would find`() throws {
        let search = try NeedleSearch(Self.customers.flatMap(\.needles))
        #expect(search.hits(in: Self.noise).isEmpty)
        #expect(throws: NeedleSearch.TooShort.self) { try NeedleSearch([Needle("code", "123456")]) }
    }
}
