import Testing

@testable import recoveryctl

@Suite struct TableTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("李明", 4), ("배현지", 6), ("ｆｕｌｌ", 8), ("e\u{301}", 1), ("\u{1B}[1mbold\u{1B}[0m", 4),
        ("→", 1), ("木村 a", 6),
    ])
    func `counts the cells of a terminal`(text: String, cells: Int) {
        #expect(Table.width(of: text) == cells)
    }

    @Test func `pads every column but the last`() {
        let lines = Table.lines([["A", "BB", "C"], ["李", "b", "long"]])
        #expect(lines == ["A   BB  C", "李  b   long"])
    }

    @Test func `takes rows of different lengths`() {
        #expect(Table.lines([["a"], ["b", "c"]]) == ["a", "b  c"])
        #expect(Table.lines([]) == [])
    }
}
