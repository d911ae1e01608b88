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
    mutating func file(
        _ name: String,
        isRequired: Bool,
        limit: UInt64 = .max,
        fault: FindingCode = .bundleMalformed,
        _ findings: inout Findings
    ) -> [UInt8]? {
        switch kinds[name] {
        case nil:
            if isRequired { findings.add(.bundleMissing, name) }
            return nil
        case .file(let byteCount):
            guard byteCount <= limit else {
                findings.add(fault, name + " is too long")
                return nil
            }
            return bytes(of: name, &findings)
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

    /// Returns the paths of all plain files below a folder of the bundle, with their lengths. Links are reported.
    func tree(_ directory: String, _ findings: inout Findings) -> [String: UInt64] {
        var files: [String: UInt64] = [:]
        guard let kind = kinds[directory] else { return files }
        guard kind == .directory else {
            findings.add(.bundleMalformed, directory + " is no folder")
            return files
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
                case .file(let byteCount): files[path] = byteCount
                case .directory: open.append(path)
                case .other: findings.add(.bundleMalformed, path.printable + " is neither file nor folder")
                }
            }
        }
        return files
    }
}

extension String {
    /// The text with everything but printable ASCII replaced: a name in a bundle must not reach a terminal as it is.
    var printable: String {
        String(decoding: utf8.map { 0x20..<0x7f ~= $0 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
