import Foundation
import Testing

/// A session with the real programs, in one file: what is typed, what must come back, and the files it works on.
///
///     # A comment. The first line says which behaviour this is.
///     include NAME                the steps and files of Scripts/Shared/NAME.txt, here
///     exec PROGRAM WORD…          runs one of our programs, which must end with 0; `! exec` where it must not
///     tool NAME WORD…             asks a stranger: oathtool, openssl, python3, sqlite3 or zbarimg; also `! tool`
///     background PROGRAM WORD…    starts one of our programs and goes on
///     wait CODE…                  waits for all of these; how they ended, in any order. Their words stand together
///     stdin TEXT                  one line for the next program's standard input; more lines add up
///     stdin <FILE                 or the bytes of a file
///     env NAME=VALUE              for all programs that follow
///     umask OCTAL                 likewise
///
///     read FILE                   the text of a file, or of the newest in a folder, as if a program had said it
///
///     exit CODE                   how the last program ended: the line after each `! exec`
///     stdout PATTERN              what it said; `! stdout` what it did not
///     stderr PATTERN
///     capture NAME PATTERN        keeps what the pattern's first group matched in stdout, as $NAME
///     exists FILE                 `! exists` where there must be none
///     mode FILE OCTAL             its permission bits
///     same FILE FILE              equal bytes; also `! same`
///     nowhere PATTERN FILE…       no file in the folder holds it, except those named (a folder names all that is in
///                                 it), and none of our programs said it
///
///     folder NAME                 makes one
///     copy FROM TO                a file or a whole folder
///     append FILE TEXT            the text and a newline
///     truncate FILE BYTES
///     flip FILE OFFSET            inverts the lowest bit of one byte; a negative offset counts from the end
///     chmod OCTAL FILE
///     symlink TARGET LINK
///     remove FILE                 a file or a whole folder
///
///     -- NAME --
///     the text of the file NAME, in the folder where the programs run
///
/// Words are parted by spaces. 'Single quotes' keep everything, "double quotes" keep spaces, and the value of a
/// variable is never parted. $WORK is the folder. A pattern is a regular expression, reaches to the end of its line
/// (`nowhere` takes one word), and matches the values of variables literally.
struct Script: Sendable {
    let path: String
    let steps: [Step]
    let files: [(name: String, text: String)]

    struct Step: Sendable {
        /// Where it is written: a script may include others.
        let path: String
        let line: Int
        let negated: Bool
        let verb: Verb
    }
}

/// Why a script cannot be played. A check that was misspelt must not pass for one that held.
enum ScriptError: Error, Hashable {
    case unknownVerb(line: Int)
    case wrongWords(line: Int)
    case openQuote(line: Int)
    case unknownVariable(String, line: Int)
    case cannotBeNegated(line: Int)
    case checkBeforeProgram(line: Int)
    case exitNotChecked(line: Int)
    case checksNothing
    case outsideFolder(String)
    case noSuchInclude(String, line: Int)
    /// Two levels are all that a reader follows.
    case nestedInclude(line: Int)
    case fileTwice(String)
    indirect case inIncluded(String, ScriptError)

    case noSuchProgram(String)
    case programDidNotEnd(String)
    /// A program that a signal ended has crashed. That is never the failure a script asked for.
    case programCrashed(String, signal: Int32)
    case notWaitedFor(Int)
}

extension Script {
    init(parsing text: String, path: String) throws(ScriptError) {
        self = try Script(unchecked: text, path: path, isIncluded: false)
        try requireChecks()
        try requireVariables()
    }

    private init(unchecked text: String, path: String, isIncluded: Bool) throws(ScriptError) {
        var steps: [Step] = []
        var files: [(name: String, text: String)] = []
        var own = files.startIndex
        for (line, text) in zip(1..., text.split(separator: "\n", omittingEmptySubsequences: false)) {
            if text.hasPrefix("-- "), text.hasSuffix(" --") {
                files.append((String(text.dropFirst(3).dropLast(3)), ""))
            } else if files.count > own {
                files[files.count - 1].text += text + "\n"
            } else if text.hasPrefix("include ") {
                guard !isIncluded else { throw .nestedInclude(line: line) }
                let included = try Self.included(String(text.dropFirst(8)), line: line, beside: path)
                steps += included.steps
                files += included.files
                own = files.endIndex
            } else if !text.isEmpty, !text.hasPrefix("#") {
                steps.append(try Step(parsing: text, path: path, line: line))
            }
        }
        // The newline that the end of the script shares with the last file is not a line of that file.
        if files.count > own, text.hasSuffix("\n") { files[files.count - 1].text.removeLast() }
        let names = files.map(\.name)
        if let name = names.first(where: { name in names.count { $0 == name } > 1 }) { throw .fileTwice(name) }
        self = Script(path: path, steps: steps, files: files)
    }

    private static func included(_ name: String, line: Int, beside path: String) throws(ScriptError) -> Script {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().appending(path: "Shared")
        let file = folder.appending(path: name + ".txt")
        guard name.wholeMatch(of: /[a-z-]+/) != nil, let text = try? String(contentsOf: file, encoding: .utf8) else {
            throw .noSuchInclude(name, line: line)
        }
        do {
            return try Script(unchecked: text, path: file.path, isIncluded: true)
        } catch {
            throw .inIncluded(name, error)
        }
    }

    /// Refuses scripts in which something goes unchecked, or is checked before it could be there.
    private func requireChecks() throws(ScriptError) {
        var hasAnswer = false
        for (step, next) in zip(steps, steps.dropFirst().map(Optional.some) + [nil]) {
            if step.verb.needsAnswer, !hasAnswer { throw .checkBeforeProgram(line: step.line) }
            if step.verb.givesAnswer { hasAnswer = true }
            if case .exec = step.verb, step.negated {
                guard case .check(.exit)? = next?.verb else { throw .exitNotChecked(line: step.line) }
            }
        }
        guard steps.contains(where: \.verb.isCheck) else { throw .checksNothing }
    }

    private func requireVariables() throws(ScriptError) {
        var known: Set = ["WORK"]
        for step in steps {
            for name in step.verb.variables where !known.contains(name) {
                throw .unknownVariable(name, line: step.line)
            }
            if case .check(.capture(let name, _)) = step.verb { known.insert(name) }
        }
    }
}

extension Script: CustomTestStringConvertible {
    var testDescription: String { URL(fileURLWithPath: path).lastPathComponent }
}
