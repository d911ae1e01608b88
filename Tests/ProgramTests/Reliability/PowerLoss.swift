import Foundation
import RecoveryCrypto

/// Every crash of recorded work that ``CrashChoices`` names, each with the next start after it.
///
/// A store that loses nothing stands, after any crash, exactly where some process once saw it: at the last thing that
/// was acknowledged or later. So the states that the programs themselves went through are looked at first, one by
/// one, and then every state that a crash leaves must be one of those.
struct PowerLoss: Sendable {
    let base: DiskModel
    let trace: Trace
    let owner: StoreOwner
    let choices: CrashChoices
    /// Whether the installation was there before the first change. If not, it is promised with the first answer, and
    /// until then a start may refuse: what was begun is removed by hand, as `SQLiteStore.create` says.
    let isInstalled: Bool
    /// Further rounds of random states follow until so many different ones were looked at, or it is clear that there
    /// are not so many.
    var leastStates = 0
    /// What somebody puts in the place of files when the work is done: for controls of the judgement.
    var exchanged: [String: Data] = [:]

    enum Loss: String, Sendable, CaseIterable {
        case refusedStart = "a start was refused"
        case lostAcknowledgement = "something acknowledged was lost"
        case neverWas = "a state that never was"
        case lostFile = "a file that was promised is missing, or another"
        case brokenLog = "the log is not intact, or takes nothing more"
        case changeWithoutEntry = "a change without its entry"
        case restoreWithoutIntent = "a change in the directory without its intent"
    }

    struct Report: Sendable {
        /// Moments at which the power failed.
        var moments = 0
        /// Every one is judged by what was promised at its moment.
        var states = 0
        /// Different ones. Each is started on once.
        var distinct = 0
        /// States of an installation that was not acknowledged yet.
        var unfinished = 0
        /// Different states of the database that the programs went through.
        var history = 0
        var losses: [Loss: Int] = [:]
        var examples: [Loss: String] = [:]

        var bad: Int { losses.values.reduce(0, +) }

        mutating func add(_ loss: Loss, _ example: @autoclosure () -> String) {
            losses[loss, default: 0] += 1
            if examples[loss] == nil { examples[loss] = example() }
        }

        mutating func add(_ other: Report) {
            moments = max(moments, other.moments)
            states += other.states
            unfinished += other.unfinished
            losses.merge(other.losses, uniquingKeysWith: +)
            examples.merge(other.examples) { first, _ in first }
        }
    }

    /// What the programs saw at each moment, and which images of the database that were, in order.
    struct History: Sendable {
        var order: [Digest256: Int] = [:]
        /// By moment: the place of the image that the programs saw then.
        var places: [Int?] = []
    }

    /// As many as the machine of every run has cores.
    private static let workers = 2
    private static let roundsAtMost = 60

    func examine() async throws -> Report {
        // Controls that look at some turns need to find what is lost, which a start shows.
        let next = NextStart(by: owner, isThorough: choices.everyTurn == nil)
        let (lived, history) = try await lived(next)
        var report = lived
        var round = 0
        repeat {
            let current = round
            let parts = try await inParallel { worker in
                var examination = Examination(of: self, next, history)
                return try await examination.run(round: current, worker: worker, of: Self.workers)
            }
            for part in parts { report.add(part) }
            round += 1
        } while next.distinctStates < leastStates && round < Self.roundsAtMost
        report.distinct = next.distinctStates
        report.history = history.order.count
        return report
    }

    /// Starts on what each process would have left by being killed, and nothing worse, at each moment.
    private func lived(_ next: NextStart) async throws -> (Report, History) {
        let parts = try await inParallel { worker in
            let folder = try StateFolder()
            defer { folder.discard() }
            var disk = base
            var digests: [Int: Digest256] = [:]
            var outcomes: [Int: NextStart.Outcome] = [:]
            for moment in 0...trace.changes.count {
                if moment > 0 {
                    disk.apply(trace.changes[moment - 1])
                    if case .sync = trace.changes[moment - 1] { digests = [:] }
                }
                guard moment % Self.workers == worker, isWhole(moment) else { continue }
                let state = CrashState(of: disk, CrashChoice(disk, data: true, names: true))
                outcomes[moment] = try await next.outcome(of: state, state.digest(&digests), in: folder)
            }
            return outcomes
        }
        let outcomes = parts.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        var report = Report()
        var history = History()
        var previous: StoredImage?
        for moment in 0...trace.changes.count {
            guard case .opened(let digest)? = outcomes[moment], let image = next.image(digest) else {
                history.places.append(nil)
                continue
            }
            if history.order[digest] == nil {
                history.order[digest] = history.order.count
                if let previous, image.business != previous.business, image.records <= previous.records {
                    report.add(.changeWithoutEntry, "before change \(moment)")
                }
                if image.unexplained > 0 { report.add(.restoreWithoutIntent, "before change \(moment)") }
                previous = image
            }
            history.places.append(history.order[digest])
        }
        return (report, history)
    }

    /// Whether a write of many parts is done: no image of the database is new before that.
    private func isWhole(_ moment: Int) -> Bool {
        guard moment > 0, moment < trace.changes.count,
            case .write(let inode, _, _, _) = trace.changes[moment - 1],
            case .write(let next, _, _, _) = trace.changes[moment]
        else { return true }
        return inode != next
    }

    private func inParallel<Part: Sendable>(
        _ work: @escaping @Sendable (Int) async throws -> Part
    ) async throws -> [Part] {
        try await withThrowingTaskGroup(of: Part.self) { group in
            for worker in 0..<Self.workers { group.addTask { try await work(worker) } }
            var parts: [Part] = []
            for try await part in group { parts.append(part) }
            return parts
        }
    }
}
