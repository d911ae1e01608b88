import Testing

@testable import recoveryctl

@Suite struct GlobalOptionsTests {
    @Test(arguments: [
        (["--data", "D", "case", "list"], ["case", "list", "--data", "D"]),
        (["--data=D", "--as", "mia", "case", "open", "A"], ["case", "open", "A", "--data=D", "--as", "mia"]),
        (
            ["--json", "--no-input", "--color", "never", "status"],
            ["status", "--json", "--no-input", "--color", "never"]
        ),
        (["--as", "mia", "case", "open", "--", "--data"], ["case", "open", "--as", "mia", "--", "--data"]),
        (["case", "--data", "D"], ["case", "--data", "D"]),
        (["status"], ["status"]),
    ])
    func `moves its flags behind the command`(typed: [String], understood: [String]) {
        #expect(GlobalOptions.movedToEnd(typed) == understood)
    }

    @Test(arguments: [
        (["--data", "D", "foo"], ["foo"]),
        (["--data", "D"], []),
        (["--data"], ["--data"]),
        (["--data", "D", "--wrong", "status"], ["--wrong", "status"]),
    ])
    func `hides no mistake behind its flags`(typed: [String], left: [String]) {
        #expect(GlobalOptions.movedToEnd(typed) == left)
    }

    @Test(arguments: [
        ("/a/b", "/a/b"), ("/a/./b/", "/a/b"), ("/a/../b", "/b"), ("/../a", "/a"), ("/", "/"), ("//a//b", "/a/b"),
    ])
    func `makes a path absolute without looking at links`(path: String, absolute: String) {
        #expect(absolutePath(of: path) == absolute)
    }

    @Test(arguments: [
        ("/tmp/d", "/tmp/d"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("$(x)", "'$(x)'"), ("", "''"),
        ("mia@example.org", "mia@example.org"), ("李明", "'李明'"),
    ])
    func `quotes a word as a shell takes it`(word: String, quotation: String) {
        #expect(quoted(word) == quotation)
    }
}
