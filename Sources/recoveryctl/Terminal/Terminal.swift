import Foundation

/// What goes to people: results to standard output, talk to standard error.
enum Terminal {
    /// Prints a result, with a newline. An answer that did not arrive is no success.
    static func answer(_ text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            throw Failure(.inputOutput, "no-output", "the result could not be written to standard output")
        }
    }

    /// Prints lines at once, so that a reader who has seen enough after the first does not disturb the others.
    static func answer(lines: [String]) throws {
        if !lines.isEmpty { try answer(lines.joined(separator: "\n")) }
    }

    /// Prints one JSON object on a line of its own.
    static func answer(json value: some Encodable) throws {
        try answer(json(of: value))
    }

    /// The value as one line of JSON, members in order and in snake case.
    static func json(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Says something that is not the result. If nobody listens, that changes nothing.
    static func talk(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((harmless(text) + "\n").utf8))
    }

    /// The text without what a terminal obeys, or what turns it round: each such character becomes U+FFFD. Names of
    /// files and mistyped words are repeated in messages, and may have been pasted.
    static func harmless(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(scalar == "\n" || !isObeyed(scalar) ? scalar : "\u{FFFD}")
        }
        return String(result)
    }

    private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1f, 0x7f...0x9f: true
        // Marks, embeddings, overrides and isolates of direction; separators of lines.
        case 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    static var isResultOnTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var isTalkOnTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Asks for a visible line.
    static func ask(_ prompt: String) throws -> String {
        try? FileHandle.standardError.write(contentsOf: Data(prompt.utf8))
        guard let line = readLine() else { throw inputEnded }
        return line.trimmingCharacters(in: .whitespaces)
    }

    static var inputEnded: Failure {
        Failure(
            .usage,
            "input-ended",
            "the input ended before every question was answered",
            cure: "nothing is half done: run the same command again, and answer each line"
        )
    }
}
