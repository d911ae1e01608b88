import RecoveryAudit
import RecoveryCrypto
public import RecoveryPolicy
import RecoveryVault

/// A ceremony that was held.
public struct HeldCeremony: Sendable {
    public let transcript: CeremonyTranscript
    /// Each new key by name, with its check value.
    public let keys: [(name: String, checkValue: String)]
    /// The log's length after it.
    public let position: UInt64
}

extension RecoveryService {
    /// Says what a ceremony would do, or what keeps it from being held. Changes nothing.
    public func review(_ ceremony: KeyCeremony) async throws(ServiceError) -> CeremonyReview {
        try await perform(.holdCeremony) {
            let findings = try await store.read { try faults(of: ceremony, in: $0) }
            let notes = ceremony.plan.keys.compactMap { key -> String? in
                guard let uri = vault.source.uri(key.role.role, key.version), uri != key.provider else { return nil }
                let name = "\(key.role.rawValue) \(key.version)"
                return "the service looks for \(name) at \(uri): tell it of \(key.provider) before it is rotated to"
            }
            return CeremonyReview(findings: findings, steps: ceremony.steps(from: vault.source), notes: notes)
        }
    }

    /// Makes the keys of a ceremony, places and proves each, divides them, and writes all of them down as prepared, with
    /// the digest of the transcript, in one transaction. Cut off before it, it leaves files that nobody knows of; no key
    /// is in use before `key rotate`.
    ///
    /// - Parameters:
    ///   - program: Its name and version, for the transcript.
    ///   - passphrase: Asked before any key is made, once for each key whose provider wants one.
    ///   - step: Told what was done.
    /// - Throws: `conflict` where ``review(_:)`` has findings.
    public func hold(
        _ ceremony: KeyCeremony,
        program: String,
        passphrase: @Sendable (CeremonyPlan.Key) throws(ServiceError) -> SecretText,
        step: @Sendable (String) -> Void
    ) async throws(ServiceError) -> HeldCeremony {
        try await perform(.holdCeremony) {
            if let finding = try await store.read({ try faults(of: ceremony, in: $0) }).first {
                throw ServiceError.conflict("line \(finding.line): \(finding.what)")
            }
            var phrases: [Int: SecretText] = [:]
            for (place, key) in ceremony.plan.keys.enumerated()
            where key.provided(by: vault.source)?.asksForPassphrase == true {
                let phrase = try passphrase(key)
                guard try Passphrase(entered: phrase.key).isLongEnough else {
                    throw ServiceError.invalidInput(Passphrase.tooShort)
                }
                phrases[place] = phrase
            }
            var made: [MadeKey] = []
            for (place, key) in ceremony.plan.keys.enumerated() {
                made.append(try make(key, of: ceremony, under: phrases[place]))
                step("\(key.role.rawValue) \(key.version): made, placed and proven, KCV \(made[place].checkValue)")
                for share in made[place].shares { step("  share for \(share.recipient.name): \(share.file)") }
            }
            return try await record(made, of: ceremony, program: program)
        }
    }

    /// The keys that a ceremony which was cut off left where this one would put its own: files of the versions it names,
    /// of which the keyring knows nothing.
    ///
    /// - Throws: `conflict` for a version that the keyring knows: then nothing was cut off.
    public func leftovers(of ceremony: KeyCeremony) async throws(ServiceError) -> [String] {
        try await perform(.holdCeremony) {
            let rows = try await store.read { try $0.vault.keyring() }
            for key in ceremony.plan.keys
            where rows.contains(where: { $0.purpose == key.purpose && $0.version == key.version }) {
                throw ServiceError.conflict(
                    "\(key.role.rawValue) \(key.version) is on record: this ceremony was held, and its folder is wanted"
                )
            }
            return ceremony.plan.keys.compactMap { key -> String? in
                guard let path = key.provided(by: vault.source)?.placeForNewKey,
                    let label = try? KeyCopy.read(fileAt: path, rules: vault.source.rules).label,
                    label == KeyCopy.Label(role: key.role.role, version: key.version)
                else { return nil }
                return path
            }
        }
    }

    private func make(
        _ key: CeremonyPlan.Key,
        of ceremony: KeyCeremony,
        under phrase: SecretText?
    ) throws -> MadeKey {
        guard let provider = key.provided(by: vault.source) else {
            throw ServiceError.conflict("no provider for \(key.role.rawValue)")
        }
        func passphrase() throws(VaultError) -> Passphrase {
            guard let phrase else { throw .keyFileRefused(.passphrase) }
            return try Passphrase(entered: phrase.key)
        }
        let (role, version) = (key.role.role, key.version)
        let secret = try proven(provider, role, version, passphrase)
        let check = KeyCheckValue(of: secret)
        var shares: [MadeShare] = []
        if let planned = ceremony.plan.shares {
            let dealt = KeySharing.shares(
                of: secret,
                tenant: vault.tenant,
                role: role,
                version: version,
                threshold: planned.threshold,
                recipients: planned.recipients.compactMap { [UInt8](hexadecimal: $0.publicKey) }
            )
            guard let dealt, dealt.count == planned.recipients.count else {
                throw ServiceError.conflict("a share could not be sealed: look at the recipients' public keys")
            }
            for (share, recipient) in zip(dealt, planned.recipients) {
                let file = ceremony.shareFile(key, recipient)
                try SecretText(SecretKey(copying: share.line.span)).write(toNewFileAt: "\(ceremony.folder)/\(file)")
                let digest = SHA256.digest(of: share.line).bytes.hexadecimal
                shares.append(MadeShare(recipient: recipient, index: share.label.index, file: file, sha256: digest))
            }
        }
        return MadeKey(key: key, checkValue: check, shares: shares)
    }

    /// Puts a new key where its provider finds it, and returns what the provider then gives: as the service will be
    /// given it, whatever we meant to write. A provider that takes no key gives the one it has.
    private func proven(
        _ provider: KeyProvider,
        _ role: KeyRole,
        _ version: UInt32,
        _ passphrase: () throws(VaultError) -> Passphrase
    ) throws(ServiceError) -> SecretKey {
        let rules = vault.source.rules
        do throws(VaultError) {
            guard provider.placeForNewKey != nil else {
                return try provider.key(of: role, version: version, rules: rules, passphrase: passphrase)
            }
            let new = SecretKey(randomByteCount: 32)
            try provider.put(new, role: role, version: version, rules: rules, passphrase: passphrase)
            let read = try provider.key(of: role, version: version, rules: rules, passphrase: passphrase)
            let (made, found) = (KeyCheckValue(of: new), KeyCheckValue(of: read))
            guard found == made else { throw .wrongKey(expected: made, found: found) }
            return read
        } catch {
            throw provider.placeForNewKey.map { HexKeyFile.refusal(of: $0, error) } ?? ServiceError(error)
        }
    }

    private func record(
        _ made: [MadeKey],
        of ceremony: KeyCeremony,
        program: String
    ) async throws -> HeldCeremony {
        try await store.commit { transaction in
            // Somebody else may have prepared a key, or lost theirs, meanwhile.
            if let finding = try staffFaults(of: ceremony, in: transaction).first
                ?? versionFaults(of: ceremony, in: transaction).first
            {
                throw ServiceError.conflict("line \(finding.line): \(finding.what)")
            }
            let now = clock.now()
            let first = try transaction.nextPosition
            for one in made { try transaction.put(.key(one.row(at: now))) }
            let transcript = try CeremonyTranscript(
                reading: CanonicalJSON.writeLine(
                    transcriptValue(made, of: ceremony, first: first, at: now, program: program)
                )
            )
            // Before the commit: a log that names a transcript of which nobody has the words would be worth less than a
            // file that no log names.
            do throws(SecretFileError) {
                let contents = SecretKey(copying: transcript.bytes.span)
                try SecretDirectory(ofFileAt: ceremony.transcript).write(contents, replacing: true)
            } catch {
                throw ServiceError.store(.inputOutput("\(ceremony.transcript) cannot be written"))
            }
            let events = made.map { one in
                AuditEvent.event(
                    "x.key.prepare",
                    ["code": .string(one.key.role.rawValue), "count": .integer(Int64(one.key.version))],
                    actor: caller.name
                )
            }
            let kept = AuditEvent.event(
                "config.apply",
                ["key": "key/ceremony", "value": .string(transcript.digest)],
                actor: caller.name
            )
            let held = HeldCeremony(
                transcript: transcript,
                keys: made.map { ("\($0.key.role.rawValue) \($0.key.version)", "\($0.checkValue)") },
                position: first + UInt64(events.count) + 1
            )
            return Recorded(held, events[0], events.dropFirst() + [kept])
        }
    }
}
