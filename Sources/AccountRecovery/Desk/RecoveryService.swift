import RecoveryAudit
public import RecoveryCrypto
import RecoveryPolicy
import RecoveryVault

/// The desk in this process: decides, and writes every decision down.
///
/// A value without state of its own, but for policies that were parsed. Everything that must agree is read and written in
/// one transaction of the store; what is slow or leaves the house happens between two, and the second looks again.
public struct RecoveryService: RecoveryDesk {
    let store: any CaseStore
    let directory: any AccountDirectory
    let courier: any Courier
    let clock: any RecoveryClock
    let random: any RandomSource
    let vault: SubjectVault
    let policies: ParsedPolicies
    let grantKey: Ed25519.PrivateKey
    /// Names the log.
    let origin: String
    /// Days for which key files of backups are kept.
    let keyFileDays: Int64
    /// Who acts. Proven by whoever made this value: see ``Caller``.
    let caller: Caller

    /// Everything a service stands on, but for the person who acts.
    public struct Parts: Sendable {
        public let store: any CaseStore
        public let directory: any AccountDirectory
        public let courier: any Courier
        public let clock: any RecoveryClock
        public let random: any RandomSource
        public let vault: SubjectVault
        let policies = ParsedPolicies()
        public let grantKey: Ed25519.PrivateKey
        public let origin: String
        public let keyFileDays: Int64

        public init(
            store: any CaseStore,
            directory: any AccountDirectory,
            courier: any Courier,
            clock: any RecoveryClock,
            random: any RandomSource = SystemRandom(),
            vault: SubjectVault,
            grantKey: Ed25519.PrivateKey,
            origin: String,
            keyFileDays: Int64 = Installation.usualKeyFileDays
        ) {
            self.store = store
            self.directory = directory
            self.courier = courier
            self.clock = clock
            self.random = random
            self.vault = vault
            self.grantKey = grantKey
            self.origin = origin
            self.keyFileDays = keyFileDays
        }
    }

    public init(_ parts: Parts, caller: Caller) {
        store = parts.store
        directory = parts.directory
        courier = parts.courier
        clock = parts.clock
        random = parts.random
        vault = parts.vault
        policies = parts.policies
        grantKey = parts.grantKey
        origin = parts.origin
        keyFileDays = parts.keyFileDays
        self.caller = caller
    }
}

extension RecoveryService {
    /// Every operation passes here: permission first, then the work; errors of the layers below end here.
    func perform<Value: Sendable>(
        _ operation: Operation,
        _ body: () async throws -> Value
    ) async throws(ServiceError) -> Value {
        try await mapping {
            guard let role = caller.role, operation.roles.contains(role) else {
                try await refuse(operation)
                throw ServiceError.notAllowed("the role \(caller.role?.rawValue ?? "customer") may not do this")
            }
            return try await body()
        }
    }

    /// Where errors of the layers below end.
    func mapping<Value: Sendable>(_ body: () async throws -> Value) async throws(ServiceError) -> Value {
        do {
            return try await body()
        } catch let error as ServiceError {
            throw error
        } catch let error as StoreError {
            throw .store(error)
        } catch let error as VaultError {
            throw ServiceError(error)
        } catch let alarm as VaultAlarm {
            // What cannot be written down is told all the same: nothing was decided on it.
            try? await record(alarm)
            throw ServiceError(alarm.error)
        } catch let hit as LimitHit {
            throw .limited(retryAfter: hit.retryAfter)
        } catch {
            throw .fault("\(type(of: error))")
        }
    }

    /// Writes down that somebody tried what their role may not.
    private func refuse(_ operation: Operation) async throws {
        let event = AuditEvent.event(
            "access.deny",
            ["route": .string(operation.route), "why": "role"],
            actor: caller.name
        )
        try await store.commit { _ in Recorded((), event) }
    }

    /// The case as it is stored, or `notFound`. One that ran out is closed by whoever changes it next.
    func load(_ name: CaseID, from reader: any StoreReader) throws -> RecoveryCase {
        guard let found = try reader.record(RecoveryCase.self, name.text) else { throw ServiceError.notFound }
        return found
    }

    /// Runs `body` on the newest state of a case that is not over, and commits what it did.
    ///
    /// A case past its life is closed instead, and that is committed: the answer is then `wrongState(expired)`.
    ///
    /// - Parameter joining: Whether the caller is then one of those who worked on the case, and cannot approve it.
    func change<Value: Sendable>(
        _ name: CaseID,
        joining: Bool = true,
        _ body: @escaping @Sendable (inout CaseWork, any StoreTransaction) throws -> Value
    ) async throws -> Value {
        let outcome = try await store.commit { transaction -> Recorded<Outcome<Value>> in
            // Read when it is this change's turn: a statement must not be judged by a moment before the queue.
            let now = clock.now()
            var work = try CaseWork(load(name, from: transaction), in: transaction, at: now)
            if work.value.hasRunOut(at: now) {
                try voidGrant(of: &work, why: "expired", in: transaction)
                try work.enter(.timedOut)
                work.close("expired")
                return try work.finish(.ranOut, in: transaction)
            }
            if joining, work.value.people.insert(caller.person).inserted {
                work.note("case.assign", ["to_actor": .string(caller.name.text)])
            }
            var refused = work
            do {
                let value = try body(&work, transaction)
                return try work.finish(.done(value), in: transaction)
            } catch let hit as LimitHit {
                // Limits are asked before anything is written, so the hit is all there is to keep.
                refused.note("limit.hit", hit.fields)
                return try refused.finish(.limited(hit), in: transaction)
            }
        }
        switch outcome {
        case .done(let value): return value
        case .limited(let hit): throw hit
        case .ranOut: throw ServiceError.wrongState(.expired)
        }
    }

    /// What a change that was committed came to.
    private enum Outcome<Value: Sendable>: Sendable {
        case done(Value)
        /// Refused, and the refusal is what was committed.
        case limited(LimitHit)
        case ranOut
    }

    /// Commits what `body` does outside of a case; where a limit stops it, that is committed instead.
    func limiting<Value: Sendable>(
        _ subject: Pseudonym,
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Recorded<Value>
    ) async throws -> Value {
        let outcome = try await store.commit { transaction -> Recorded<Result<Value, LimitHit>> in
            do {
                return try body(transaction).map(Result.success)
            } catch let hit as LimitHit {
                let event = AuditEvent.event("limit.hit", hit.fields, subject: subject, actor: caller.name)
                return Recorded(.failure(hit), event)
            }
        }
        return try outcome.get()
    }

    /// The role that a statement or a record names.
    var role: StaffRole {
        get throws {
            guard let role = caller.role else { throw ServiceError.notAllowed("this is for staff") }
            return role
        }
    }

    /// The policy under which cases are opened now.
    func policyInForce(from reader: any StoreReader) throws -> (digest: String, policy: Policy) {
        guard let force = try reader.record(PolicyInForce.self, "policy") else {
            throw ServiceError.fault("no policy is in force")
        }
        return (force.digest, try policy(force.digest, from: reader))
    }

    /// The policy that rules a case: the one it was opened under.
    func policy(_ digest: String, from reader: any StoreReader) throws -> Policy {
        guard let stored = try reader.record(StoredPolicy.self, digest) else {
            throw ServiceError.fault("the policy of a case is missing")
        }
        return try stored.policy(policies)
    }
}
