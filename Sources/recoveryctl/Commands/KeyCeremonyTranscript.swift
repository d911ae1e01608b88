import AccountRecovery
import ArgumentParser
import Foundation

struct KeyCeremonySign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign the transcript of a ceremony that you took part in. Works on your own machine.",
        discussion: "Writes transcript.NAME.sig beside it: base64 of an Ed25519 signature, which openssl verifies too."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The transcript.") var transcript: String
    @Option(help: ArgumentHelp("Your key. Default: people/NAME.key of the data directory.", valueName: "file"))
    var key: String?

    func run() throws {
        let path = absolutePath(of: transcript)
        let read = try CeremonyTranscript(fileAt: path)
        let name = try global.actorName
        let key = try StaffKey(readingFrom: key.map(absolutePath(of:)) ?? global.folder.key(of: name))
        let file = CeremonyTranscript.signatureFile(of: name.text, beside: path)
        try SecretText(of: key.sign(read, as: name)).write(toNewFileAt: file)
        try global.answer(["sha256": read.digest, "signature": file]) {
            try Terminal.answer("signed by \(name.text): \(file)")
            Terminal.talk("  the transcript has SHA-256 \(read.digest)")
        }
    }
}

struct KeyCeremonyVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify the transcript of a ceremony: signatures, and the files that lie beside it.",
        discussion: """
            Exits 0 if everybody who took part has signed, 12 if somebody has not, 1 if anything is not what was signed. \
            With --public-keys DIR, each key is compared with DIR/NAME.pub; without it, compare them yourself.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The transcript.") var transcript: String
    @Option(help: ArgumentHelp("A folder with NAME.pub of each participant, such as Keys.", valueName: "dir"))
    var publicKeys: String?

    private struct Line: Encodable {
        enum Result: String, Encodable {
            case good, missing, bad
        }

        let what: String
        let result: Result
    }

    private struct Answer: Encodable {
        let sha256: String
        let checks: [Line]
    }

    func run() throws {
        let path = absolutePath(of: transcript)
        let read = try CeremonyTranscript(fileAt: path)
        let lines = signatures(of: read, path) + files(of: read, beside: path)
        try global.answer(Answer(sha256: read.digest, checks: lines)) {
            try Terminal.answer("transcript SHA-256 \(read.digest)")
            try Terminal.answer(lines: lines.map { "\($0.result.rawValue.uppercased()) \($0.what)" })
            Terminal.talk("  the log has this SHA-256: recoveryctl audit show --event config.apply")
        }
        if lines.contains(where: { $0.result == .bad }) { throw Exit.failed }
        if lines.contains(where: { $0.result == .missing }) { throw Exit.waiting }
    }

    private func signatures(of read: CeremonyTranscript, _ path: String) -> [Line] {
        read.participants.flatMap { name, key -> [Line] in
            var lines: [Line] = []
            let file = CeremonyTranscript.signatureFile(of: name.text, beside: path)
            if let text = Self.text(of: file) {
                let isGood = read.isSigned(by: name, text)
                lines.append(Line(what: "signature of \(name.text), key \(key)", result: isGood ? .good : .bad))
            } else {
                lines.append(Line(what: "signature of \(name.text)", result: .missing))
            }
            if let publicKeys {
                let known = Self.text(of: "\(absolutePath(of: publicKeys))/\(name.text).pub")
                let result: Line.Result = known == nil ? .missing : known == key + "\n" ? .good : .bad
                lines.append(Line(what: "key of \(name.text) is \(name.text).pub", result: result))
            }
            return lines
        }
    }

    /// What lies beside it must be what was signed. Shares leave the folder with their holders.
    private func files(of read: CeremonyTranscript, beside path: String) -> [Line] {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let expected = [(file: "ceremony.yaml", sha256: read.fileDigest)] + read.shares
        return expected.compactMap { file, sha256 in
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else { return nil }
            return Line(what: file, result: CeremonyTranscript.digest(of: [UInt8](data)) == sha256 ? .good : .bad)
        }
    }

    /// A short text, or `nil` where there is none.
    private static func text(of path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: 4096) else {
            return nil
        }
        return String(decoding: data, as: UTF8.self)
    }
}

extension CeremonyTranscript {
    init(fileAt path: String) throws {
        let handle = FileHandle(forReadingAtPath: path)
        guard let data = try? handle?.read(upToCount: Self.largestSize + 1), data.count <= Self.largestSize else {
            throw Failure(.usage, "no-file", "\(path) cannot be read", cure: "name the transcript.json of a ceremony")
        }
        try self.init(reading: [UInt8](data))
    }
}
