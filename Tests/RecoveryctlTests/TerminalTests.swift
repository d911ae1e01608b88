import Testing

@testable import recoveryctl

@Suite struct TerminalTests {
    @Test(arguments: [
        ("a file that is called \u{1B}[2Jx", "a file that is called \u{FFFD}[2Jx"),
        ("\u{7}bell, \u{8}back, \r, \t, \u{0}", "\u{FFFD}bell, \u{FFFD}back, \u{FFFD}, \u{FFFD}, \u{FFFD}"),
        ("\u{9B}31m, \u{7F}, \u{85}", "\u{FFFD}31m, \u{FFFD}, \u{FFFD}"),
        ("\u{202E}eman, \u{2067}x\u{2069}, \u{200F}", "\u{FFFD}eman, \u{FFFD}x\u{FFFD}, \u{FFFD}"),
        ("one\u{2028}two", "one\u{FFFD}two"),
        ("木村 陽一, Zoë, “yes” → no,\nand a second line", "木村 陽一, Zoë, “yes” → no,\nand a second line"),
        ("", ""),
    ])
    func `says nothing that a terminal would obey`(text: String, said: String) {
        #expect(Terminal.harmless(text) == said)
    }
}
