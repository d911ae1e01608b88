import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

/// The people and the customer that most tests need, and the steps that most flows share.
struct Flow: Sendable {
    let world: TestDesk
    let mia: RecoveryService
    let max: RecoveryService
    let sam: RecoveryService
    let samKey: StaffKey
    let authenticator: Authentic
    let savedCodes: [String]

    static let reference = "u-1001"

    /// Two agents, a supervisor, and a customer with an authenticator, saved codes, and a lock after failed attempts.
    init(
        policy: String? = nil,
        stake: Int64 = 100,
        wrapping: (MemoryDirectory) -> any AccountDirectory = { $0 }
    ) async throws {
        world = try await TestDesk(policy: policy, wrapping: wrapping)
        (mia, _) = try await world.desk(of: "mia", role: .agent)
        (max, _) = try await world.desk(of: "max", role: .agent)
        (sam, samKey) = try await world.desk(of: "sam", role: .supervisor)
        authenticator = try await world.lockedCustomer(Self.reference, stake: stake)
        let codes = try await world.admin.enrolCodes(SecretText(testing: Self.reference))
        savedCodes = codes.text.text.split(separator: "\n").map(String.init)
    }

    func open(
        _ purpose: Purpose,
        _ reference: String = Flow.reference,
        channel: Channel = .phone,
        by desk: RecoveryService? = nil
    ) async throws -> CaseID {
        try await (desk ?? mia).openCase(
            OpenCase(account: SecretText(testing: reference), purpose: purpose, channel: channel)
        ).recoveryCase.name
    }

    func passTOTP(_ name: CaseID, by desk: RecoveryService? = nil) async throws {
        let code = try authenticator.code(at: world.clock.now())
        try #require(await (desk ?? mia).checkTOTP(name, code: code).outcome == .pass)
    }

    func passSavedCode(_ name: CaseID, _ number: Int = 0) async throws {
        try #require(
            await mia.checkSavedCode(name, code: SecretText(testing: savedCodes[number])).outcome == .pass
        )
    }

    func passIssuedCode(_ name: CaseID, by method: MessageChannel = .email) async throws {
        _ = try await mia.sendCode(name, by: method)
        try #require(await mia.checkIssuedCode(name, code: world.sentCode()).outcome == .pass)
    }

    func approve(_ name: CaseID, approving: Bool = true) async throws {
        let request = try await sam.approvalRequest(name)
        _ = try await sam.approve(samKey.sign(request, approving: approving, as: sam.caller.name))
    }

    /// Opens a case and brings it to the point where it waits for an approval.
    func waiting(_ purpose: Purpose) async throws -> CaseID {
        let name = try await open(purpose)
        switch purpose {
        case .resetTOTP: try await passSavedCode(name)
        default: try await passTOTP(name)
        }
        try await passIssuedCode(name)
        try #require(await mia.decide(name).outcome == .waiting)
        return name
    }

    /// Brings a case to a grant.
    func granted(_ purpose: Purpose) async throws -> CaseID {
        let name = try await waiting(purpose)
        try await approve(name)
        try #require(await mia.decide(name).outcome == .granted)
        return name
    }

    func account() async throws -> AccountView {
        try await world.admin.account(SecretText(testing: Self.reference))
    }

    func state(_ name: CaseID) async throws -> CaseState {
        try await mia.recoveryCase(name).state
    }
}

extension SecretText {
    /// What is in it, for tests that play the customer.
    var text: String { lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) } }
}
