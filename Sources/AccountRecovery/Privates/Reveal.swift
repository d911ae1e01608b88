import RecoveryCrypto
import RecoveryVault

/// A field of one customer that somebody with the role `privacy` shall see.
public struct RevealRequest: Sendable {
    public let account: SecretText
    /// A field's name, such as `phone`.
    public let field: String
    /// Why, in a word that the log keeps: small letters, digits and hyphens, such as `subject-access`.
    public let purpose: String
    /// The case in which it is needed: of this account.
    public let recoveryCase: CaseID
    /// Why, in a sentence. It lies beside the log, sealed, as notes do.
    public let reason: SecretText
    /// Whether all of it is needed. A mask answers most questions.
    public let isUnmasked: Bool

    public init(
        account: SecretText,
        field: String,
        purpose: String,
        recoveryCase: CaseID,
        reason: SecretText,
        isUnmasked: Bool = false
    ) {
        self.account = account
        self.field = field
        self.purpose = purpose
        self.recoveryCase = recoveryCase
        self.reason = reason
        self.isUnmasked = isUnmasked
    }
}

/// An opened field. Personal data, for the terminal of whoever asked.
public struct Revealed: Sendable {
    public let field: String
    /// `nil` where the customer has none.
    public let value: SecretText?
    public let isMasked: Bool
    /// How often this person may still reveal something today.
    public let left: Int
    /// The log's length after it: the record stood in it before the value was opened.
    public let position: UInt64
}

/// What a mask leaves of a value: enough to tell which of two it is, too little to use it.
enum Mask {
    /// - Parameter value: The stored form, UTF-8.
    static func text(_ value: borrowing SecretKey, of field: PersonField) -> SecretText {
        var bytes = value.lend { [UInt8](copying: $0) }
        defer { bytes.wipe() }
        var text = String(decoding: bytes, as: UTF8.self)
        var masked: [UInt8]
        switch field {
        case .phone, .nationalID: masked = Array(("***" + text.suffix(2)).utf8)
        case .email: masked = Array(email(text).utf8)
        case .dateOfBirth: masked = Array((text.prefix(4) + "-**-**").utf8)
        case .name: masked = Array(text.split(separator: " ").map { $0.prefix(1) + "***" }.joined(separator: " ").utf8)
        case .account, .address: masked = Array((text.prefix(1) + "***").utf8)
        }
        text = ""
        return SecretText(wiping: &masked)
    }

    /// The first letter of the local part and of the domain, and the last label.
    private static func email(_ text: String) -> String {
        let parts = text.split(separator: "@", maxSplits: 1)
        guard parts.count == 2, let last = parts[1].split(separator: ".").last else { return "***" }
        return parts[0].prefix(1) + "***@" + parts[1].prefix(1) + "***." + last
    }
}
