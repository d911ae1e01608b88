import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import RecoveryTestSupport
import Testing

@testable import AccountRecovery

/// Walks of a jumping clock over what depends on time, each beside a plain account of what has to come of it.
struct ClockWalks {
    /// Steps before a walk begins anew at the present: after a jump to 2106 little is ever allowed again.
    private static let walk = 200

    let seed: UInt64

    private func walking(
        _ steps: Int,
        _ restart: () -> Void,
        _ step: (inout ClockWalk, inout ClockFaults) throws -> Void
    )
        rethrows -> ClockFaults
    {
        var walk = ClockWalk(seed: seed)
        var faults = ClockFaults()
        for number in 0..<steps {
            if number.isMultiple(of: Self.walk) {
                walk.restart()
                restart()
            }
            try step(&walk, &faults)
            faults.steps += 1
        }
        (faults.back, faults.forward) = walk.jumps
        return faults
    }

    /// Time, for limits, is the latest moment at which an attempt was entered, or now if that is later.
    func limits<Ledger: CountsAttempts>(_ steps: Int, _ make: () -> Ledger) -> ClockFaults {
        let limits: [AttemptLedger.Limit] = [.init(3, in: 86_400), .init(10, in: 30 * 86_400)]
        var (ledger, entered, end) = (make(), [Int64](), Int64.min)
        return walking(steps, { (ledger, entered, end) = (make(), [], .min) }) { walk, faults in
            let now = walk.next()
            // At times a limit is only asked, as where another one refuses.
            let isAttempt = Int.random(in: 0..<4, using: &walk.random) > 0
            let wait = ledger.wait(at: now, for: limits)
            let time = max(now.seconds, entered.last ?? .min)
            let full = limits.contains { limit in
                entered.reversed().prefix { $0 > time - limit.seconds }.count >= limit.count
            }
            if wait > 0 {
                faults.refused += 1
                end = max(end, now.seconds + wait)
                // By a clock set back a limit may hold longer, and never when the clock is right.
                if !full, now.seconds == time { faults.lost += 1 }
            } else if isAttempt {
                faults.accepted += 1
                if full { faults.outside += 1 }
                if now.seconds < end { faults.shortened += 1 }
                end = .min
                entered.append(time)
                ledger.spend(at: now, keepingFor: limits.map(\.seconds).max())
            }
        }
    }

    /// Pauses of one authenticator, which double, until a hundred failures end it.
    func coolOffs(_ steps: Int, at service: RecoveryService, _ subject: Pseudonym) throws -> ClockFaults {
        let limits = Limits()
        func fresh() -> MemoryTransaction {
            let transaction = MemoryTransaction(MemoryState(), nextPosition: 0)
            transaction.put(Authenticator(subject: subject, form: .totp, slot: 0, boundAt: UnixTime(seconds: 0)))
            return transaction
        }
        var (transaction, failures, end) = (fresh(), 0, Int64.min)
        return try walking(steps, { (transaction, failures, end) = (fresh(), 0, .min) }) { walk, faults in
            let now = walk.next()
            do {
                try service.spend(.totp, of: subject, limits, at: now, in: transaction)
                faults.accepted += 1
                if now.seconds < end { faults.shortened += 1 }
                if failures >= 100 { faults.outside += 1 }
                failures += 1
                let pauses: [Int64] = [30, 60, 120, 240, 480, 960, 1920]
                let pause = failures < 10 ? nil : failures < 17 ? pauses[failures - 10] : 3600
                end = pause.map { now.seconds + $0 } ?? end
            } catch let hit as LimitHit {
                faults.refused += 1
                if now.seconds >= end, failures < 100 { faults.lost += 1 }
                if failures < 100, hit.retryAfter != end - now.seconds { faults.shortened += 1 }
            }
        }
    }

    /// Codes of an authenticator, typed on time, late, early, and from other years.
    func codes(_ steps: Int) throws -> ClockFaults {
        guard let totp = TOTP(key: SecretKey(randomByteCount: 20)) else { throw CancellationError() }
        var last: Int64?
        func step(_ seconds: Int64) -> Int64 { seconds >= 0 ? seconds / 30 : (seconds - 29) / 30 }
        return try walking(steps, { last = nil }) { walk, faults in
            let now = walk.next()
            let isNear = Int.random(in: 0..<8, using: &walk.random) > 0
            let typed =
                now.seconds + Int64.random(in: isNear ? -95...65 : -400_000_000...400_000_000, using: &walk.random)
            guard let code = totp.code(at: UnixTime(seconds: typed)) else { return }
            let window = step(now.seconds) - 1...step(now.seconds)
            let isRight = window.contains(step(typed)) && step(typed) > last ?? -1
            switch totp.match(for: code, at: now, after: last, window: -1...0) {
            case .fresh(let found):
                faults.accepted += 1
                // One code in a million is that of another step too.
                let isSame = try text(of: totp.code(at: UnixTime(seconds: found * 30))) == text(of: code)
                if !window.contains(found) || found <= last ?? -1 || !isSame { faults.outside += 1 }
                last = found
            case .spent, .none:
                faults.refused += 1
                if isRight { faults.lost += 1 }
            }
        }
    }

    private func text(of code: consuming SecretKey?) throws -> [UInt8] {
        guard let code else { throw CancellationError() }
        return text(of: code)
    }

    private func text(of code: borrowing SecretKey) -> [UInt8] {
        code.lend { span in span.indices.map { span[$0] } }
    }

    /// Evidence for 15 minutes, an approval for 30, a case for a day, and none of them from the future.
    func decisions(_ steps: Int, at service: RecoveryService, _ subject: Pseudonym) throws -> ClockFaults {
        let policy = try PolicyDocument.read(Self.policy)
        let opened: Int64 = 1_800_000_000
        var (evidence, approval) = (opened, opened)
        return try walking(steps, { (evidence, approval) = (opened, opened) }) { walk, faults in
            let now = walk.next()
            // Given again from time to time, so that not everything is too old.
            if Int.random(in: 0..<4, using: &walk.random) == 0 { evidence = now.seconds }
            if Int.random(in: 0..<4, using: &walk.random) == 0 { approval = now.seconds }
            let value = try recoveryCase(of: subject, evidence: evidence, opened: opened, by: service.caller)
            let digest = service.digest(of: value, under: policy)
            let signed = try signature(on: value, digest, at: approval)
            let inputs = service.inputs(of: value, [signed], under: policy, at: now)
            let isGranted =
                if case .granted = RecoveryPolicy.decide(policy, inputs).decision { true } else { false }
            let isRight =
                (evidence...evidence + 900).contains(now.seconds) && (approval...approval + 1800).contains(now.seconds)
                && (opened...opened + 86_400).contains(now.seconds)
            if isGranted { faults.accepted += 1 } else { faults.refused += 1 }
            if isGranted && !isRight { faults.outside += 1 }
            if !isGranted && isRight { faults.lost += 1 }
            if value.isOpen(at: now) != (now.seconds < opened + 86_400) { faults.outside += 1 }
        }
    }

    private func recoveryCase(
        of subject: Pseudonym,
        evidence: Int64,
        opened: Int64,
        by caller: Caller
    ) throws -> RecoveryCase {
        RecoveryCase(
            name: try #require(CaseID("C-0123456789")),
            subject: subject,
            purpose: .unlock,
            channels: [.phone],
            tier: "only",
            state: .waiting,
            version: 2,
            openedBy: caller.name,
            openedAt: UnixTime(seconds: opened),
            expiresAt: UnixTime(seconds: opened + 86_400),
            people: [caller.person],
            policy: "small",
            evidence: [
                RecordedEvidence(
                    check: .totp,
                    channel: .phone,
                    address: "totp/0",
                    isSameChannel: false,
                    at: UnixTime(seconds: evidence),
                    position: 7
                )
            ],
            records: 3,
            ticket: nil
        )
    }

    private func signature(on value: RecoveryCase, _ digest: String, at time: Int64) throws -> RecordedApproval {
        RecordedApproval(
            recoveryCase: value.name,
            position: 9,
            by: try #require(StaffName("sam")),
            person: try #require(Pseudonym(bytes: [UInt8](repeating: 9, count: 16))),
            role: .supervisor,
            isApproval: true,
            caseVersion: value.version,
            digest: digest,
            at: UnixTime(seconds: time)
        )
    }

    private static let policy = """
        policy: small
        version: 1
        description: One purpose
        evidence_valid: 15m
        approval_valid: 30m
        tiers:
          - tier: only
        purposes:
          unlock:
            only:
              evidence: {all: [totp]}
              approvals: {role: supervisor, count: 1}
              hold: none
              actions: [unlock]
        signals: none
        notify: [granted]

        """
}
