import RecoveryCrypto

/// A signature line: `— name base64(keyid ‖ signature)`.
public struct NoteSignature: Sendable, Hashable {
    public let name: String
    public let keyID: UInt32
    /// Without the key id; at least one byte.
    public let signature: [UInt8]

    /// The line with its newline.
    public var line: String { "\u{2014} \(name) \(keyIDAndSignature)\n" }

    /// Base64 of key id and signature, as the line and an ANCHOR have it.
    public var keyIDAndSignature: String {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: keyID)
        return Base64.encode(bytes + signature)
    }

    public init(name: String, keyID: UInt32, signature: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    /// Takes the bytes of a signature line: key id and signature.
    public init?(name: String, keyIDAndSignature bytes: [UInt8]) {
        guard isKeyName(name), bytes.count > 4 else { return nil }
        self.init(
            name: name,
            keyID: bytes.span.bigEndian(UInt32.self, at: 0),
            signature: Array(bytes.dropFirst(4))
        )
    }

    /// Reads lines with their newlines, as a witness answers; refuses the whole if one is none.
    public static func lines(of bytes: [UInt8]) -> [NoteSignature]? {
        guard var lines = text(of: bytes).map({ fields(of: $0, separator: "\n") }), lines.popLast()?.isEmpty == true
        else {
            return nil
        }
        var signatures: [NoteSignature] = []
        for line in lines {
            guard let signature = NoteSignature(parsing: line) else { return nil }
            signatures.append(signature)
        }
        return signatures.isEmpty ? nil : signatures
    }

    /// Reads a line without its newline.
    init?(parsing line: Substring) {
        let parts = fields(of: line, separator: " ")
        guard parts.count == 3, parts[0].hasSameBytes(as: "\u{2014}"), let bytes = Base64.decode(parts[2]) else {
            return nil
        }
        self.init(name: String(parts[1]), keyIDAndSignature: bytes)
    }

    /// Whether the line says that it is of this key. Whether it is, its signature tells.
    public func isBy(_ key: VKey) -> Bool {
        keyID == key.keyID && name.hasSameBytes(as: key.name)
    }
}

/// A C2SP signed note as it was read, its signatures unchecked: a text, an empty line, signature lines
/// (audit-log.md §10.1).
public struct SignedNote: Sendable, Hashable {
    /// In bytes.
    public static let maximumSize = 65_536

    /// What is signed, the last newline included.
    public let text: String
    /// At least one.
    public let signatures: [NoteSignature]

    public init(text: String, signatures: [NoteSignature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note, or refuses: well-formed UTF-8, no control characters but newlines.
    public init?(parsing bytes: [UInt8]) {
        guard bytes.count <= SignedNote.maximumSize, let note = RecoveryAudit.text(of: bytes),
            note.unicodeScalars.allSatisfy({ $0 == "\n" || $0.properties.generalCategory != .control })
        else { return nil }
        var lines = fields(of: note, separator: "\n")
        // The text after the last newline must be nothing; the last empty line parts text from signatures.
        guard lines.popLast()?.isEmpty == true, let gap = lines.lastIndex(where: \.isEmpty), gap > 0 else { return nil }
        var signatures: [NoteSignature] = []
        for line in lines[(gap + 1)...] {
            guard let signature = NoteSignature(parsing: line) else { return nil }
            signatures.append(signature)
        }
        guard !signatures.isEmpty else { return nil }
        self.init(text: lines[..<gap].joined(separator: "\n") + "\n", signatures: signatures)
    }

    /// The note as a file.
    public var bytes: [UInt8] {
        Array(text.utf8) + [CanonicalJSON.newline] + signatures.flatMap { Array($0.line.utf8) }
    }

    /// The same note with more signature lines below.
    public func adding(_ more: [NoteSignature]) -> SignedNote {
        SignedNote(text: text, signatures: signatures + more)
    }
}
