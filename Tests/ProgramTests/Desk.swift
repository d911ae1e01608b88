import Foundation
import Testing

/// A data directory with ada, mia, sam, vera and one customer, for what a script cannot do: other users, small disks,
/// and the comparison of answers.
struct Desk {
    let folder: SessionFolder
    /// Where the data directory is, from the session's folder.
    let data: String
    /// The mask under which the programs run, where it is not that of whoever runs the tests.
    let umask: Int?

    /// A place for a data directory, where nothing is yet.
    ///
    /// - Parameter data: a name in the folder of the session.
    init(emptyIn folder: SessionFolder, data: String, umask: Int? = nil) {
        self.folder = folder
        self.data = data
        self.umask = umask
    }

    /// A customer without anything to lose.
    static let customer = #"{"account":"u-1001","name":"Kim Park","email":"kim.park@example.org","stake":500}"#

    init(
        in folder: SessionFolder,
        data: String = "D",
        customer: String = Desk.customer,
        umask: Int? = nil
    ) throws {
        self.init(emptyIn: folder, data: data, umask: umask)
        try done("init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera")
        try done("--as", "ada", "agent", "add", "mia", "--role", "agent")
        try done("--as", "ada", "agent", "add", "sam", "--role", "supervisor")
        try folder.write(customer + "\n", to: "customers.jsonl")
        try done("--as", "ada", "account", "import", "customers.jsonl")
        try done("--as", "ada", "account", "enrol", "u-1001", "totp", "--uri-file", "phone.uri")
        try done("--as", "ada", "account", "enrol", "u-1001", "codes", "--out", "saved.codes")
    }

    /// Runs `recoveryctl` on the data directory.
    ///
    /// - Parameter user: a number of the system, where it is not whoever runs the tests.
    func run(_ words: [String], stdin: String? = nil, as user: UInt32? = nil) throws -> Program.Answer {
        try run("recoveryctl", ["--data", data] + words, stdin: stdin, as: user)
    }

    /// Runs it and wants it to succeed.
    @discardableResult
    func done(_ words: String..., at place: SourceLocation = #_sourceLocation) throws -> String {
        let answer = try run(words)
        try #require(answer.code == 0, "\(words): \(answer.stderr)", sourceLocation: place)
        return answer.stdout
    }

    /// Opens a case and returns its name.
    func open(_ account: String) throws -> String {
        let said = try done("--as", "mia", "case", "open", account, "--purpose", "unlock", "--channel", "phone")
        return String(try #require(said.firstMatch(of: /C-[0-9A-Z]{10}/)).output)
    }

    /// Exports the log and has it verified by the auditor's program.
    func audited() throws -> Program.Answer {
        let head = try folder.bytes(of: data + ".head/checkpoint")
        try folder.write(String(decoding: head, as: UTF8.self), to: "head")
        try done("--as", "ada", "audit", "export", "bundle")
        let key = data + "/people/vera.auditor-key"
        let auditor = ["--auditor-key", key, "--auditor-kid", "vera", "--require-macs"]
        let trusted = ["--vkey", data + "/keys/log.vkey", "--head", "head"]
        return try run("recovery-audit", ["verify", "bundle"] + trusted + auditor, stdin: nil, as: nil)
    }

    /// Runs `recoveryctl` and returns how it ended, and how long a processor worked for it.
    func work(of words: [String], stdin: String) throws -> (code: Int32, seconds: Double) {
        let program = Player.programs.appending(path: "recoveryctl").path
        let measuring = ["-c", Self.measure, program, "--data", data] + words
        let surroundings = Program.Surroundings(
            folder: folder.url,
            outputs: folder.outputs,
            environment: ["HOME": folder.url.path]
        )
        let answer = try Program(Player.find(.python3), measuring, in: surroundings, stdin: Data(stdin.utf8)).answer()
        let numbers = answer.stdout.split(whereSeparator: \.isWhitespace)
        try #require(numbers.count == 2, "\(answer.stderr)")
        return (try #require(Int32(numbers[0])), try #require(Double(numbers[1])))
    }

    /// The system counts what a process and its children used, and that of a test run is everybody's.
    private static let measure = """
        import resource, subprocess, sys
        ended = subprocess.run(sys.argv[1:], stdin=sys.stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(ended.returncode, used.ru_utime + used.ru_stime)
        """

    private func run(_ name: String, _ words: [String], stdin: String?, as user: UInt32?) throws -> Program.Answer {
        let program = Player.programs.appending(path: name)
        let surroundings = Program.Surroundings(
            folder: folder.url,
            outputs: folder.outputs,
            environment: ["HOME": folder.url.path],
            umask: umask
        )
        let input = stdin.map { Data($0.utf8) }
        guard let user else { return try Program(program, words, in: surroundings, stdin: input).answer() }
        let other = ["--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", program.path]
        return try Program(SystemTool.setpriv, other + words, in: surroundings, stdin: input).answer()
    }
}

/// Programs of the system that change what a program of ours meets.
enum SystemTool {
    static let setpriv = URL(fileURLWithPath: "/usr/bin/setpriv")
    static let mount = URL(fileURLWithPath: "/usr/bin/mount")
    static let unmount = URL(fileURLWithPath: "/usr/bin/umount")

    /// Whether tests may mount, and act as somebody else. Where they may not, they are skipped by name.
    static let mayActAsOthers = geteuid() == 0
    static let whyNot: Comment = "only root may mount a small disk and act as another user"
}
