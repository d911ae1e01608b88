/// The sentences that the suite says about the product.
enum TestNames {
    /// Sentences in which the suite speaks of itself, and may say "test".
    static let aboutTests = [
        "each input that the vault must refuse names a test that exists",
        "each row of the threats names a test that exists",
        "the names of tests are sentences about the product",
    ]

    /// Every raw identifier of a function with `@Test`, in source order of files.
    static func inFunctions() throws -> [String] {
        try House.files(in: ["Tests"], ending: "Tests.swift").flatMap { file in
            // The attribute may take many lines of arguments; only tests have raw identifiers here.
            try House.text(file).matches(of: /func `([^`\n]+)`/).map { String($0.1) }
        }
    }

    /// The first line of every session, which says what it shows.
    static func inSessions() throws -> [String] {
        try House.files(in: ["Tests/ProgramTests/Scripts"], ending: ".txt").compactMap { file in
            try House.lines(file).first.flatMap { $0.hasPrefix("# ") ? String($0.dropFirst(2)) : nil }
        }
    }
}
