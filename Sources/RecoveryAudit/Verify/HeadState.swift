import RecoveryCrypto

/// The heads that earlier runs remembered, by the key that they were verified with (§13): never by anything that the
/// log says of itself.
public struct HeadState: Sendable, Hashable {
    private static let format: JSONValue = "rva/v1/state"

    /// Signed notes, unchecked, by the hex SHA-256 of the vkey line without its newline.
    private var heads = JSONObject()

    /// Remembers nothing.
    public init() {}

    /// Reads a JSON file {`format`, `heads`}, or refuses.
    public init?(parsing file: [UInt8]) {
        guard let state = try? CanonicalJSON.parseFile(file).object, state.members.count == 2,
            state["format"] == Self.format, let heads = state["heads"]?.object,
            heads.members.allSatisfy({
                [UInt8](hexadecimal: $0.key)?.count == Digest256.byteCount && $0.value.string != nil
            })
        else { return nil }
        self.heads = heads
    }

    /// The file.
    public var bytes: [UInt8] {
        CanonicalJSON.writeLine(["format": Self.format, "heads": .object(heads)])
    }

    /// The note remembered for that key.
    func note(for key: VKey) -> [UInt8]? {
        (heads[Self.name(of: key)]?.string).map { Array($0.utf8) }
    }

    /// The same state with the head of a run that ended well.
    public func remembering(_ head: VerifiedHead) -> HeadState {
        let name = Self.name(of: head.logKey)
        let others = heads.members.filter { $0.key != name }
        let note = String(decoding: head.note, as: UTF8.self)
        var state = self
        state.heads = JSONObject(others + [JSONMember(key: name, value: .string(note))])
        return state
    }

    private static func name(of key: VKey) -> String {
        SHA256.digest(of: Array(key.text.utf8)).hexadecimal
    }
}

/// A head that a run found to be that of the log it read.
public struct VerifiedHead: Sendable, Hashable {
    let logKey: VKey
    let note: [UInt8]

    init(logKey: VKey, note: [UInt8]) {
        self.logKey = logKey
        self.note = note
    }
}
