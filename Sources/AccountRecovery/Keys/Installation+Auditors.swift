import RecoveryAudit
import RecoveryCrypto

/// Auditors come and go: from the next start on, every epoch of the log is sealed to those that the file names.
///
/// Whoever comes later can open no earlier epoch, and finds those unverifiable, not tampered with, until an auditor who
/// was there opens their keys (`recovery-audit open-keys`). Whoever is retired keeps what they could open before.
extension Installation {
    /// As many as an epoch's first record has room for (`Docs/Specs/audit-log.md` §6).
    static let mostAuditors = 16

    /// The installation with one auditor more.
    ///
    /// - Parameter publicKey: X25519, 64 hexadecimal digits. One to which nothing can be sealed would keep the log from
    ///   opening.
    public func adding(_ name: StaffName, publicKey: String) throws(ServiceError) -> Installation {
        try requireRoom(for: name)
        guard let key = [UInt8](hexadecimal: publicKey),
            X25519.PrivateKey(bytes: SecretKey(randomByteCount: 32)).sharedSecret(with: key) != nil
        else { throw .invalidInput("the public key is no X25519 key of 64 hexadecimal digits") }
        return with(auditors + [KeyRecipient(kid: name.text, publicKey: key)], retired: retired)
    }

    /// Refuses a name that somebody has or had, and one auditor too many.
    public func requireRoom(for name: StaffName) throws(ServiceError) {
        guard !retired.contains(name.text), !auditors.contains(where: { $0.kid == name.text }) else {
            throw .exists("there is or was an auditor \(name.text); names are never given twice")
        }
        guard auditors.count < Self.mostAuditors else {
            throw .conflict("there are \(auditors.count) auditors, as many as there can be; retire one first")
        }
    }

    /// The installation without an auditor.
    public func retiring(_ name: StaffName) throws(ServiceError) -> Installation {
        let left = auditors.filter { $0.kid != name.text }
        guard left.count < auditors.count else { throw .notFound }
        guard !left.isEmpty else {
            throw .conflict("\(name.text) is the only auditor, and a log that nobody can check is worth nothing")
        }
        return with(left, retired: retired + [name.text])
    }

    /// Puts the file in the place of the one before. A record of the log comes first.
    public func replace(in folder: DataFolder) throws(ServiceError) {
        try write(to: folder, replacing: true)
    }

    /// Makes an auditor's key, and returns its public half: 64 hexadecimal digits.
    public static func makeAuditorKey(at path: String) throws(ServiceError) -> String {
        let key = SecretKey(randomByteCount: 32)
        try HexKeyFile.write(key, to: path)
        return X25519.PrivateKey(bytes: key).publicKey.hexadecimal
    }

    /// The auditors of now, by name, with the public key of each: 64 hexadecimal digits.
    public var auditorKeys: [(name: String, publicKey: String)] {
        auditors.map { ($0.kid, $0.publicKey.hexadecimal) }
    }

    /// Names and public keys, as the file has them.
    var auditorList: JSONValue {
        .array(auditors.map { ["key": .string($0.publicKey.hexadecimal), "kid": .string($0.kid)] })
    }

    private func with(_ auditors: [KeyRecipient], retired: [String]) -> Installation {
        Installation(
            origin: origin,
            tenant: tenant,
            auditors: auditors,
            retired: retired,
            createdAt: createdAt,
            restores: restores,
            keyFileDays: keyFileDays
        )
    }
}

extension RecoveryService {
    /// Writes down whom the log will be sealed to: `value` is the SHA-256 of the list as the file has it. Returns the
    /// position of the record.
    public func recordAuditors(of installation: Installation) async throws(ServiceError) -> UInt64 {
        try await perform(.changeAuditors) {
            let list = CanonicalJSON.write(["auditors": installation.auditorList])
            return try await store.commit { transaction in
                Recorded(
                    try transaction.nextPosition + 1,
                    .event(
                        "config.apply",
                        [
                            "key": "installation/auditors",
                            "value": .string(SHA256.digest(of: list).bytes.hexadecimal),
                        ],
                        actor: caller.name
                    )
                )
            }
        }
    }
}
