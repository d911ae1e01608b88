import Foundation
import Testing

/// A desk in the middle of a recovery, which can be copied, so that each fault meets the same state.
struct Scene: Sendable {
    let folder: SessionFolder
    /// `nil` before a case was opened.
    private(set) var caseName: String?

    static let data = "D"
    /// What the caller says. Right, and worth nothing.
    private static let said = #"{"name":"kim PARK","date_of_birth":"1985-02-28","email":"Kim.Park@example.org"}"#
    private static let customer = """
        {"account":"u-1001","name":"Kim Park","date_of_birth":"1985-02-28",\
        "email":"kim.park@example.org","stake":500}
        """

    /// A desk at which the first `count` commands of a recovery were carried out.
    init(after count: Int, of acts: [Act] = Act.recovery, from desk: Scene? = nil) throws {
        if let desk {
            self = try desk.copy()
        } else {
            folder = try SessionFolder()
            _ = try Desk(in: folder, data: Self.data, customer: Self.customer)
            try folder.write(Self.said, to: "said.json")
        }
        for act in acts.prefix(count) {
            let answer = try play(act).answer
            try #require(answer.code == act.code, "\(act): \(answer.stderr)")
            note(answer, of: act)
        }
    }

    private init(folder: SessionFolder, caseName: String?) {
        self.folder = folder
        self.caseName = caseName
    }

    /// The same state in a folder of its own.
    func copy() throws -> Scene {
        let copy = try SessionFolder()
        let manager = FileManager.default
        for name in try manager.contentsOfDirectory(atPath: folder.url.path) where name != Self.data {
            try manager.copyItem(at: folder.place(name), to: copy.place(name))
        }
        for name in ["", "/store"] {
            try manager.createDirectory(
                at: copy.place(Self.data + name),
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        }
        for item in ["", "/store"] {
            let names = try manager.contentsOfDirectory(atPath: folder.place(Self.data + item).path)
            for name in names where name != "store" && name != "reserve" {
                let path = Self.data + item + "/" + name
                try manager.copyItem(at: folder.place(path), to: copy.place(path))
            }
        }
        // Of the reserve only the size is copied: it is 16 MiB of zeros, and claimed anew by the next change.
        let reserve = Self.data + "/store/reserve"
        let size = try manager.attributesOfItem(atPath: folder.place(reserve).path)[.size] as? NSNumber
        try Data().write(to: copy.place(reserve))
        try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy.place(reserve).path)
        try copy.truncate(reserve, to: try #require(size).uint64Value)
        return Scene(folder: copy, caseName: caseName)
    }

    /// Keeps the name of the case that was opened.
    mutating func note(_ answer: Program.Answer, of act: Act) {
        guard act.event == "case.open" else { return }
        caseName = answer.stdout.firstMatch(of: /C-[0-9A-Z]{10}/).map { String($0.output) } ?? caseName
    }

    /// Types the command.
    ///
    /// - Parameter calls: which of its calls are counted, and broken if there is a fault. They are listed in ``list``.
    func play(_ act: Act, _ calls: Fault.Calls? = nil, _ fault: Fault? = nil) throws -> Program.Ending {
        let environment = try calls.map { try FaultInjector.environment($0, fault, list: list) } ?? [:]
        let program = Player.programs.appending(path: "recoveryctl")
        return try start(program, words(of: act), environment, stdin: input(of: act)).ending()
    }

    /// Types the command behind a program that says `herald` on standard output, and then becomes it.
    func play(_ act: Act, heraldedBy herald: String, _ fault: Fault) throws -> Program.Ending {
        // The shell is whole: only the program that it becomes is broken.
        let settings = try FaultInjector.environment(fault.calls, fault, list: list).map { "\($0.key)=\($0.value)" }
        let program = Player.programs.appending(path: "recoveryctl").path
        let line = ["-c", #"printf %s "$0"; exec /usr/bin/env "$@""#, herald] + settings + [program] + words(of: act)
        return try start(URL(fileURLWithPath: "/bin/sh"), line, [:], stdin: input(of: act)).ending()
    }

    /// Types the command behind another that watches it.
    func play(_ act: Act, under watcher: [String]) throws -> Program.Answer {
        let program = Player.programs.appending(path: "recoveryctl").path
        let line = watcher.dropFirst() + [program] + words(of: act)
        return try start(URL(fileURLWithPath: watcher[0]), Array(line), [:], stdin: input(of: act)).answer()
    }

    /// Where the calls of the last run are listed.
    var list: URL { folder.outputs.appending(path: "calls") }

    func verify() throws -> Program.Answer {
        let words = ["--data", Self.data, "audit", "verify"]
        return try start(Player.programs.appending(path: "recoveryctl"), words, [:], stdin: nil).answer()
    }

    private func start(
        _ program: URL,
        _ words: [String],
        _ environment: [String: String],
        stdin: String?
    ) throws -> Program {
        let surroundings = Program.Surroundings(
            folder: folder.url,
            outputs: folder.outputs,
            environment: environment.merging(["HOME": folder.url.path]) { first, _ in first }
        )
        return try Program(program, words, in: surroundings, stdin: stdin.map { Data($0.utf8) })
    }

    private func words(of act: Act) -> [String] {
        ["--data", Self.data, "--as", act.actor] + act.words.map { $0 == "CASE" ? caseName ?? $0 : $0 }
    }

    private func input(of act: Act) throws -> String? {
        switch act.input {
        case .nothing: nil
        case .authenticator: try authenticatorCode()
        case .letter: try letterCode()
        }
    }

    private func authenticatorCode() throws -> String {
        let uri = try folder.text(ofNewestAt: "phone.uri")
        let seed = String(try #require(uri.firstMatch(of: /[?&]secret=([A-Z2-7]+)/)).output.1)
        let words = ["--totp", "--base32", seed]
        return try start(Player.find(.oathtool), words, [:], stdin: nil).answer().stdout
    }

    private func letterCode() throws -> String {
        let letter = try folder.text(ofNewestAt: Self.data + "/outbox/new")
        return String(try #require(letter.firstMatch(of: /Your code is: ([0-9]{8})/)).output.1) + "\n"
    }
}
