/// What a key ceremony shall make, and who takes part: one file, reviewed before it is held. Made by
/// ``CeremonyDocument``.
public struct CeremonyPlan: Sendable, Hashable {
    public let title: String
    /// In the order of the file, at least one.
    public let keys: [Key]
    /// `nil` where no key is divided.
    public let shares: Shares?
    /// Who signs the transcript: staff, at least two.
    public let participants: [Person]

    /// One new version of the key of a role.
    public struct Key: Sendable, Hashable {
        public let role: Role
        /// From 1.
        public let version: UInt32
        /// Where the key is put, as a provider names it: `file:/…` and the like. Judged when the ceremony is held.
        public let provider: String
        /// Where it stands in the file.
        public let line: Int
    }

    public enum Role: String, Sendable, Hashable, CaseIterable {
        case pii, match, auth, sys
    }

    /// Into how many shares each key is divided, and how many of them give it back.
    public struct Shares: Sendable, Hashable {
        /// From 2 to the number of recipients.
        public let threshold: Int
        /// 2 to 16.
        public let recipients: [Person]
    }

    /// A name and a public key of 64 hexadecimal digits: Ed25519 of a participant, X25519 of a recipient.
    public struct Person: Sendable, Hashable {
        /// A letter, then letters, digits, dots, hyphens and underscores; 32 at most.
        public let name: String
        public let publicKey: String
        /// Where they stand in the file.
        public let line: Int
    }
}
