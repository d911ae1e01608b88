/// What a script may rely on, verb by verb. No default anywhere: a new verb has to answer each question.
extension Verb {
    /// Whether the step can fail for what a program did, so that a script with it proves something.
    var isCheck: Bool {
        switch self {
        case .check, .wait: true
        case .exec, .tool, .background, .read, .stdin, .stdinFile, .env, .umask, .change: false
        }
    }

    /// Whether there is an answer to look at afterwards.
    var givesAnswer: Bool {
        switch self {
        case .exec, .tool, .wait, .read: true
        case .background, .stdin, .stdinFile, .env, .umask, .check, .change: false
        }
    }

    /// Whether it makes sense only when a program has run. Checks of files are among these: in a folder that no
    /// program has touched there is nothing to be found out.
    var needsAnswer: Bool {
        switch self {
        case .check: true
        case .exec, .tool, .background, .wait, .read, .stdin, .stdinFile, .env, .umask, .change: false
        }
    }

    var canBeNegated: Bool {
        switch self {
        case .exec, .tool: true
        case .check(.stdout), .check(.stderr), .check(.exists), .check(.same): true
        case .check(.exit), .check(.capture), .check(.mode), .check(.nowhere): false
        case .background, .wait, .read, .stdin, .stdinFile, .env, .umask, .change: false
        }
    }

    /// The variables it uses.
    var variables: [String] {
        let templates: [Template] =
            switch self {
            case .exec(_, let words), .tool(_, let words), .background(_, let words): words
            case .read(let one), .stdin(let one), .stdinFile(let one), .env(let one): [one]
            case .wait, .umask: []
            case .check(let check): check.templates
            case .change(let change): change.templates
            }
        return templates.flatMap(\.variables)
    }
}

extension Check {
    fileprivate var templates: [Template] {
        switch self {
        case .exit: []
        case .stdout(let one), .stderr(let one), .capture(_, let one), .exists(let one), .mode(let one, _): [one]
        case .same(let one, let other): [one, other]
        case .nowhere(let pattern, let files): [pattern] + files
        }
    }
}

extension FileChange {
    fileprivate var templates: [Template] {
        switch self {
        case .folder(let one), .truncate(let one, _), .flip(let one, _), .chmod(_, let one), .remove(let one),
            .save(let one):
            [one]
        case .copy(let one, let other), .append(let one, let other), .symlink(let one, let other): [one, other]
        }
    }
}
