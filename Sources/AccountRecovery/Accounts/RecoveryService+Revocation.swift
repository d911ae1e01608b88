import RecoveryAudit
import RecoveryCrypto

extension RecoveryService {
    /// Seconds for which a proposed revocation may be signed.
    private static let revocationLasts: Int64 = 300

    /// The statement that takes a key away, for the caller to sign. Administrators sign about anybody, and everybody
    /// about themselves: whoever lost a key must not have to wait for somebody else.
    public func revocationStatement(_ revocation: StaffRevocation) async throws(ServiceError) -> RevocationStatement {
        try await perform(revoking(revocation.name)) {
            guard Self.isReason(revocation.why) else {
                throw ServiceError.invalidInput("a reason is small letters, digits and hyphens, such as left")
            }
            let until = clock.now() + Self.revocationLasts
            let nonce = Nonce(value: Pseudonym(random: random), to: caller.name, notAfter: until)
            try await store.commit { transaction in
                _ = try revocable(revocation.name, in: transaction)
                try transaction.put(nonce)
                return Recorded(
                    (),
                    .event("x.agent.propose", ["req": .string(revocation.name.text)], actor: caller.name)
                )
            }
            return RevocationStatement(
                name: revocation.name,
                why: revocation.why,
                nonce: nonce.value.text,
                notAfter: until.seconds,
                origin: origin
            )
        }
    }

    /// Revokes a key on the signature of the caller, which the log keeps. From here on it signs nothing.
    public func revokeKey(_ statement: RevocationStatement, signature: String) async throws(ServiceError) -> StaffView {
        try await perform(revoking(statement.name)) {
            let signed = StaffStatements.revocation(statement, by: caller.name)
            return try await store.commit { transaction in
                let now = clock.now()
                guard let nonce = try transaction.record(Nonce.self, statement.nonce), nonce.to == caller.name,
                    nonce.notAfter > now, nonce.notAfter.seconds == statement.notAfter, statement.origin == origin
                else { throw ServiceError.conflict("this statement was not asked for, was used, or is too late") }
                guard let signer = try transaction.record(StaffMember.self, caller.name.text), signer.revokedAt == nil,
                    StaffStatements.verify(signed, signature, key: signer.publicKey)
                else { throw ServiceError.notAllowed("the signature is not that of \(caller.name.text)") }
                var member = try revocable(statement.name, in: transaction)
                try transaction.remove(Nonce.self, nonce.id)
                member.revokedAt = now
                try transaction.put(member)
                return Recorded(
                    StaffView(member, position: try transaction.nextPosition + 1),
                    .keyRevoked(statement, signed: (signed, signature))
                )
            }
        }
    }

    private func revoking(_ name: StaffName) -> Operation {
        name == caller.name ? .revokeOwnKey : .revokeStaff
    }

    /// The person, if their key can be revoked. The last administrator's cannot, or nobody could admit anybody again.
    private func revocable(_ name: StaffName, in reader: any StoreReader) throws -> StaffMember {
        guard let member = try reader.record(StaffMember.self, name.text) else { throw ServiceError.notFound }
        guard member.revokedAt == nil else {
            throw ServiceError.exists("the key of \(name.text) was revoked already")
        }
        let isLast = try !reader.records(StaffMember.self)
            .contains { $0.role == .admin && $0.revokedAt == nil && $0.name != name }
        guard member.role != .admin || !isLast else {
            throw ServiceError.conflict("\(name.text) is the only administrator: admit another one first")
        }
        return member
    }
}

extension AuditEvent {
    /// An AGENT_KEY_REVOKE record.
    fileprivate static func keyRevoked(_ statement: RevocationStatement, signed: (JSONValue, String)) -> AuditEvent {
        guard let object = statement.subjectMatter.object else { return AuditEvent(.agentKeyRevoke, .null) }
        return AuditEvent(
            .agentKeyRevoke,
            .object(object.adding("stmt", signed.0).adding("sig", .string(signed.1)))
        )
    }
}
