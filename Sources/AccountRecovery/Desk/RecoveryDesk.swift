/// Everything that can be asked for, by the person who opened the desk.
///
/// ``RecoveryService`` answers in this process. A command is written against this protocol and cannot tell who
/// answers. Who acts is fixed when a desk is opened and is no argument of any method: nobody can act in another's
/// name by passing another name.
public protocol RecoveryDesk: Sendable {
    // Cases
    func openCase(_ request: OpenCase) async throws(ServiceError) -> CaseChange
    /// Cases that are not over, or all, the newest first.
    func cases(includingEnded: Bool) async throws(ServiceError) -> [CaseView]
    func recoveryCase(_ name: CaseID) async throws(ServiceError) -> CaseView
    func decide(_ name: CaseID) async throws(ServiceError) -> DecisionView
    func restore(_ name: CaseID) async throws(ServiceError) -> RestoreView
    func revoke(_ name: CaseID) async throws(ServiceError) -> CaseChange
    func cancel(_ name: CaseID) async throws(ServiceError) -> CaseChange
    func addNote(_ name: CaseID, _ text: SecretText) async throws(ServiceError) -> CaseChange

    // Checks
    func checkDetails(_ name: CaseID, _ details: [ClaimedDetail]) async throws(ServiceError) -> CheckAnswer
    func checkTOTP(_ name: CaseID, code: SecretText) async throws(ServiceError) -> CheckAnswer
    func checkSavedCode(_ name: CaseID, code: SecretText) async throws(ServiceError) -> CheckAnswer
    func sendCode(_ name: CaseID, by method: MessageChannel) async throws(ServiceError) -> CodeSent
    func checkIssuedCode(_ name: CaseID, code: SecretText) async throws(ServiceError) -> CheckAnswer

    // Approvals
    func approvals() async throws(ServiceError) -> [CaseView]
    func approvalRequest(_ name: CaseID) async throws(ServiceError) -> ApprovalRequest
    func approve(_ statement: SignedStatement) async throws(ServiceError) -> CaseChange

    // Accounts
    func importAccounts(
        _ accounts: [NewAccount],
        skippingBad: Bool,
        progress: @escaping @Sendable (Int) -> Void
    ) async throws(ServiceError) -> ImportAnswer
    func account(_ reference: SecretText) async throws(ServiceError) -> AccountView
    /// - Parameter handOver: Gives the URI to its owner, before anything counts: what it throws binds nothing.
    func enrolTOTP(
        _ reference: SecretText,
        handOver: @escaping @Sendable (SecretText) throws -> Void
    ) async throws(ServiceError) -> NewFactor
    /// - Parameter handOver: Gives the codes to their owner, before anything counts: what it throws binds nothing.
    func enrolCodes(
        _ reference: SecretText,
        handOver: @escaping @Sendable (SecretText) throws -> Void
    ) async throws(ServiceError) -> NewCodes
    func lock(_ reference: SecretText, reason: String) async throws(ServiceError) -> AccountChange
    /// Freezes at once, on the strength of one right code.
    func freeze(_ reference: SecretText, totp code: SecretText) async throws(ServiceError) -> AccountChange
    /// What an administrator signs so that an account may be erased; nothing where the log has no private value of it.
    func erasureProposal(_ reference: SecretText, basis: String) async throws(ServiceError) -> ErasureProposal
    /// - Parameter signed: A proposal as it was signed; `nil` where there is nothing to sign.
    func erase(_ reference: SecretText, _ signed: SignedErasure?) async throws(ServiceError) -> AccountChange
    func placeLegalHold(_ reference: SecretText, reason: String) async throws(ServiceError) -> AccountChange
    func liftLegalHold(_ reference: SecretText, reason: String) async throws(ServiceError) -> AccountChange

    // Staff
    func staff() async throws(ServiceError) -> [StaffView]
    /// What an administrator signs to admit somebody: the canonical statement and the person it is about.
    func admissionStatement(_ admission: StaffAdmission) async throws(ServiceError) -> AdmissionStatement
    func admit(_ statement: AdmissionStatement, signature: String) async throws(ServiceError) -> StaffView
    /// What is signed to revoke a key: by an administrator, or by whoever's key it is.
    func revocationStatement(_ revocation: StaffRevocation) async throws(ServiceError) -> RevocationStatement
    func revokeKey(_ statement: RevocationStatement, signature: String) async throws(ServiceError) -> StaffView

    // Upkeep
    /// Delivers notices that are due, and returns how many went out.
    func deliverNotices() async throws(ServiceError) -> Int
    func reconcile() async throws(ServiceError) -> ReconcileAnswer
    /// The blind indexes: how many share a value, and whether new plans are being made.
    func indexes() async throws(ServiceError) -> IndexesView
    /// Makes the plans that fit now, or goes on where somebody was cut short.
    ///
    /// - Returns: `nil` where nothing was to do.
    func renewIndexes(
        raisingBitsBy raise: Int?,
        progress: @escaping @Sendable (IndexProgress) -> Void
    ) async throws(ServiceError) -> IndexProgress?
    /// Opens private values of the log for an auditor, on record.
    func disclose(_ request: DisclosureRequest) async throws(ServiceError) -> Disclosed
    /// Opens one field of a customer for whoever has the role for it, on record.
    func reveal(_ request: RevealRequest) async throws(ServiceError) -> Revealed
}

extension RecoveryDesk {
    /// Binds an authenticator that is handed over afterwards, by whoever cannot be cut short in between.
    public func enrolTOTP(_ reference: SecretText) async throws(ServiceError) -> NewFactor {
        try await enrolTOTP(reference) { _ in }
    }

    /// Makes codes that are handed over afterwards, by whoever cannot be cut short in between.
    public func enrolCodes(_ reference: SecretText) async throws(ServiceError) -> NewCodes {
        try await enrolCodes(reference) { _ in }
    }

    /// Erases an account of which the log has no private value.
    ///
    /// - Throws: `conflict` where it has one.
    public func erase(_ reference: SecretText) async throws(ServiceError) -> AccountChange {
        try await erase(reference, nil)
    }
}

/// A person to be admitted, with the bytes an administrator signs (`Docs/Specs/audit-log.md` §9).
public struct AdmissionStatement: Sendable, Hashable {
    public let name: StaffName
    public let role: StaffRole
    public let publicKey: String
    public let person: Pseudonym
    /// The fields of the statement.
    public let nonce: String
    public let notAfter: Int64
    public let origin: String
}

/// A key to be revoked, with the fields that are signed (`Docs/Specs/audit-log.md` §9).
public struct RevocationStatement: Sendable, Hashable {
    public let name: StaffName
    public let why: String
    public let nonce: String
    public let notAfter: Int64
    public let origin: String
}

/// What a customer may ask for without anybody at a desk: the right to it is the ticket.
public protocol EnrolmentDesk: Sendable {
    /// Makes a new authenticator for the holder of the ticket. Asked again, it makes another and forgets the first.
    func redeem(_ ticket: SecretText) async throws(ServiceError) -> NewFactor

    /// Binds the authenticator once its owner shows a right code from it, and spends the ticket.
    func confirm(_ ticket: SecretText, code: SecretText) async throws(ServiceError) -> CaseChange
}
