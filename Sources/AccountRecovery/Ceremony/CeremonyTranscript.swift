public import RecoveryAudit
import RecoveryCrypto

/// What a ceremony made, for whom and when: one line of canonical JSON without a secret, signed by everybody who took
/// part (`Docs/Specs/vault.md` §4.10).
public struct CeremonyTranscript: Sendable {
    static let format = "account-recovery/ceremony-transcript/v1"
    /// Bytes. Sixteen keys of sixteen shares have some 70,000.
    public static let largestSize = 1 << 20

    /// The file, with its line feed.
    public let bytes: [UInt8]
    public let value: JSONValue
    /// Names and public keys, 64 hexadecimal digits.
    public let participants: [(name: StaffName, publicKey: String)]

    /// Reads a file, or refuses it. Whether anybody signed it is another question.
    public init(reading bytes: [UInt8]) throws(ServiceError) {
        guard let value = try? CanonicalJSON.parseFile(bytes), value["format"]?.string == Self.format,
            value["keys"]?.array?.isEmpty == false, value["sha256"]?.string != nil,
            let list = value["participants"]?.array
        else { throw .invalidInput("this is no transcript of a ceremony, or it was changed") }
        var participants: [(name: StaffName, publicKey: String)] = []
        for member in list {
            guard let name = member["name"]?.string.flatMap({ StaffName($0) }), let key = member["key"]?.string,
                [UInt8](hexadecimal: key)?.count == 32
            else { throw .invalidInput("the transcript names somebody without a name or a key") }
            participants.append((name, key))
        }
        guard !participants.isEmpty else { throw .invalidInput("the transcript names nobody who took part") }
        self.bytes = bytes
        self.value = value
        self.participants = participants
    }

    /// SHA-256 of the file, 64 hexadecimal digits: what the log has.
    public var digest: String { Self.digest(of: bytes) }

    /// SHA-256, 64 hexadecimal digits.
    public static func digest(of bytes: [UInt8]) -> String { SHA256.digest(of: bytes).bytes.hexadecimal }

    /// SHA-256 of the reviewed file.
    public var fileDigest: String { value["sha256"]?.string ?? "" }

    /// The share files by name, with the SHA-256 of each.
    public var shares: [(file: String, sha256: String)] {
        (value["keys"]?.array ?? []).flatMap { $0["shares"]?.array ?? [] }.compactMap { share in
            guard let file = share["file"]?.string, let sha256 = share["sha256"]?.string else { return nil }
            return (file, sha256)
        }
    }

    /// What is signed: a label of its own, a line feed, and the file.
    var signedBytes: [UInt8] { Array("\(Self.format)\n".utf8) + bytes }

    /// Whether the text of a signature file, base64 and a line feed, is the participant's.
    public func isSigned(by name: StaffName, _ text: String) -> Bool {
        guard let participant = participants.first(where: { $0.name == name }), text.hasSuffix("\n"),
            let signature = Base64.decode(text.dropLast()),
            let key = [UInt8](hexadecimal: participant.publicKey).flatMap({ Ed25519.PublicKey(bytes: $0) })
        else { return false }
        return key.verifies(signature, of: signedBytes)
    }

    /// Where a participant's signature lies: `transcript.ada.sig` beside `transcript.json`.
    public static func signatureFile(of name: String, beside transcript: String) -> String {
        let stem = transcript.hasSuffix(".json") ? String(transcript.dropLast(5)) : transcript
        return "\(stem).\(name).sig"
    }
}

extension StaffKey {
    /// Signs a transcript: the text of a signature file. Only for whoever took part, with the key that it names.
    public func sign(_ transcript: CeremonyTranscript, as name: StaffName) throws(ServiceError) -> String {
        guard let participant = transcript.participants.first(where: { $0.name == name }) else {
            throw .notAllowed("\(name.text) did not take part in this ceremony")
        }
        guard participant.publicKey == publicKey else {
            throw .notAllowed("this is not the key that the transcript names for \(name.text)")
        }
        return Base64.encode(signature(of: transcript.signedBytes)) + "\n"
    }
}
