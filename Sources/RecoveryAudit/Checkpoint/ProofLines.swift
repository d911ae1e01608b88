import RecoveryCrypto

/// Lines of a proof, up to the empty one that parts them from a checkpoint: receipts have them as well.
struct ProofLines {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// The next line without its newline; `nil` if there is no whole line, or one that is not UTF-8.
    mutating func next() -> String? {
        guard let end = rest.firstIndex(of: CanonicalJSON.newline) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return text(of: Array(rest[..<end]))
    }

    /// The hashes of all lines up to the empty one, which is taken as well.
    mutating func hashes(atMost most: Int) -> [Digest256]? {
        var hashes: [Digest256] = []
        while let line = next() {
            if line.isEmpty { return hashes }
            guard hashes.count < most, let hash = Base64.decode(line).flatMap({ Digest256($0) }) else { return nil }
            hashes.append(hash)
        }
        return nil
    }

    static func bytes(of hashes: [Digest256]) -> [UInt8] {
        hashes.flatMap { Array("\(Base64.encode($0.bytes))\n".utf8) } + [CanonicalJSON.newline]
    }
}
