import ArgumentParser
import Foundation
import RecoveryAudit
import RecoveryCrypto

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify an exported bundle and print the verdict.",
        discussion: """
            Exits 0 if the log is intact, 1 if it was tampered with, 2 if it is incomplete, 3 if that cannot be found \
            out, and 64 if the command is wrong. The verdict goes to standard output, everything else to standard error.

            Without --vkey and --policy the verdict rests on the keys in the bundle itself. Without --head or --state \
            nobody can tell whether later records were cut off.
            """
    )

    @Argument(help: ArgumentHelp("The exported bundle, a folder.", valueName: "dir"))
    var directory: String

    @Option(help: ArgumentHelp("The trusted key of the log: one vkey line.", valueName: "file"))
    var vkey: String?

    @Option(help: ArgumentHelp("The trusted witness policy.", valueName: "file"))
    var policy: String?

    @Option(help: ArgumentHelp("A head kept outside: a signed note. May be repeated.", valueName: "file"))
    var head: [String] = []

    @Option(help: ArgumentHelp("Heads remembered from earlier runs. May not exist yet.", valueName: "file"))
    var state: String?

    @Flag(help: "Remember the head in the state file, if the log is intact.")
    var updateState = false

    @Option(help: ArgumentHelp("Epoch keys, instead of the bundle's.", valueName: "file"))
    var epochKeys: String?

    @Option(help: ArgumentHelp("Your X25519 private key: 64 hexadecimal digits on one line.", valueName: "file"))
    var auditorKey: String?

    @Option(help: ArgumentHelp("The name under which epoch keys are sealed to you.", valueName: "kid"))
    var auditorKid: String?

    @Option(
        help: ArgumentHelp(
            "Trusted authorities for time stamps: their certificates in PEM. Tokens are then checked.",
            valueName: "file"
        )
    )
    var tsaCa: String?

    @Flag(help: "Call a log incomplete if nobody outside vouches for its last record.")
    var requireAnchor = false

    @Flag(help: "Call a log unverifiable if there are no epoch keys to check its MACs with.")
    var requireMacs = false

    @Flag(help: "Call a log unverifiable if its private values are not there.")
    var requirePrivate = false

    @Option(help: ArgumentHelp("The moment of the verification in Unix seconds. Default: now.", valueName: "seconds"))
    var now: String?

    @Option(
        help: ArgumentHelp(
            "Judge these records alone, and that they are in the signed tree. Cheap, however long the log is.",
            valueName: "first-last"
        )
    )
    var range: String?

    @Option(
        help: ArgumentHelp(
            "A head kept outside: judge only what came after it, and that the log still begins with it.",
            valueName: "file"
        )
    )
    var since: String?

    @Flag(help: "The folder is a log as it is published: a checkpoint and tiles, with entries or without.")
    var tiles = false

    @Option(help: ArgumentHelp("Threads to read records with. Default: one for each core.", valueName: "count"))
    var jobs: Int = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Print the verdict as one line of JSON.")
    var json = false

    func validate() throws {
        guard (auditorKey == nil) == (auditorKid == nil) else {
            throw ValidationError("--auditor-key and --auditor-kid go together.")
        }
        guard !updateState || state != nil else { throw ValidationError("--update-state needs --state.") }
        guard range == nil || since == nil else { throw ValidationError("--range and --since exclude each other.") }
        guard !updateState || range == nil && since == nil else {
            throw ValidationError(
                "--update-state remembers a log that was verified whole, without --range and --since."
            )
        }
        guard 1...1024 ~= jobs else { throw ValidationError("--jobs takes 1 to 1024, not \(jobs).") }
    }

    func run() async throws {
        let options = try options()
        guard let bundle = BundleDirectory(directory) else {
            throw ValidationError("\(directory) is not a folder that can be read.")
        }
        var shown = Progress()
        let verdict: Verdict
        let head: VerifiedHead?
        if let part = try part() {
            verdict = try verify(part, of: bundle, options) { shown.show($0, of: $1) }
            head = nil
        } else {
            (verdict, head) = await LogVerifier(options).verification(of: bundle, jobs: jobs) { shown.show($0, of: $1) }
        }
        shown.end()
        Terminal.answer(json ? verdict.json : Array(verdict.text.utf8))
        if updateState, let state, let head {
            do {
                try StateFile.write(options.state.remembering(head), to: state)
            } catch {
                Terminal.say("recovery-audit: \(state) could not be written: \(error.localizedDescription)")
                throw ProgramExit.inputOutput
            }
        }
        throw ProgramExit(verdict.outcome)
    }

    private func verify(
        _ part: Range<UInt64>,
        of bundle: BundleDirectory,
        _ options: VerificationOptions,
        _ progress: (UInt64, UInt64?) -> Void
    ) throws -> Verdict {
        do throws(PartError) {
            return try LogVerifier(options).verify(part, of: bundle, progress: progress)
        } catch .beyondTheLog(let size) {
            throw ValidationError("The log has \(size) records: there is none from \(part.lowerBound) on.")
        } catch .noCheckpoint(let verdict) {
            return verdict
        }
    }

    /// Which records to judge; `nil` for all.
    private func part() throws -> Range<UInt64>? {
        if let since {
            let head = try OptionFile(since).parsed(as: "a checkpoint") { SignedNote(parsing: $0) }
            guard let checkpoint = Checkpoint(parsing: head.text) else {
                throw ValidationError("\(since) does not hold a checkpoint.")
            }
            return checkpoint.size..<UInt64.max
        }
        guard let range else { return nil }
        let numbers = range.split(separator: "-", omittingEmptySubsequences: false)
        guard numbers.count == 2, let first = UInt64(numbers[0]), let last = UInt64(numbers[1]), first <= last,
            last < 1 << 53
        else { throw ValidationError("--range takes two numbers of records, such as 100-199, not \(range).") }
        return first..<last + 1
    }

    private func options() throws -> VerificationOptions {
        var options = VerificationOptions(now: try moment())
        options.logKey = try vkey.map { path in
            try OptionFile(path).parsed(as: "a vkey line of a log") { bytes in
                VKey(file: bytes).flatMap { $0.identity == nil ? nil : $0 }
            }
        }
        options.policy = try policy.map { path in
            try OptionFile(path).parsed(as: "a witness policy") { WitnessPolicy(parsing: $0) }
        }
        options.heads = try (head + [since].compactMap(\.self)).map { try OptionFile($0).bytes }
        options.isTiles = tiles
        if let state, OptionFile.exists(state) {
            options.state = try OptionFile(state).parsed(as: "a state file") { HeadState(parsing: $0) }
        }
        options.epochKeys = try epochKeys.map { path in
            try OptionFile(path).parsed(as: "a file of epoch keys") { EpochKeyFile(parsing: $0) }
        }
        if let auditorKey, let auditorKid {
            let key = try OptionFile(auditorKey).parsed(as: "64 hexadecimal digits") { X25519.PrivateKey(file: $0) }
            options.auditor = AuditorKey(kid: auditorKid, key: key)
        }
        options.timeStampAuthorities = try tsaCa.map { path in
            try OptionFile(path).parsed(as: "certificates in PEM") { TimeStampAuthorities(pem: $0) }
        }
        options.requiresAnchor = requireAnchor
        options.requiresMACs = requireMacs
        options.requiresPrivate = requirePrivate
        return options
    }

    private func moment() throws -> UnixTime {
        guard let now else { return UnixTime(seconds: Int64(Date().timeIntervalSince1970)) }
        guard now.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let seconds = Int64(now) else {
            throw ValidationError("--now takes Unix seconds, not \(now).")
        }
        return UnixTime(seconds: seconds)
    }
}
