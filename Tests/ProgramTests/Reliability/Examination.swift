import Foundation
import RecoveryCrypto

/// One worker's share of the crashes of a recorded work, and the judgement of each.
struct Examination {
    private let loss: PowerLoss
    private let next: NextStart
    private let history: PowerLoss.History
    private var disk: DiskModel
    private var digests: [Int: Digest256] = [:]
    private var report = PowerLoss.Report()

    /// What the last answer promised: the place in the history, and files that nobody writes again.
    private var promised: Int?
    private var promisedFiles: [String: Digest256] = [:]
    private var isPromised: Bool
    private var turns = 0

    init(of loss: PowerLoss, _ next: NextStart, _ history: PowerLoss.History) {
        self.loss = loss
        self.next = next
        self.history = history
        disk = loss.base
        isPromised = loss.isInstalled
    }

    mutating func run(round: Int, worker: Int, of workers: Int) async throws -> PowerLoss.Report {
        let folder = try StateFolder()
        defer { folder.discard() }
        for moment in 0...loss.trace.changes.count {
            if moment > 0 { advance(over: loss.trace.changes[moment - 1], to: moment) }
            guard isTime(moment), isChosen(moment) else { continue }
            report.moments += 1
            guard moment % workers == worker else { continue }
            if moment == loss.trace.changes.count, !loss.exchanged.isEmpty {
                for (path, data) in loss.exchanged { disk.exchange(path, for: data) }
                digests = [:]
            }
            for choice in loss.choices.all(disk, point: moment, isTurn: isTurn(moment), round: round) {
                try await judge(choice, moment, in: folder)
            }
        }
        return report
    }

    /// Whether anything that a crash could tell apart happened since the moment before.
    private func isTime(_ moment: Int) -> Bool {
        guard moment > 0 else { return true }
        switch loss.trace.changes[moment - 1] {
        case .start, .mode: return false
        case .open, .write, .truncate, .allocate, .sync, .rename, .link, .unlink, .makeFolder, .answer: return true
        }
    }

    /// Whether the choices want this moment. What was exchanged at the end is looked at there alone.
    private mutating func isChosen(_ moment: Int) -> Bool {
        guard loss.exchanged.isEmpty else { return moment == loss.trace.changes.count }
        guard let every = loss.choices.everyTurn else { return true }
        guard isTurn(moment) else { return false }
        turns += 1
        return turns % every == 0
    }

    private func isTurn(_ moment: Int) -> Bool {
        if moment > 0, case .answer = loss.trace.changes[moment - 1] { return true }
        guard moment < loss.trace.changes.count else { return true }
        if case .sync = loss.trace.changes[moment] { return true }
        return false
    }

    private mutating func advance(over change: Trace.Change, to moment: Int) {
        disk.apply(change)
        switch change {
        case .sync: digests = [:]
        case .answer:
            promised = history.places[moment]
            isPromised = true
            let seen = CrashState(of: disk, CrashChoice(disk, data: true, names: true))
            promisedFiles = [:]
            for (path, file) in seen.files where Self.isLasting(path) {
                promisedFiles[path] = seen.digest(of: file, &digests)
            }
        case .start, .open, .write, .truncate, .allocate, .rename, .link, .unlink, .makeFolder, .mode: break
        }
    }

    /// Whether a file is written once and then to stay: keys, messages, what an enrolment gave out. The store and what
    /// belongs to its log are judged by opening it; names with a dot are drafts.
    private static func isLasting(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return !path.hasPrefix("D/store/") && !path.hasPrefix("D.head/") && path != "D/keys/epoch.key"
            && !name.hasPrefix(".")
    }

    private mutating func judge(_ choice: CrashChoice, _ moment: Int, in folder: StateFolder) async throws {
        let state = CrashState(of: disk, choice)
        let outcome = try await next.outcome(of: state, state.digest(&digests), in: folder)
        report.states += 1
        func place() -> String {
            "before change \(moment) (\(loss.trace.describe(moment))), seed \(loss.choices.seed): "
        }
        switch outcome {
        case .broken(let what): report.add(.brokenLog, place() + what)
        case .refused(let what):
            guard isPromised else {
                report.unfinished += 1
                return
            }
            report.add(.refusedStart, place() + what)
        case .opened(let image):
            guard isPromised else {
                report.unfinished += 1
                return
            }
            guard let found = history.order[image] else {
                report.add(.neverWas, place() + "\(next.image(image)?.records ?? 0) records")
                return
            }
            if let promised, found < promised {
                report.add(
                    .lostAcknowledgement,
                    place() + "state \(found) of the database, acknowledged was \(promised)"
                )
            }
        }
        for (path, digest) in promisedFiles {
            if let file = state.files[path], state.digest(of: file, &digests) == digest { continue }
            report.add(.lostFile, place() + path)
        }
    }
}

extension Trace {
    /// The change before and the change after a moment, for whoever looks for the cause.
    func describe(_ moment: Int) -> String {
        [moment - 1, moment].map { index in
            changes.indices.contains(index) ? Self.words(for: changes[index]) : "nothing"
        }.joined(separator: " | ")
    }

    private static func words(for change: Change) -> String {
        switch change {
        case .start: "start"
        case .open(_, let path, let isNew, _): "\(isNew ? "create" : "open") \(path)"
        case .write(_, let path, let offset, let data): "write \(path) \(offset)+\(data.count)"
        case .truncate(_, let path, let size): "truncate \(path) \(size)"
        case .allocate(_, let path, let size): "allocate \(path) \(size)"
        case .sync(_, let path): "sync \(path)"
        case .rename(let from, let to): "rename \(from) \(to)"
        case .link(let from, let to): "link \(from) \(to)"
        case .unlink(let path): "unlink \(path)"
        case .makeFolder(let path): "mkdir \(path)"
        case .mode(let path): "mode \(path)"
        case .answer(let data): "answer \(String(decoding: data.prefix(40), as: UTF8.self))"
        }
    }
}
