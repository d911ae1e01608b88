import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import RecoveryVault

/// A key that a ceremony made and placed, without its bytes.
struct MadeKey: Sendable {
    let key: CeremonyPlan.Key
    let checkValue: KeyCheckValue
    let shares: [MadeShare]

    /// Its row of the table `keyring`: prepared, so that nothing is sealed under it yet.
    func row(at now: UnixTime) -> KeyringRow {
        KeyringRow(
            purpose: key.purpose ?? 0,
            version: key.version,
            kekVersion: 0,
            wrapped: [],
            kcv: checkValue.bytes,
            state: KeyState.prepared.rawValue,
            created: now.seconds
        )
    }
}

struct MadeShare: Sendable {
    let recipient: CeremonyPlan.Person
    let index: Int
    /// Its name in the folder of the ceremony.
    let file: String
    /// Of the file, 64 hexadecimal digits.
    let sha256: String
}

extension RecoveryService {
    /// The transcript (`Docs/Specs/vault.md` §4.10).
    ///
    /// - Parameter first: The position of the first key's record.
    func transcriptValue(
        _ made: [MadeKey],
        of ceremony: KeyCeremony,
        first: UInt64,
        at now: UnixTime,
        program: String
    ) -> JSONValue {
        let keys: [JSONValue] = zip(first..., made).map { position, one in
            [
                "kcv": .string("\(one.checkValue)"),
                "provider": .string(one.key.provider),
                "role": .string(one.key.role.rawValue),
                "seq": .integer(Int64(position)),
                "shares": .array(one.shares.map(\.json)),
                "version": .integer(Int64(one.key.version)),
            ]
        }
        let participants: [JSONValue] = ceremony.plan.participants.map {
            ["key": .string($0.publicKey), "name": .string($0.name)]
        }
        return [
            "format": .string(CeremonyTranscript.format),
            "held_by": .string(caller.name.text),
            "held_s": .integer(now.seconds),
            "keys": .array(keys),
            "log": .string(origin),
            "participants": .array(participants),
            "program": .string(program),
            "sha256": .string(ceremony.digest),
            "tenant": .string(vault.tenant.bytes.hexadecimal),
            "threshold": .integer(Int64(ceremony.plan.shares?.threshold ?? 0)),
            "title": .string(ceremony.plan.title),
        ]
    }
}

extension MadeShare {
    fileprivate var json: JSONValue {
        [
            "file": .string(file),
            "index": .integer(Int64(index)),
            "key": .string(recipient.publicKey),
            "recipient": .string(recipient.name),
            "sha256": .string(sha256),
        ]
    }
}
