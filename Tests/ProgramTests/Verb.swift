/// What one line of a script asks for.
enum Verb: Sendable {
    case exec(program: String, [Template])
    case tool(Tool, [Template])
    case background(program: String, [Template])
    case wait(codes: [Int32])
    case read(Template)
    case stdin(Template)
    case stdinFile(Template)
    case env(Template)
    case umask(Int)

    case check(Check)
    case change(FileChange)
}

/// What must be true of the last program's answer, or of the folder it left behind.
enum Check: Sendable {
    case exit(Int32)
    case stdout(Template)
    case stderr(Template)
    case capture(name: String, Template)
    case exists(Template)
    case mode(Template, Int)
    case same(Template, Template)
    case nowhere(Template, except: [Template])
}

/// What happens to files while no program looks.
enum FileChange: Sendable {
    case folder(Template)
    case copy(from: Template, to: Template)
    case append(Template, Template)
    case truncate(Template, bytes: UInt64)
    case flip(Template, offset: Int)
    case chmod(Int, Template)
    case symlink(target: Template, link: Template)
    case remove(Template)
    /// What the last program answered, in a new file, as a shell's redirection leaves it.
    case save(Template)
}

/// Programs of other people that may give a second opinion. Whatever is not here would make a script depend on the
/// machine it is played on.
enum Tool: String, Sendable {
    case oathtool, openssl, python3, sqlite3, zbarimg
}

extension Script.Step {
    init(parsing text: Substring, path: String, line: Int) throws(ScriptError) {
        self.path = path
        negated = text.hasPrefix("! ")
        self.line = line
        let parts = text.dropFirst(negated ? 2 : 0).split(separator: " ", maxSplits: 1)
        guard let name = parts.first else { throw .unknownVerb(line: line) }
        verb = try Verb(String(name), parts.count == 2 ? parts[1] : "", line: line)
        if negated, !verb.canBeNegated { throw .cannotBeNegated(line: line) }
    }
}

extension Verb {
    fileprivate init(_ name: String, _ rest: Substring, line: Int) throws(ScriptError) {
        switch name {
        case "stdout", "stderr":
            guard !rest.isEmpty else { throw .wrongWords(line: line) }
            self = .check(name == "stdout" ? .stdout(Template(rest)) : .stderr(Template(rest)))
        case "capture":
            let parts = rest.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].wholeMatch(of: /[A-Z][A-Z0-9_]*/) != nil, parts[0] != "WORK" else {
                throw .wrongWords(line: line)
            }
            self = .check(.capture(name: String(parts[0]), Template(parts[1])))
        default:
            guard let verb = try Verb(name, words: [Template](words: rest, line: line), line: line) else {
                throw .unknownVerb(line: line)
            }
            self = verb
        }
    }

    /// `nil` for a verb that does not exist.
    private init?(_ name: String, words: [Template], line: Int) throws(ScriptError) {
        func word(_ index: Int, of count: Int) throws(ScriptError) -> Template {
            guard words.count == count else { throw .wrongWords(line: line) }
            return words[index]
        }
        func number<Value>(_ word: Template, _ parse: (String) -> Value?) throws(ScriptError) -> Value {
            guard word.variables.isEmpty, let value = parse(word.text([:])) else { throw .wrongWords(line: line) }
            return value
        }
        func octal(_ word: Template) throws(ScriptError) -> Int { try number(word) { Int($0, radix: 8) } }
        func program() throws(ScriptError) -> String {
            guard let first = words.first else { throw .wrongWords(line: line) }
            return try number(first) { $0.wholeMatch(of: /[a-z][a-z0-9-]*/) != nil ? $0 : nil }
        }

        switch name {
        case "exec": self = .exec(program: try program(), Array(words.dropFirst()))
        case "tool":
            guard let tool = Tool(rawValue: try program()) else { throw .wrongWords(line: line) }
            self = .tool(tool, Array(words.dropFirst()))
        case "background": self = .background(program: try program(), Array(words.dropFirst()))
        case "wait":
            var codes: [Int32] = []
            for word in words { codes.append(try number(word) { Int32($0) }) }
            guard !codes.isEmpty else { throw .wrongWords(line: line) }
            self = .wait(codes: codes)
        case "read": self = .read(try word(0, of: 1))
        case "stdin":
            let first = try word(0, of: 1)
            if case .text(let text)? = first.parts.first(where: \.isNotEmpty), text.hasPrefix("<") {
                self = .stdinFile(first)
            } else {
                self = .stdin(first)
            }
        case "env":
            guard case .text(let text)? = try word(0, of: 1).parts.first(where: \.isNotEmpty), text.contains("=") else {
                throw .wrongWords(line: line)
            }
            self = .env(words[0])
        case "umask": self = .umask(try octal(word(0, of: 1)))
        case "exit": self = .check(.exit(try number(word(0, of: 1)) { Int32($0) }))
        case "exists": self = .check(.exists(try word(0, of: 1)))
        case "mode": self = .check(.mode(try word(0, of: 2), try octal(words[1])))
        case "same": self = .check(.same(try word(0, of: 2), words[1]))
        case "nowhere":
            guard let pattern = words.first else { throw .wrongWords(line: line) }
            self = .check(.nowhere(pattern, except: Array(words.dropFirst())))
        case "folder": self = .change(.folder(try word(0, of: 1)))
        case "copy": self = .change(.copy(from: try word(0, of: 2), to: words[1]))
        case "append": self = .change(.append(try word(0, of: 2), words[1]))
        case "truncate": self = .change(.truncate(try word(0, of: 2), bytes: try number(words[1]) { UInt64($0) }))
        case "flip": self = .change(.flip(try word(0, of: 2), offset: try number(words[1]) { Int($0) }))
        case "chmod": self = .change(.chmod(try octal(word(0, of: 2)), words[1]))
        case "symlink": self = .change(.symlink(target: try word(0, of: 2), link: words[1]))
        case "remove": self = .change(.remove(try word(0, of: 1)))
        case "save": self = .change(.save(try word(0, of: 1)))
        default: return nil
        }
    }
}

extension Template.Part {
    fileprivate var isNotEmpty: Bool {
        if case .text("") = self { false } else { true }
    }
}
