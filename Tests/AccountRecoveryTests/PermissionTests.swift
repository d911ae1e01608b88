import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct PermissionTests {
    /// Who may do what, written out a second time. By role; `privacy` stands beside the work.
    private static let table: [Operation: Set<StaffRole>] = [
        .openCase: [.agent, .supervisor], .note: [.agent, .supervisor], .check: [.agent, .supervisor],
        .decide: [.agent, .supervisor],
        .restore: [.agent, .supervisor], .cancel: [.agent, .supervisor],
        .revoke: [.agent, .supervisor, .admin],
        .readCase: [.agent, .supervisor, .admin, .auditor],
        .approve: [.supervisor, .admin],
        .importAccounts: [.admin], .enrol: [.admin], .erase: [.admin], .legalHold: [.admin],
        .admitStaff: [.admin], .revokeStaff: [.admin],
        .revokeOwnKey: [.agent, .supervisor, .admin, .auditor, .privacy],
        .lock: [.agent, .supervisor, .admin], .freeze: [.agent, .supervisor, .admin],
        .readAccount: [.supervisor, .admin],
        .readStaff: [.supervisor, .admin, .auditor],
        .reconcile: [.supervisor, .admin], .deliver: [.supervisor, .admin],
        .changeAuditors: [.admin], .readLog: [.supervisor, .admin, .auditor],
        .exportLog: [.supervisor, .admin, .auditor], .disclose: [.admin, .auditor],
        .readKeys: [.admin, .auditor], .manageKeys: [.admin], .holdCeremony: [.admin], .exportKey: [.admin],
        .reveal: [.privacy], .readIndexes: [.admin, .auditor], .renewIndexes: [.admin],
    ]

    private struct Call: Sendable {
        let operation: AccountRecovery.Operation
        let run: @Sendable (RecoveryService, CaseID, SignedStatement) async throws -> Void
    }

    private static let nobody = "nobody-here"

    /// Every operation of the desk, on things that do not exist: whoever may ask is told so.
    private static let calls: [Call] = [
        Call(operation: .openCase) { desk, _, _ in
            _ = try await desk.openCase(
                OpenCase(account: SecretText(testing: nobody), purpose: .unlock, channel: .phone)
            )
        },
        Call(operation: .readCase) { desk, _, _ in _ = try await desk.cases(includingEnded: true) },
        Call(operation: .readCase) { desk, name, _ in _ = try await desk.recoveryCase(name) },
        Call(operation: .readCase) { desk, _, _ in _ = try await desk.approvals() },
        Call(operation: .decide) { desk, name, _ in _ = try await desk.decide(name) },
        Call(operation: .restore) { desk, name, _ in _ = try await desk.restore(name) },
        Call(operation: .revoke) { desk, name, _ in _ = try await desk.revoke(name) },
        Call(operation: .cancel) { desk, name, _ in _ = try await desk.cancel(name) },
        Call(operation: .check) { desk, name, _ in _ = try await desk.checkDetails(name, []) },
        Call(operation: .check) { desk, name, _ in
            _ = try await desk.checkTOTP(name, code: SecretText(testing: "000000"))
        },
        Call(operation: .check) { desk, name, _ in
            _ = try await desk.checkSavedCode(name, code: SecretText(testing: "0"))
        },
        Call(operation: .check) { desk, name, _ in _ = try await desk.sendCode(name, by: .email) },
        Call(operation: .check) { desk, name, _ in
            _ = try await desk.checkIssuedCode(name, code: SecretText(testing: "0"))
        },
        Call(operation: .approve) { desk, name, _ in _ = try await desk.approvalRequest(name) },
        Call(operation: .approve) { desk, _, statement in _ = try await desk.approve(statement) },
        Call(operation: .importAccounts) { desk, _, _ in
            _ = try await desk.importAccounts([], skippingBad: false) { _ in }
        },
        Call(operation: .readAccount) { desk, _, _ in _ = try await desk.account(SecretText(testing: nobody)) },
        Call(operation: .enrol) { desk, _, _ in _ = try await desk.enrolTOTP(SecretText(testing: nobody)) },
        Call(operation: .enrol) { desk, _, _ in _ = try await desk.enrolCodes(SecretText(testing: nobody)) },
        Call(operation: .lock) { desk, _, _ in _ = try await desk.lock(SecretText(testing: nobody), reason: "x") },
        Call(operation: .freeze) { desk, _, _ in
            _ = try await desk.freeze(SecretText(testing: nobody), totp: SecretText(testing: "000000"))
        },
        Call(operation: .erase) { desk, _, _ in _ = try await desk.erase(SecretText(testing: nobody)) },
        Call(operation: .erase) { desk, _, _ in
            _ = try await desk.erasureProposal(SecretText(testing: nobody), basis: "art17")
        },
        Call(operation: .legalHold) { desk, _, _ in
            _ = try await desk.placeLegalHold(SecretText(testing: nobody), reason: "court-order")
        },
        Call(operation: .legalHold) { desk, _, _ in
            _ = try await desk.liftLegalHold(SecretText(testing: nobody), reason: "court-order")
        },
        Call(operation: .note) { desk, name, _ in _ = try await desk.addNote(name, SecretText(testing: "x")) },
        Call(operation: .disclose) { desk, name, _ in
            _ = try await desk.disclose(DisclosureRequest(recoveryCase: name, size: 100))
        },
        Call(operation: .disclose) { desk, _, _ in _ = try await desk.privateOpener() },
        Call(operation: .reveal) { desk, name, _ in
            _ = try await desk.reveal(
                RevealRequest(
                    account: SecretText(testing: nobody),
                    field: "phone",
                    purpose: "subject-access",
                    recoveryCase: name,
                    reason: SecretText(testing: "x")
                )
            )
        },
        Call(operation: .readIndexes) { desk, _, _ in _ = try await desk.indexes() },
        Call(operation: .renewIndexes) { desk, _, _ in _ = try await desk.renewIndexes(raisingBitsBy: nil) { _ in } },
        Call(operation: .renewIndexes) { desk, _, _ in _ = try await desk.beginIndexPlan() },
        Call(operation: .renewIndexes) { desk, _, _ in _ = try await desk.fillIndexPlan() },
        Call(operation: .renewIndexes) { desk, _, _ in _ = try await desk.switchIndexPlan() },
        Call(operation: .readStaff) { desk, _, _ in _ = try await desk.staff() },
        Call(operation: .admitStaff) { desk, _, _ in
            let name = try #require(StaffName("new"))
            _ = try await desk.admissionStatement(StaffAdmission(name: name, role: .agent, publicKey: "00"))
        },
        Call(operation: .admitStaff) { desk, name, _ in
            let name = try #require(StaffName("new"))
            let person = try #require(Pseudonym(bytes: [UInt8](repeating: 7, count: 16)))
            let statement = AdmissionStatement(
                name: name,
                role: .agent,
                publicKey: "00",
                person: person,
                nonce: "",
                notAfter: 0,
                origin: ""
            )
            _ = try await desk.admit(statement, signature: "")
        },
        Call(operation: .revokeStaff) { desk, _, _ in
            let name = try #require(StaffName("nobody"))
            _ = try await desk.revocationStatement(StaffRevocation(name: name, why: "left"))
        },
        Call(operation: .revokeStaff) { desk, _, _ in
            let name = try #require(StaffName("nobody"))
            let statement = RevocationStatement(name: name, why: "left", nonce: "", notAfter: 0, origin: "")
            _ = try await desk.revokeKey(statement, signature: "")
        },
        Call(operation: .revokeOwnKey) { desk, _, _ in
            _ = try await desk.revocationStatement(StaffRevocation(name: desk.caller.name, why: "left"))
        },
        Call(operation: .revokeOwnKey) { desk, _, _ in
            let name = desk.caller.name
            let statement = RevocationStatement(name: name, why: "left", nonce: "", notAfter: 0, origin: "")
            _ = try await desk.revokeKey(statement, signature: "")
        },
        Call(operation: .deliver) { desk, _, _ in _ = try await desk.deliverNotices() },
        Call(operation: .reconcile) { desk, _, _ in _ = try await desk.reconcile() },
        Call(operation: .changeAuditors) { desk, _, _ in
            let origin = try #require(Origin("recovery.example/auditors"))
            let installation = Installation(origin: origin, tenant: [], auditors: [], createdAt: UnixTime(seconds: 0))
            _ = try await desk.recordAuditors(of: installation)
        },
        Call(operation: .readKeys) { desk, _, _ in _ = try await desk.keys() },
        Call(operation: .manageKeys) { desk, _, _ in try await desk.requireKeyManagement() },
        Call(operation: .manageKeys) { desk, _, _ in _ = try await desk.beginRotation(of: .marks) },
        Call(operation: .manageKeys) { desk, _, _ in
            let rotation = KeyRotation(
                key: .pii,
                from: 9,
                to: 10,
                isResumed: false,
                count: 0,
                lease: "",
                ring: desk.vault.desk,
                batch: 1
            )
            _ = try await desk.rotateBatch(rotation, isFirst: true)
        },
        Call(operation: .manageKeys) { desk, _, _ in _ = try await desk.retireKey(.pii, version: 9) },
        Call(operation: .manageKeys) { desk, _, _ in
            _ = try await desk.renewSubjectKeys(of: SecretText(testing: nobody))
        },
        Call(operation: .manageKeys) { desk, _, _ in _ = try await desk.beginSubjectKeyRenewal() },
        Call(operation: .manageKeys) { desk, _, _ in
            _ = try await desk.destroyKey(.pii, version: 9, voidingBackups: true) { _ in }
        },
        Call(operation: .holdCeremony) { desk, _, _ in _ = try await desk.dropPreparedKey("none", version: 1) },
        Call(operation: .exportKey) { desk, _, _ in
            _ = try await desk.exportKey("none", version: 1, under: SecretText(testing: nobody), to: "/none")
        },
    ]

    @Test func `knows every operation`() {
        #expect(Set(Self.table.keys) == Set(AccountRecovery.Operation.allCases))
        // The log is read by programs, behind the same table.
        #expect(
            Set(Self.calls.map(\.operation))
                == Set(AccountRecovery.Operation.allCases).subtracting([.readLog, .exportLog])
        )
        for operation in AccountRecovery.Operation.allCases { #expect(operation.roles == Self.table[operation]) }
    }

    @Test func `lets nobody gather evidence who runs the installation`() {
        for operation in AccountRecovery.Operation.allCases where operation.roles.contains(.agent) {
            let others: [AccountRecovery.Operation] = [
                .approve, .importAccounts, .enrol, .erase, .legalHold, .disclose, .admitStaff, .changeAuditors,
                .holdCeremony, .exportKey, .reveal, .renewIndexes,
            ]
            #expect(!others.contains(operation))
        }
        for operation in [AccountRecovery.Operation.openCase, .note, .check, .decide, .restore] {
            #expect(!operation.roles.contains(.admin) && !operation.roles.contains(.auditor))
        }
    }

    @Test func `lets whoever may reveal do nothing else but revoke their own key`() {
        let operations = AccountRecovery.Operation.allCases.filter { $0.roles.contains(.privacy) }
        #expect(Set(operations) == [.reveal, .revokeOwnKey])
        #expect(AccountRecovery.Operation.reveal.roles == [.privacy])
    }

    @Test(arguments: StaffRole.allCases)
    func `refuses a role what is not its own, and writes that down`(role: StaffRole) async throws {
        let world = try await TestDesk()
        let (desk, key) = try await world.desk(of: "rob", role: role)
        let name = try #require(CaseID("C-0000000000"))
        let statement = try await Self.statement(in: world, key)
        for call in Self.calls {
            let before = await world.store.events.count
            let error = await thrown { try await call.run(desk, name, statement) }
            let last = try #require(await world.store.events.last)
            if try #require(Self.table[call.operation]).contains(role) {
                #expect(error != .notAllowed("the role \(role.rawValue) may not do this"), "\(call.operation)")
                #expect(last["event"]?.string != "access.deny")
                // So that the next refusal is not taken for this one.
                continue
            }
            #expect(error == .notAllowed("the role \(role.rawValue) may not do this"), "\(call.operation)")
            #expect(await world.store.events.count == before + 1)
            #expect(last["event"]?.string == "access.deny" && last["actor"]?.string == "rob")
            #expect(last["route"]?.string == "desk/\(call.operation.rawValue)" && last["why"]?.string == "role")
            // Something else must be the last event before the next call.
            _ = try await world.admin.deliverNotices()
            _ = try await world.admin.reconcile()
        }
        try await world.audit()
    }

    @Test func `gives the holder of a ticket no operation of the desk`() async throws {
        let world = try await TestDesk()
        let customer = RecoveryService(world.parts, caller: try .ticketHolder(random: SystemRandom()))
        let name = try #require(CaseID("C-0000000000"))
        let (_, key) = try await world.desk(of: "sam", role: .supervisor)
        let statement = try await Self.statement(in: world, key)
        for call in Self.calls {
            let error = await thrown { try await call.run(customer, name, statement) }
            #expect(error == .notAllowed("the role customer may not do this"), "\(call.operation)")
        }
    }

    /// A statement about a case that is not there.
    private static func statement(in world: TestDesk, _ key: StaffKey) async throws -> SignedStatement {
        let (mia, _) = try await world.desk(of: "mia-\(StaffRole.agent)", role: .agent)
        let view = try await mia.openCase(
            OpenCase(account: SecretText(testing: "u-none"), purpose: .unlock, channel: .phone)
        ).recoveryCase
        let request = ApprovalRequest(
            recoveryCase: view,
            actions: [],
            digest: String(repeating: "0", count: 64),
            origin: "",
            action: "unlock",
            nonce: String(repeating: "0", count: 32),
            notAfter: 0
        )
        return SignedStatement(request: request, isApproval: true, signature: "")
    }
}

/// The error of the service that `body` ends in, or `nil`.
func thrown(_ body: () async throws -> Void) async -> ServiceError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? ServiceError ?? .fault("not an error of the service: \(error)")
    }
}
