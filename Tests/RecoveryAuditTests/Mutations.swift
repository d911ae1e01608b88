import RecoveryAudit
import RecoveryCrypto
import RecoveryTestSupport

/// Chance as a seed decides it.
extension Noise {
    mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(bound))
    }

    /// True once in so many times.
    mutating func once(in count: Int) -> Bool {
        below(count) == 0
    }

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[below(values.count)]
    }

    mutating func byte() -> UInt8 {
        UInt8(truncatingIfNeeded: next())
    }
}

/// Damage done to the files of a bundle, by somebody who has no key of it.
struct FileDamage {
    var noise: Noise
    var said: [String] = []

    /// Names of files that a bundle may have, must not have, or does not know.
    private static let names = [
        "README", "anchors/27.tsr", "checkpoints/12", "checkpoints/027", "checkpoints/x", "disclosed.jsonl",
        "epoch-keys.json",
        "private.jsonl", "proofs/7.tlog-proof", "proofs/8.tlog-proof", "proofs/note", "tile/0/000", "tile/0/000.p/9",
        "tile/1/000.p/1", "tile/entries/000", "tile/entries/000.p/26", "tile/entries/001.p/3", "tile/extra",
        "index.jsonl/row",
    ]

    init(noise: Noise) {
        self.noise = noise
    }

    mutating func damage(_ bundle: inout MemoryBundle) {
        let paths = bundle.files.keys.sorted()
        // Entries are one file among many, and the one that matters most.
        let entries = paths.filter { $0.hasPrefix("tile/entries/") }
        let path = noise.once(in: 3) && !entries.isEmpty ? noise.pick(entries) : noise.pick(paths)
        switch noise.below(15) {
        case 0:
            said.append("\(path) gone")
            bundle.files[path] = nil
        case 1:
            let name = noise.pick(Self.names)
            said.append("\(path) also as \(name)")
            add(bundle.files[path] ?? [], as: name, to: &bundle)
        case 2:
            let other = noise.pick(paths)
            said.append("\(path) holds \(other)")
            bundle.files[path] = bundle.files[other]
        case 3:
            let name = noise.pick(Self.names)
            said.append("\(path) moved to \(name)")
            let bytes = bundle.files.removeValue(forKey: path) ?? []
            add(bytes, as: name, to: &bundle)
        case 4, 5, 6:
            changeLine(of: path, in: &bundle)
        default:
            changeByte(of: path, in: &bundle)
        }
    }

    /// Adds a file, and what is a file where a folder has to be gives way.
    private func add(_ bytes: [UInt8], as name: String, to bundle: inout MemoryBundle) {
        for path in bundle.files.keys where name.hasPrefix(path + "/") || path.hasPrefix(name + "/") {
            bundle.files[path] = nil
        }
        bundle.files[name] = bytes
    }

    private mutating func changeByte(of path: String, in bundle: inout MemoryBundle) {
        guard var file = bundle.files[path], !file.isEmpty else { return }
        let place = noise.below(file.count)
        said.append("\(path) at \(place)")
        switch noise.below(8) {
        case 0: file.remove(at: place)
        case 1: file.insert(noise.byte(), at: place)
        case 2: file[place] = noise.byte()
        case 3: file = Array(file.prefix(place))
        case 4: file[place] = noise.pick(Array("0123456789abcdef+ \"\n,:#-{}[]".utf8))
        default: file[place] ^= 1 << UInt8(noise.below(8))
        }
        bundle.files[path] = file
    }

    private mutating func changeLine(of path: String, in bundle: inout MemoryBundle) {
        guard let file = bundle.files[path], file.last == UInt8(ascii: "\n") else { return }
        var lines = file.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let (one, other) = (noise.below(lines.count), noise.below(lines.count))
        switch noise.below(4) {
        case 0: lines.remove(at: one)
        case 1: lines.insert(lines[one], at: other)
        case 2: lines.swapAt(one, other)
        default: lines[one] = retyped(lines[one])[...]
        }
        said.append("\(path) line \(one), \(other)")
        bundle.files[path] = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    }

    /// A number, a word or a hash of the line is another.
    private mutating func retyped(_ line: ArraySlice<UInt8>) -> [UInt8] {
        let text = String(decoding: line, as: UTF8.self)
        let changes = [
            ("1", "2"), ("0", "1"), ("null", "\"x\""), ("\":\"", "\":\"x"), ("a", "b"), ("seq\":", "seq\":1"),
            ("type\":1", "type\":"),
            ("w1", "w2"), ("quorum w1", "quorum none"), ("quorum none", "quorum w1"), ("witness", "# witness"),
            ("log ", "log  "),
            ("log ", "\tlog "), ("first\":0", "first\":7"), ("size\":2", "size\":3"), ("\u{2014} w", "\u{2014} v"),
            ("{\"", "{ \""),
            ("actor", "aktor"),
        ]
        let change = noise.pick(changes.filter { text.contains($0.0) } + [("", "")])
        guard let range = text.firstRange(of: change.0), !change.0.isEmpty else {
            return Array(text.utf8) + [noise.byte()]
        }
        return Array(text.replacingCharacters(of: range, with: change.1).utf8)
    }
}

extension String {
    fileprivate func replacingCharacters(of range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
