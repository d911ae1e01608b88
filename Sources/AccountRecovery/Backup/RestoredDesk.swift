import RecoveryAudit
import RecoveryCrypto

/// A restore that somebody answers for (`Docs/Specs/vault.md` §15).
public struct AcceptedRestore: Sendable {
    /// Why, in a word that the log keeps, such as `disk-lost`.
    public let reason: String
    /// Of the data.
    public let generation: Generation
    /// How many restores there were with this one.
    public let restores: UInt32
    /// The log that ended.
    public let priorOrigin: String

    public init(reason: String, generation: Generation, restores: UInt32, priorOrigin: String) {
        self.reason = reason
        self.generation = generation
        self.restores = restores
        self.priorOrigin = priorOrigin
    }

    /// Whether the log takes the word.
    public static func isReason(_ text: String) -> Bool { RecoveryService.isReason(text) }
}

/// What a restored desk goes on with.
public struct ResumedDesk: Sendable, Hashable {
    /// Admitted again, on the administrator's signature.
    public let staff: [StaffName]
    /// In the backup, and not admitted again.
    public let leftOut: [StaffName]
    /// Cases that were open. They end here: what came of them is not known.
    public let endedCases: [CaseID]
    /// Of these, the directory may have been told to do something.
    public let unknownCases: [CaseID]
    /// Subjects that were erased after the backup was made.
    public let erased: Int
}

/// Makes a desk of what a backup held: one transaction, right behind the first record of the new log.
///
/// - The administrator who answers for it is the first of the new log, as a bootstrap (`Docs/Specs/audit-log.md` §9.7).
///   Everybody else is admitted again on that signature, or is not: the backup does not know who was revoked since.
/// - Open cases end. Their evidence, approvals and codes belong to a log that ended, and what was spent since would be
///   worth something again.
/// - Whoever was erased since is erased again.
public struct RestoredDesk: Sendable {
    private let store: any CaseStore
    private let vault: SubjectVault
    private let clock: any RecoveryClock
    private let random: any RandomSource
    private let origin: String
    private let admin: StaffName
    private let key: StaffKey

    /// - Parameters:
    ///   - store: With a log that has just begun.
    ///   - origin: Of that log.
    ///   - admin: An administrator of the backup, whose key this is.
    public init(
        store: any CaseStore,
        vault: SubjectVault,
        clock: any RecoveryClock,
        random: any RandomSource = SystemRandom(),
        origin: String,
        admin: StaffName,
        key: StaffKey
    ) {
        self.store = store
        self.vault = vault
        self.clock = clock
        self.random = random
        self.origin = origin
        self.admin = admin
        self.key = key
    }

    /// Refuses whoever cannot answer for a restore: only an administrator of the backup can, with the key it knows.
    public static func requireAdmin(_ admin: StaffName, key: StaffKey, in reader: any StoreReader) throws {
        guard let member = try reader.record(StaffMember.self, admin.text) else {
            throw ServiceError.notAllowed("the backup knows nobody called \(admin.text)")
        }
        let caller = try key.signIn(as: member)
        guard caller.role == .admin else {
            throw ServiceError.notAllowed("\(admin.text) is no administrator, and only one accepts a restore")
        }
    }

    /// Writes down that a store was restored as its log left it: nothing was lost, and the log goes on.
    public static func noteContinuation(in store: some CaseStore, _ generation: Generation) async throws {
        try await store.commit { _ in
            Recorded(
                (),
                .event(
                    "x.store.restore",
                    ["code": "continued", "count": .integer(Int64(clamping: generation.rawValue))]
                )
            )
        }
    }

    /// Seconds for which the admissions are signed; they are used at once.
    private static let signatureLasts: Int64 = 300

    /// - Parameter journal: Everything in the journal of erasures.
    public func resume(
        _ restore: AcceptedRestore,
        journal: [Tombstone],
        leavingOut: Set<StaffName>
    ) async throws(ServiceError) -> ResumedDesk {
        do {
            return try await store.commit { transaction in
                try Self.requireAdmin(admin, key: key, in: transaction)
                // The subjects that are gone must be found before anything of them goes.
                let erased = try vault.erased(by: journal, in: transaction)
                var (events, staff, leftOut) = try readmit(leavingOut, in: transaction)
                events += try policyEvents(in: transaction)
                events.append(
                    .event(
                        "x.store.restore",
                        [
                            "code": .word(restore.reason),
                            "count": .integer(Int64(clamping: restore.generation.rawValue)),
                            "req": .string(String(restore.priorOrigin.prefix(64))),
                        ],
                        actor: admin
                    )
                )
                try transaction.put(StoreLife(restores: restore.restores, priorOrigin: restore.priorOrigin))
                let (ended, unknown) = try endCases(&events, in: transaction)
                try forgetWhatIsSpentOnce(in: transaction)
                try erase(erased, journal, &events, in: transaction)
                staff.sort { $0.text < $1.text }
                leftOut.sort { $0.text < $1.text }
                return Recorded(
                    ResumedDesk(
                        staff: staff,
                        leftOut: leftOut,
                        endedCases: ended,
                        unknownCases: unknown,
                        erased: erased.count
                    ),
                    events[0],
                    Array(events.dropFirst())
                )
            }
        } catch let error as ServiceError {
            throw error
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .fault("\(type(of: error))")
        }
    }

    private func readmit(
        _ leavingOut: Set<StaffName>,
        in transaction: any StoreTransaction
    ) throws -> (events: [AuditEvent], staff: [StaffName], leftOut: [StaffName]) {
        let members = try transaction.records(StaffMember.self)
        guard let first = members.first(where: { $0.name == admin }) else { throw ServiceError.notFound }
        var events = [AuditEvent.keyAdded(statement(about: first, nonce: "", notAfter: 0), signed: nil)]
        var (staff, leftOut) = ([admin], [StaffName]())
        for member in members where member.name != admin {
            // A revoked name stays, so that it is never given again.
            guard member.revokedAt == nil else { continue }
            guard !leavingOut.contains(member.name) else {
                var revoked = member
                revoked.revokedAt = clock.now()
                try transaction.put(revoked)
                leftOut.append(member.name)
                continue
            }
            let statement = statement(
                about: member,
                nonce: Pseudonym(random: random).text,
                notAfter: clock.now().seconds + Self.signatureLasts
            )
            let signed = StaffStatements.admission(statement, by: admin)
            events.append(.keyAdded(statement, signed: (signed, key.sign(statement, as: admin))))
            staff.append(member.name)
        }
        return (events, staff, leftOut)
    }

    private func statement(about member: StaffMember, nonce: String, notAfter: Int64) -> AdmissionStatement {
        AdmissionStatement(
            name: member.name,
            role: member.role,
            publicKey: member.publicKey,
            person: member.person,
            nonce: nonce,
            notAfter: notAfter,
            origin: origin
        )
    }

    /// The policy in force is in force in this log, too.
    private func policyEvents(in transaction: any StoreTransaction) throws -> [AuditEvent] {
        guard let inForce = try transaction.record(PolicyInForce.self, "policy"),
            let policy = try transaction.record(StoredPolicy.self, inForce.digest)
        else { throw StoreError.corrupt("the backup has no policy in force") }
        let fields: [String: JSONValue] = [
            "policy": .string(policy.digest), "previous": .string(String(repeating: "0", count: 64)),
            "version": .string("\(policy.name)/\(policy.version)"),
        ]
        return [.event("policy.apply", fields, actor: admin)]
    }

    private func endCases(
        _ events: inout [AuditEvent],
        in transaction: any StoreTransaction
    ) throws -> (ended: [CaseID], unknown: [CaseID]) {
        var (ended, unknown) = ([CaseID](), [CaseID]())
        for var recoveryCase in try transaction.records(RecoveryCase.self) where !recoveryCase.state.isFinal {
            let isBegun = recoveryCase.state == .restoring
            if isBegun { unknown.append(recoveryCase.name) }
            ended.append(recoveryCase.name)
            events.append(
                .event(
                    "x.case.lapse",
                    ["code": .string(recoveryCase.state.rawValue)],
                    case: recoveryCase.name,
                    subject: recoveryCase.subject
                )
            )
            recoveryCase.state = isBegun ? .refused : .cancelled
            recoveryCase.version += 1
            try transaction.put(recoveryCase)
        }
        return (ended, unknown)
    }

    /// Statements to be signed, codes that were sent and tickets: what was used since would count once more.
    private func forgetWhatIsSpentOnce(in transaction: any StoreTransaction) throws {
        for nonce in try transaction.records(Nonce.self) { try transaction.remove(Nonce.self, nonce.id) }
        for code in try transaction.records(IssuedCode.self) { try transaction.remove(IssuedCode.self, code.id) }
        for ticket in try transaction.records(EnrolmentTicket.self) {
            try transaction.remove(EnrolmentTicket.self, ticket.id)
        }
    }

    private func erase(
        _ erased: [ErasedSubject],
        _ journal: [Tombstone],
        _ events: inout [AuditEvent],
        in transaction: any StoreTransaction
    ) throws {
        for subject in erased {
            try transaction.eraseSubject(subject.subject)
            for authenticator in try transaction.records(Authenticator.self, of: subject.pseudonym.text) {
                try transaction.remove(Authenticator.self, authenticator.id)
            }
            try transaction.remove(LegalHolds.self, subject.pseudonym.text)
            events.append(
                .event("x.account.erase", ["code": "restore"], subject: subject.pseudonym, actor: admin)
            )
        }
        for tombstone in journal where try transaction.vault.tombstone(mark: tombstone.mark) == nil {
            try transaction.put(.tombstone(mark: tombstone.mark, at: tombstone.at))
        }
    }
}
