import RecoveryAudit
import RecoveryVault

/// A key that was prepared and is none any more.
public struct DroppedKey: Sendable, Encodable {
    public let role: String
    public let version: UInt32
    /// The file in which the service looked for it, if the key is still in it.
    public let file: String?
    /// The log's length after it.
    public let position: UInt64
}

extension RecoveryService {
    /// Gives up a key that was prepared: nothing was ever sealed under it. Its version is never given again.
    ///
    /// - Throws: `notFound` for a version that there is not, `conflict` for one in another state.
    public func dropPreparedKey(_ role: String, version: UInt32) async throws(ServiceError) -> DroppedKey {
        try await perform(.holdCeremony) {
            guard let role = KeyRole.allCases.first(where: { $0.word == role }) else {
                throw ServiceError.invalidInput("a role is pii, match, auth or sys")
            }
            let position = try await store.commit { transaction in
                let found = try transaction.vault.keyring().first {
                    $0.purpose == KeyPurpose.role(role).keyringCode && $0.version == version
                }
                guard var row = found else { throw ServiceError.notFound }
                guard row.state == KeyState.prepared.rawValue else {
                    throw ServiceError.conflict("\(role.word) \(version) is not prepared: it is or was in use")
                }
                row.state = KeyState.destroyed.rawValue
                try transaction.put(.key(row))
                return Recorded(
                    try transaction.nextPosition + 1,
                    .event(
                        "x.key.drop",
                        ["code": .string(role.word), "count": .integer(Int64(version))],
                        actor: caller.name
                    )
                )
            }
            let path = vault.source.uri(role, version).flatMap { KeyProvider(uri: $0)?.placeForNewKey }
            let label = path.flatMap { try? KeyCopy.read(fileAt: $0, rules: vault.source.rules).label }
            return DroppedKey(
                role: role.word,
                version: version,
                file: label == KeyCopy.Label(role: role, version: version) ? path : nil,
                position: position
            )
        }
    }
}
