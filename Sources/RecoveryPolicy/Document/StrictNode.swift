import Yams

/// A node of a YAML tree that knows where it stands, and gives its value only as what it was meant to be.
///
/// Plain scalars are not resolved: `no` is the text `no`, and whether `010` is a number is for the reader of the number.
struct StrictNode {
    enum Content {
        case scalar(String, isPlain: Bool)
        case list([StrictNode])
        case mapping([Member])
    }

    /// `line` and `column` are those of the key.
    struct Member {
        let key: String
        let line: Int
        let column: Int
        let value: StrictNode
    }

    static let mostDepth = 24
    static let mostNodes = 20_000
    static let mostKeyBytes = 64

    let content: Content
    let line: Int
    let column: Int
    let path: String

    func error(_ code: PolicyError.Code, _ text: String, _ cure: String) -> PolicyError {
        PolicyError(code: code, line: line, column: column, path: path, text: text, cure: cure)
    }
}

extension StrictNode {
    /// Reads a text of one document.
    static func compose(_ text: String) throws(PolicyError) -> StrictNode {
        try TextGate.check(text)
        guard let root = try parse(text) else {
            throw PolicyError(code: .empty, line: 1, column: 1, path: "", text: "nothing here", cure: "write a mapping")
        }
        var nodes = 0
        return try StrictNode(root, path: "", depth: 0, nodes: &nodes)
    }

    /// The encoding is named, or Yams would ask the environment for it. The resolver without rules takes plain scalars
    /// as text, and spares a regular expression for each.
    private static func parse(_ text: String) throws(PolicyError) -> Node? {
        do {
            return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw PolicyError(error)
        } catch {
            throw PolicyError(code: .syntax, line: 1, column: 1, path: "", text: "not YAML", cure: "see yaml.org")
        }
    }

    private init(_ node: Node, path: String, depth: Int, nodes: inout Int) throws(PolicyError) {
        self.path = path
        line = node.mark?.line ?? 1
        column = node.mark?.column ?? 1
        func refuse(_ code: PolicyError.Code, _ text: String, _ cure: String) -> PolicyError {
            PolicyError(
                code: code,
                line: node.mark?.line ?? 1,
                column: node.mark?.column ?? 1,
                path: path,
                text: text,
                cure: cure
            )
        }
        nodes += 1
        guard nodes <= Self.mostNodes else {
            throw refuse(.tooManyNodes, "more than \(Self.mostNodes) values", "split the policy")
        }
        guard depth <= Self.mostDepth else {
            throw refuse(.tooDeep, "nested deeper than \(Self.mostDepth)", "nest less")
        }
        switch node {
        case .scalar(let scalar):
            content = .scalar(scalar.string, isPlain: scalar.style == .plain)
        case .sequence(let sequence):
            var members: [StrictNode] = []
            for (index, member) in sequence.enumerated() {
                members.append(try StrictNode(member, path: "\(path)[\(index)]", depth: depth + 1, nodes: &nodes))
            }
            content = .list(members)
        case .mapping(let mapping):
            var members: [Member] = []
            var seen: Set<String> = []
            for (key, value) in mapping {
                guard case .scalar(let name) = key else {
                    throw refuse(.complexKey, "a key that is not a name", "use a name as the key")
                }
                let (line, column) = (key.mark?.line ?? 1, key.mark?.column ?? 1)
                // Keys become paths and paths stand in every message below: an endless one would be endless often, and
                // one with an escape would be obeyed by a terminal.
                guard name.string.utf8.count <= Self.mostKeyBytes, name.string == name.string.printable else {
                    throw PolicyError(unfit: name.string, line: line, column: column, path: path)
                }
                guard seen.insert(name.string).inserted else {
                    throw PolicyError(duplicate: name.string, line: line, column: column, path: path)
                }
                let below = path.isEmpty ? name.string : "\(path).\(name.string)"
                let node = try StrictNode(value, path: below, depth: depth + 1, nodes: &nodes)
                members.append(Member(key: name.string, line: line, column: column, value: node))
            }
            content = .mapping(members)
        case .alias:
            // The gate lets none through, and Yams has replaced them by now.
            throw refuse(.alias, "an alias", "write the value where it is used")
        }
    }
}

extension PolicyError {
    fileprivate init(duplicate key: String, line: Int, column: Int, path: String) {
        self.init(
            code: .duplicateKey,
            line: line,
            column: column,
            path: path,
            text: "the key \(key.quoted) stands here twice",
            cure: "keep one"
        )
    }

    fileprivate init(unfit key: String, line: Int, column: Int, path: String) {
        self.init(
            code: .notAName,
            line: line,
            column: column,
            path: path,
            text: "the key \(key.quoted) is too long, or cannot be printed",
            cure: "use a key of \(StrictNode.mostKeyBytes) bytes at most"
        )
    }

    fileprivate init(_ error: YamlError) {
        func syntax(_ text: String, _ mark: Mark?) -> PolicyError {
            PolicyError(
                code: .syntax,
                line: mark?.line ?? 1,
                column: mark?.column ?? 1,
                path: "",
                text: text,
                cure: "mind indentation, brackets and quotes"
            )
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            self = syntax([context?.text, problem].compactMap(\.self).joined(separator: ": "), mark)
        case .composer(_, _, let mark, _):
            self.init(
                code: .severalDocuments,
                line: mark.line,
                column: mark.column,
                path: "",
                text: "a second document begins",
                cure: "keep one document to a file"
            )
        case .duplicatedKeysInMapping(let duplicates, let context):
            self.init(
                duplicate: duplicates.first ?? "",
                line: context.mark.line,
                column: context.mark.column,
                path: ""
            )
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            self = syntax("not readable as YAML", nil)
        }
    }
}

extension String {
    /// In quotes and cut at 40 characters, to stand in a message.
    var quoted: String {
        "“" + String(printable.unicodeScalars.prefix(40)) + (unicodeScalars.count > 40 ? "…" : "") + "”"
    }

    /// Without what a terminal would obey.
    fileprivate var printable: String {
        var text = ""
        for scalar in unicodeScalars {
            text.unicodeScalars.append(scalar.properties.isPrintable ? scalar : "\u{FFFD}")
        }
        return text
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isPrintable: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
