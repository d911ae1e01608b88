import Foundation
import RecoveryAudit
import Testing

/// One command of a recovery, to be broken in many ways: the state before it, and what it does when nothing breaks.
struct Trial: Sendable {
    let act: Act
    let scene: Scene
    let before: Look
    let whole: Whole

    /// A run that nothing broke.
    struct Whole: Sendable {
        let answer: String
        let look: Look
        let calls: [ListedCall]
    }

    /// - Parameter calls: which calls of the command can be broken.
    init(of act: Act, on desk: Scene, _ calls: Fault.Calls) async throws {
        self.act = act
        let index = try #require(Act.recovery.firstIndex { $0.name == act.name })
        scene = try Scene(after: index, from: desk)
        before = try await Look(at: scene)
        try #require(before.verdict == .intact)
        let copy = try scene.copy()
        defer { copy.folder.discard() }
        let ending = try copy.play(act, calls)
        try #require(ending.signal == nil && ending.answer.code == act.code, "\(act): \(ending)")
        whole = Whole(
            answer: ending.answer.stdout,
            look: try await Look(at: copy),
            calls: try ListedCall.all(in: copy.list)
        )
        try #require(act.isDone(in: whole.look.records(since: before)), "\(act) left no \(act.event)")
        try #require(!whole.answer.isEmpty && !whole.calls.isEmpty)
    }

    func discard() {
        scene.folder.discard()
    }

    /// A run that was broken, and what was found afterwards.
    struct Broken {
        let ending: Program.Ending
        let calls: [ListedCall]
        var breaches: [Breach] = []
        /// Whether the fault came to pass: a run may make a call less than the one before.
        var isHit = false
        /// Whether what the command is for was carried out in spite of the fault.
        var isDone = false
    }

    /// Breaks the command, and then does what its user would: looks whether the log is intact, and types it again.
    ///
    /// - Parameters:
    ///   - herald: what is said on standard output before the program begins, where that is the bug.
    ///   - judge: what else must hold, seen before the command is typed again.
    func run(
        _ fault: Fault,
        herald: String? = nil,
        judge: (Broken, Look) -> [Breach] = { _, _ in [] }
    ) async throws -> Broken {
        let scene = try scene.copy()
        defer { scene.folder.discard() }
        let ending =
            try herald.map { try scene.play(act, heraldedBy: $0, fault) } ?? scene.play(act, fault.calls, fault)
        var broken = Broken(ending: ending, calls: try ListedCall.all(in: scene.list))
        broken.isHit = ending.signal == SIGKILL || broken.calls.contains(where: \.isBroken)
        let verified = try scene.verify()
        guard verified.code == 0 else {
            broken.breaches = [.notVerified(code: verified.code, said: verified.stdout + verified.stderr)]
            return broken
        }
        let look: Look
        do {
            look = try await Look(at: scene)
        } catch {
            broken.breaches = [.notVerified(code: verified.code, said: "\(error)")]
            return broken
        }
        broken.isDone = act.isDone(in: look.records(since: before))
        broken.breaches = look.breaches(since: before)
        // Every command speaks after it has committed and closed the store.
        if !ending.answer.stdout.isEmpty, !broken.isDone { broken.breaches.append(.lostAcknowledgement) }
        broken.breaches += judge(broken, look)
        broken.breaches += try await again(broken, scene, look)
        return broken
    }

    private func again(_ broken: Broken, _ scene: Scene, _ found: Look) async throws -> [Breach] {
        let ending = try scene.play(act)
        let codes = broken.isDone ? act.again : [act.code]
        guard ending.signal == nil, codes.contains(ending.answer.code) else {
            return [.notRepeated(code: ending.answer.code, said: ending.answer.stderr)]
        }
        let look = try await Look(at: scene)
        var breaches = look.breaches(since: found)
        if look.verdict != .intact { breaches.append(.notVerified(code: 0, said: look.verdict.rawValue)) }
        if !act.isDone(in: look.records(since: before)) {
            breaches.append(.notRepeated(code: ending.answer.code, said: ending.answer.stdout))
        }
        return breaches
    }
}
