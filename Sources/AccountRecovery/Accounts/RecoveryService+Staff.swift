import RecoveryAudit
import RecoveryCrypto

extension RecoveryService {
    public func staff() async throws(ServiceError) -> [StaffView] {
        try await perform(.readStaff) {
            try await store.read { try $0.records(StaffMember.self).map { StaffView($0) } }
        }
    }

    /// The statement about a person that the caller, an administrator, is asked to sign.
    public func admissionStatement(_ admission: StaffAdmission) async throws(ServiceError) -> AdmissionStatement {
        try await perform(.admitStaff) {
            let now = clock.now()
            guard let key = [UInt8](hexadecimal: admission.publicKey), Ed25519.PublicKey(bytes: key) != nil else {
                throw ServiceError.invalidInput("the public key is not 64 hexadecimal digits")
            }
            let nonce = Nonce(value: Pseudonym(random: random), to: caller.name, notAfter: now + Self.admissionLasts)
            try await store.commit { transaction in
                guard try transaction.record(StaffMember.self, admission.name.text) == nil else {
                    throw ServiceError.exists("there is somebody of this name already; names are never given twice")
                }
                try transaction.put(nonce)
                return Recorded(
                    (),
                    .event("x.agent.propose", ["req": .string(admission.name.text)], actor: caller.name)
                )
            }
            return AdmissionStatement(
                name: admission.name,
                role: admission.role,
                publicKey: admission.publicKey,
                person: Pseudonym(random: random),
                nonce: nonce.value.text,
                notAfter: nonce.notAfter.seconds,
                origin: origin
            )
        }
    }

    /// Seconds for which a proposed admission may be signed.
    private static let admissionLasts: Int64 = 300

    /// Admits somebody on the signature of the caller, which the log keeps.
    public func admit(_ statement: AdmissionStatement, signature: String) async throws(ServiceError) -> StaffView {
        try await perform(.admitStaff) {
            let signed = StaffStatements.admission(statement, by: caller.name)
            guard let key = [UInt8](hexadecimal: statement.publicKey).flatMap({ Ed25519.PublicKey(bytes: $0) }) else {
                throw ServiceError.invalidInput("the public key is not 64 hexadecimal digits")
            }
            let member = StaffMember(
                name: statement.name,
                person: statement.person,
                role: statement.role,
                publicKey: key
            )
            return try await store.commit { transaction in
                // A statement for another log or time would stand in this one for ever as a false one.
                guard let nonce = try transaction.record(Nonce.self, statement.nonce), nonce.to == caller.name,
                    nonce.notAfter > clock.now(), nonce.notAfter.seconds == statement.notAfter,
                    statement.origin == origin
                else { throw ServiceError.conflict("this statement was not asked for, was used, or is too late") }
                guard let admin = try transaction.record(StaffMember.self, caller.name.text), admin.revokedAt == nil,
                    StaffStatements.verify(signed, signature, key: admin.publicKey)
                else { throw ServiceError.notAllowed("the signature is not that of \(caller.name.text)") }
                guard try transaction.record(StaffMember.self, statement.name.text) == nil else {
                    throw ServiceError.exists("there is somebody of this name already; names are never given twice")
                }
                try transaction.remove(Nonce.self, nonce.id)
                try transaction.put(member)
                return Recorded(
                    StaffView(member, position: try transaction.nextPosition + 1),
                    .keyAdded(statement, signed: (signed, signature))
                )
            }
        }
    }
}

extension AuditEvent {
    /// An AGENT_KEY_ADD record. Without a signature only for the first administrator, right after GENESIS.
    static func keyAdded(_ statement: AdmissionStatement, signed: (JSONValue, String)?) -> AuditEvent {
        guard var object = statement.subjectMatter.object else { return AuditEvent(.agentKeyAdd, .null) }
        if let signed {
            object = object.adding("stmt", signed.0).adding("sig", .string(signed.1))
        }
        return AuditEvent(.agentKeyAdd, .object(object))
    }
}

extension StaffView {
    init(_ member: StaffMember, position: UInt64? = nil) {
        self.init(
            name: member.name,
            role: member.role,
            person: member.person,
            publicKey: member.publicKey,
            isRevoked: member.revokedAt != nil,
            position: position
        )
    }
}
