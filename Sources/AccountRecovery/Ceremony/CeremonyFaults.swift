import RecoveryCrypto
import RecoveryPolicy
import RecoveryVault

extension RecoveryService {
    /// Everything that keeps a ceremony from being held, in the order of its file.
    func faults(of ceremony: KeyCeremony, in reader: any StoreReader) throws -> [CeremonyFinding] {
        let found =
            try versionFaults(of: ceremony, in: reader) + staffFaults(of: ceremony, in: reader)
            + placeFaults(of: ceremony) + recipientFaults(of: ceremony)
        return found.sorted { $0.line < $1.line }
    }

    /// Versions that are not the next of their role.
    func versionFaults(of ceremony: KeyCeremony, in reader: any StoreReader) throws -> [CeremonyFinding] {
        let rows = try reader.vault.keyring()
        return ceremony.plan.keys.compactMap { key in
            let versions = rows.filter { $0.purpose == key.purpose }
            let word = key.role.rawValue
            if let row = versions.first(where: { $0.state == KeyState.prepared.rawValue }) {
                return CeremonyFinding(
                    line: key.line,
                    what: "\(word) \(row.version) is prepared already",
                    cure: "rotate to it, or drop it: recoveryctl key ceremony drop \(word) \(row.version)"
                )
            }
            let next = (versions.map(\.version).max() ?? 0) + 1
            guard key.version != next else { return nil }
            return CeremonyFinding(
                line: key.line,
                what: "\(word) \(key.version) is not the next version",
                cure: "the next version of \(word) is \(next)"
            )
        }
    }

    /// Participants who are not of the staff, or under another key; and whoever holds it must be among them.
    func staffFaults(of ceremony: KeyCeremony, in reader: any StoreReader) throws -> [CeremonyFinding] {
        var findings: [CeremonyFinding] = []
        var people: Set<Pseudonym> = []
        for participant in ceremony.plan.participants {
            let member = try reader.record(StaffMember.self, participant.name)
            if let member, member.revokedAt == nil, member.publicKey == participant.publicKey {
                if !people.insert(member.person).inserted {
                    findings.append(
                        CeremonyFinding(
                            line: participant.line,
                            what: "\(participant.name) is a second name of somebody above",
                            cure: "two keys of one person count once: name another person"
                        )
                    )
                }
            } else {
                findings.append(
                    CeremonyFinding(
                        line: participant.line,
                        what: "\(participant.name) is not of the staff under this key",
                        cure: "write the public key that `agent list --json` has, or admit them first"
                    )
                )
            }
        }
        if !ceremony.plan.participants.contains(where: { $0.name == caller.name.text }) {
            findings.append(
                CeremonyFinding(
                    line: ceremony.plan.participants.first?.line ?? 1,
                    what: "\(caller.name.text), who holds the ceremony, does not take part in it",
                    cure: "add \(caller.name.text) to the participants, or let a participant hold it"
                )
            )
        }
        return findings
    }

    /// Places at which no key can be put.
    private func placeFaults(of ceremony: KeyCeremony) -> [CeremonyFinding] {
        ceremony.plan.keys.compactMap { key in
            guard let provider = key.provided(by: vault.source) else {
                return CeremonyFinding(
                    line: key.line,
                    what: "\(key.provider) is no provider of keys",
                    cure:
                        "use file:/absolute/path or passphrase:/absolute/path, or configure it in providers.json first"
                )
            }
            // A key that its provider has already is looked at when it is asked for.
            guard let path = provider.placeForNewKey else { return nil }
            do throws(VaultError) {
                guard try !vault.source.rules.isFree(fileAt: path) else { return nil }
                return CeremonyFinding(
                    line: key.line,
                    what: "\(path) exists already",
                    cure: "find out whose it is; what a ceremony that was cut off left, --begin-again removes"
                )
            } catch {
                return CeremonyFinding(
                    line: key.line,
                    what: HexKeyFile.refusalText(of: path, error),
                    cure: "name a place in a folder of mode 700 that is yours, apart from the database"
                )
            }
        }
    }

    /// Public keys to which nothing can be sealed.
    private func recipientFaults(of ceremony: KeyCeremony) -> [CeremonyFinding] {
        let probe = X25519.PrivateKey(bytes: SecretKey(randomByteCount: 32))
        return (ceremony.plan.shares?.recipients ?? []).compactMap { recipient in
            let isUsable =
                switch [UInt8](hexadecimal: recipient.publicKey).flatMap({ probe.sharedSecret(with: $0) }) {
                case .some: true
                case .none: false
                }
            if isUsable { return nil }
            return CeremonyFinding(
                line: recipient.line,
                what: "the public key of \(recipient.name) is no X25519 key",
                cure: "ask \(recipient.name) for the line that `key share new-key` printed"
            )
        }
    }
}

extension CeremonyPlan.Key {
    /// The number in the table `keyring`.
    var purpose: UInt16? { KeyPurpose.role(role.role).keyringCode }

    /// Where the key comes from, once it is there.
    func provided(by source: KeySource) -> KeyProvider? {
        source.provider(of: role.role, version: version, named: provider)
    }
}
