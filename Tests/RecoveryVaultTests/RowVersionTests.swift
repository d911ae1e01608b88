import Testing

@testable import RecoveryVault

@Suite struct RowVersionTests {
    @Test func `counts up within one life of the database`() throws {
        let first = RowVersion.first(afterRestores: 3)
        #expect(first.restores == 3 && first.counter == 1 && first.rawValue == 0x0000_0003_0000_0001)
        let second = try #require(first.next(afterRestores: 3))
        #expect(second.rawValue == 0x0000_0003_0000_0002 && second > first)
    }

    @Test func `starts again above everything the lost database can have written`() throws {
        let last = try #require(RowVersion(rawValue: 0x0000_0003_ffff_ffff))
        let restored = try #require(last.next(afterRestores: 4))
        #expect(restored.rawValue == 0x0000_0004_0000_0001 && restored > last)
    }

    @Test func `refuses to use a number twice`() throws {
        let spent = try #require(RowVersion(rawValue: 0x0000_0003_ffff_ffff))
        #expect(spent.next(afterRestores: 3) == nil)
        #expect(RowVersion.first(afterRestores: 3).next(afterRestores: 2) == nil)
    }

    @Test func `refuses a counter of zero`() {
        #expect(RowVersion(rawValue: 0) == nil)
        #expect(RowVersion(rawValue: 0x0000_0001_0000_0000) == nil)
    }

    @Test func `keeps its order in eight stored bytes`() throws {
        for raw in [1, 7, 0x1_0000_0001, UInt64.max] {
            let version = try #require(RowVersion(rawValue: raw))
            #expect(version.bytes.count == 8)
            #expect(RowVersion(bytes: version.bytes) == version)
        }
        #expect(RowVersion(bytes: [0, 0, 0, 0, 0, 0, 1]) == nil)
        #expect(RowVersion(bytes: [0, 0, 0, 0, 0, 0, 0, 0, 1]) == nil)
    }
}
