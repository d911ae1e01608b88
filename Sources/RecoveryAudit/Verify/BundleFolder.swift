/// Reads files of a bundle by the rules that hold for all of them: plain files, of the length that their kind can
/// have, and no links (§12).
struct BundleFolder<Source: BundleSource> {
    /// What can lie in a bundle. Whoever reads one of these reports what is wrong with it.
    private static var names: Set<String> {
        [
            "manifest.json", "checkpoint", "log.vkey", "policy", "tile", "index.jsonl", "checkpoints",
            "private.jsonl", "disclosed.jsonl", "epoch-keys.json", "proofs", "anchors",
        ]
    }

    let source: Source
    private var kinds: [String: BundleItem.Kind] = [:]
    /// Folders that were looked at on the way to a file. A log has few: each holds a thousand files.
    private var isFolder: [String: Bool] = [:]

    /// Lists the folder. A link among its names is reported, whatever it is called; other names that are not part of a
    /// bundle are ignored.
    init(_ source: Source, _ findings: inout Findings) {
        self.source = source
        guard let items = source.items(in: "") else {
            findings.add(.internalError, "the bundle cannot be listed")
            return
        }
        for item in items {
            kinds[item.name] = item.kind
            if item.kind == .other, !Self.names.contains(item.name) {
                findings.add(.bundleMalformed, item.name.printable + " is neither file nor folder")
            }
        }
    }

    /// Returns the bytes of a file directly in the bundle; `nil` if it is not there or not usable, which is reported.
    ///
    /// - Parameters:
    ///   - limit: In bytes. A longer file cannot be what its name says.
    ///   - fault: What to call a file that is too long or is no file.
    func file(
        _ name: String,
        isRequired: Bool,
        limit: UInt64 = .max,
        fault: FindingCode = .bundleMalformed,
        _ findings: inout Findings
    ) -> [UInt8]? {
        guard let byteCount = length(of: name, isRequired: isRequired, fault: fault, &findings) else { return nil }
        guard byteCount <= limit else {
            findings.add(fault, name + " is too long")
            return nil
        }
        return bytes(of: name, &findings)
    }

    /// Returns a file directly in the bundle that is too long to be read at once; `nil` as with ``file(_:isRequired:limit:fault:_:)``.
    func pieces(of name: String, isRequired: Bool, _ findings: inout Findings) -> PiecewiseFile? {
        guard length(of: name, isRequired: isRequired, fault: .bundleMalformed, &findings) != nil else { return nil }
        return PiecewiseFile { [source] offset, count in source.bytes(of: name, from: offset, count: count) }
    }

    private func length(
        of name: String,
        isRequired: Bool,
        fault: FindingCode,
        _ findings: inout Findings
    ) -> UInt64? {
        switch kinds[name] {
        case nil:
            if isRequired { findings.add(.bundleMissing, name) }
            return nil
        case .file(let byteCount): return byteCount
        case .directory, .other:
            findings.add(fault == .policyMalformed ? fault : .bundleMalformed, name + " is no file")
            return nil
        }
    }

    /// Returns the bytes of a file that was listed before.
    func bytes(of path: String, _ findings: inout Findings) -> [UInt8]? {
        let bytes = source.contents(of: path)
        if bytes == nil { findings.add(.internalError, path.printable + " cannot be read") }
        return bytes
    }

    /// Returns the plain files of a folder of the bundle, with their lengths. Anything else in it is reported.
    func files(in directory: String, _ findings: inout Findings) -> [(name: String, byteCount: UInt64)] {
        guard let kind = kinds[directory] else { return [] }
        guard kind == .directory else {
            findings.add(.bundleMalformed, directory + " is no folder")
            return []
        }
        guard let items = source.items(in: directory) else {
            findings.add(.internalError, directory + " cannot be listed")
            return []
        }
        return items.compactMap { item in
            if case .file(let byteCount) = item.kind { return (item.name, byteCount) }
            findings.add(.bundleMalformed, "\(directory)/\(item.name) is no file".printable)
            return nil
        }
    }

    /// Says what has that name below the bundle; `nil` if nothing has, or if it lies behind a link.
    mutating func kind(of path: String) -> BundleItem.Kind? {
        for (index, byte) in zip(path.utf8.indices, path.utf8) where byte == UInt8(ascii: "/") {
            let folder = String(path[..<index])
            if let isFolder = isFolder[folder] {
                guard isFolder else { return nil }
                continue
            }
            let isFolder = source.kind(of: folder) == .directory
            self.isFolder[folder] = isFolder
            guard isFolder else { return nil }
        }
        return source.kind(of: path)
    }

    /// Shows the path and length of each plain file below a folder of the bundle to `body`. Links are reported.
    func forEachFile(
        below directory: String,
        _ findings: inout Findings,
        _ body: (String, UInt64, inout Findings) -> Void
    ) {
        guard let kind = kinds[directory] else { return }
        guard kind == .directory else {
            findings.add(.bundleMalformed, directory + " is no folder")
            return
        }
        // A list of what is left to visit, not recursion: how deep the folders lie is somebody else's choice.
        var open = [directory]
        while let folder = open.popLast() {
            guard let items = source.items(in: folder) else {
                findings.add(.internalError, folder.printable + " cannot be listed")
                continue
            }
            for item in items {
                let path = folder + "/" + item.name
                switch item.kind {
                case .file(let byteCount): body(path, byteCount, &findings)
                case .directory: open.append(path)
                case .other: findings.add(.bundleMalformed, path.printable + " is neither file nor folder")
                }
            }
        }
    }
}

extension String {
    /// The text with everything but printable ASCII replaced: a name in a bundle must not reach a terminal as it is.
    var printable: String {
        String(decoding: utf8.map { 0x20..<0x7f ~= $0 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
