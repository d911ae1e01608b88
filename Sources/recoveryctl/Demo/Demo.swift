import ArgumentParser
import Foundation

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Play a whole recovery on sample data, with the real programs.",
        discussion: """
            Each command is shown as it runs, with who gives it and why that is allowed. Exits 0 only if every step \
            ended as expected. Needs recovery-audit beside this program, and oathtool to play the customer's telephone.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Remove the data afterwards. Without this it stays, to look around in.")
    var discard = false

    func run() async throws {
        let tools = try DemoTools()
        let folder = try place()
        let stage = Stage(folder: folder, tools: tools, paint: global.paint, isShown: !global.json)
        let start = ContinuousClock.now
        do {
            try Play(stage: stage).perform()
        } catch {
            Terminal.talk("recoveryctl: the data of this demonstration is kept in \(folder)")
            throw error
        }
        let seconds = Int(((ContinuousClock.now - start) / .seconds(1)).rounded(.up))
        if discard { try? FileManager.default.removeItem(atPath: folder) }
        try global.answer(Answer(data: discard ? nil : folder, seconds: seconds)) {
            try Terminal.answer("")
            let word = global.paint.green("Every step ended as expected")
            try Terminal.answer("\(word), in \(seconds) s. No secret was shown.")
            guard !discard else { return try Terminal.answer("Its data was removed again.") }
            try inviteToGoOn(folder, programs: tools.folder)
        }
    }

    private struct Answer: Encodable {
        /// `nil` if it was removed.
        let data: String?
        let seconds: Int
    }

    private func inviteToGoOn(_ folder: String, programs: String) throws {
        try Terminal.answer("The data is in \(folder). What to try next:")
        for command in [
            "cd \(folder) && PATH=\(programs):$PATH",
            "recoveryctl --data data doctor", "recoveryctl --data data audit show --event verdict.give",
            "recoveryctl --data data policy explain",
            "recoveryctl --data data --as mia case open li.ming --purpose reset-totp --channel phone",
        ] {
            try Terminal.answer("  \(command)")
        }
    }

    /// A folder of our own, empty.
    private func place() throws -> String {
        let temporary = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        let path = global.data.map(absolutePath) ?? "\(temporary)/recoveryctl-demo-\(UUID().uuidString.prefix(8))"
        if let items = try? FileManager.default.contentsOfDirectory(atPath: path), !items.isEmpty {
            throw Failure(.conflict, "exists", "\(path) is not empty", cure: "name another folder, or none")
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        } catch {
            throw Failure(.inputOutput, "no-folder", "\(path) cannot be made", cure: "make its parent writable")
        }
        return absolutePath(of: path)
    }
}

/// The programs that play: this one, the auditor's beside it, and the customer's telephone.
struct DemoTools {
    /// Where both programs lie.
    let folder: String
    let recoveryctl: String
    let recoveryAudit: String
    let oathtool: String
    /// What the programs may see of our environment.
    let path: String

    init() throws {
        path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        guard let itself = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            throw Failure(.unavailable, "no-self", "this program cannot find itself", cure: "mount /proc")
        }
        recoveryctl = itself
        folder = String(itself[..<(itself.lastIndex(of: "/") ?? itself.startIndex)])
        recoveryAudit = folder + "/recovery-audit"
        guard FileManager.default.isExecutableFile(atPath: recoveryAudit) else {
            throw Failure(
                .unavailable,
                "no-recovery-audit",
                "\(recoveryAudit) is missing",
                cure: "build both programs: swift build"
            )
        }
        let places = path.split(separator: ":").map { "\($0)/oathtool" }
        guard let oathtool = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw Failure(
                .unavailable,
                "no-oathtool",
                "oathtool is not on PATH, and plays the customer's authenticator here",
                cure: "apt-get install oathtool"
            )
        }
        self.oathtool = oathtool
    }
}
