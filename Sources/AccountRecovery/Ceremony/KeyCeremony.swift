import RecoveryCrypto
public import RecoveryPolicy
import RecoveryVault

/// A key ceremony as it was reviewed, and the folder that takes what leaves the room (`Docs/Specs/vault.md` §4.9).
///
///     ceremony.yaml             the reviewed file
///     ROLE-VERSION.NAME.share   the share of a key for one recipient
///     transcript.json           what was made, for whom, and when
///     transcript.NAME.sig       the signature of a participant
public struct KeyCeremony: Sendable {
    public let plan: CeremonyPlan
    /// Absolute.
    public let folder: String
    /// The bytes of the file: what two people read aloud.
    let source: [UInt8]

    /// - Throws: ``PolicyError`` with the line at which the file is not understood.
    public init(reading text: String, into folder: String) throws(PolicyError) {
        plan = try CeremonyDocument.read(text)
        source = Array(text.utf8)
        self.folder = folder
    }

    /// SHA-256 of the file, 64 hexadecimal digits.
    public var digest: String { SHA256.digest(of: source).bytes.hexadecimal }

    public var copy: String { folder + "/ceremony.yaml" }
    public var transcript: String { folder + "/transcript.json" }

    /// Writes the reviewed file into the folder, as the first thing that lies there: it says whose folder it is.
    public func writeCopy() throws(ServiceError) {
        try SecretText(SecretKey(copying: source.span)).write(toNewFileAt: copy)
    }

    /// Whether these are the bytes of the reviewed file.
    public func isReviewed(in bytes: [UInt8]) -> Bool { bytes == source }

    func shareFile(_ key: CeremonyPlan.Key, _ recipient: CeremonyPlan.Person) -> String {
        "\(key.role.rawValue)-\(key.version).\(recipient.name).share"
    }
}

/// What a ceremony does at one point, for those who watch.
public struct CeremonyStep: Sendable, Hashable {
    public let what: String
    /// Absolute paths of the files that it writes.
    public let files: [String]
}

/// What keeps a ceremony from being held, with the line of the file that asks for it.
public struct CeremonyFinding: Sendable, Hashable {
    public let line: Int
    public let what: String
    public let cure: String
}

/// What a ceremony would do, or why it cannot be held.
public struct CeremonyReview: Sendable {
    public let findings: [CeremonyFinding]
    public let steps: [CeremonyStep]
    /// What is no fault, and must be known.
    public let notes: [String]
}

extension KeyCeremony {
    /// Every step, in order.
    func steps(from source: KeySource) -> [CeremonyStep] {
        var steps = [CeremonyStep(what: "keep the reviewed file, SHA-256 \(digest)", files: [copy])]
        for key in plan.keys {
            let name = "\(key.role.rawValue) \(key.version)"
            let place = key.provided(by: source)?.placeForNewKey
            steps.append(
                CeremonyStep(
                    what: place == nil
                        ? "take \(name) from \(key.provider), which has it already"
                        : "make \(name) of 32 random bytes, put it at \(key.provider), read it back, compare",
                    files: place.map { [$0] } ?? []
                )
            )
            guard let shares = plan.shares else { continue }
            steps.append(
                CeremonyStep(
                    what: "divide \(name) into \(shares.recipients.count) shares, any \(shares.threshold) of which "
                        + "give it back; seal one each to " + shares.recipients.map(\.name).joined(separator: ", "),
                    files: shares.recipients.map { "\(folder)/\(shareFile(key, $0))" }
                )
            )
        }
        steps.append(
            CeremonyStep(
                what: "in one transaction: \(plan.keys.count) prepared, and the transcript's digest, on record",
                files: [transcript]
            )
        )
        steps.append(
            CeremonyStep(
                what: "sign the transcript: " + plan.participants.map(\.name).joined(separator: ", "),
                files: plan.participants.map { CeremonyTranscript.signatureFile(of: $0.name, beside: transcript) }
            )
        )
        return steps
    }
}

extension CeremonyPlan.Role {
    var role: KeyRole {
        switch self {
        case .pii: .pii
        case .match: .match
        case .auth: .auth
        case .sys: .sys
        }
    }
}
