/// A kind of check, by its name in policies: `totp`, `issued-code/email`.
public enum CheckKind: Sendable, Hashable, CaseIterable, Comparable {
    case details
    case totp
    case savedCode
    case issuedCode(DeliveryMethod)
    case contactCode
    case keyProof
    case document
    case callback

    public static let allCases: [CheckKind] =
        [.details, .totp, .savedCode] + DeliveryMethod.allCases.map(CheckKind.issuedCode)
        + [.contactCode, .keyProof, .document, .callback]

    public static func < (left: Self, right: Self) -> Bool { left.name < right.name }
}

/// How an issued code reaches the customer.
public enum DeliveryMethod: String, Sendable, Hashable, CaseIterable {
    case email, sms, voice, post

    /// Over the public switched telephone network, where whoever takes over the number gets the code (63B §3.2.9).
    public var isTelephone: Bool { self == .sms || self == .voice }
}

/// What a check is worth towards a grant.
public enum Worth: Sendable, Hashable {
    /// Required by some policies as a step of work; proves nothing (63A §2.5.1, ASVS 6.4.2; 63B §3.1.3).
    case procedure
    /// A recovery code (63B §4.2.1).
    case recoveryCode
    /// A single-factor authenticator that was bound before the case.
    case boundAuthenticator
    /// Repeated identity proofing.
    case proofing
}

/// What two pieces of evidence must differ in to count as two.
public enum Factor: String, Sendable, Hashable, Comparable {
    case details, totp
    case savedCode = "saved-code"
    case email
    /// Text and voice are one factor: both go to whoever holds the number.
    case telephone
    case post
    case contact
    case key, document, callback

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension CheckKind {
    /// Returns the check of that name, or `nil` if there is none.
    public init?(name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    public var name: String {
        switch self {
        case .details: "details"
        case .totp: "totp"
        case .savedCode: "saved-code"
        case .issuedCode(let method): "issued-code/\(method.rawValue)"
        case .contactCode: "contact-code"
        case .keyProof: "key-proof"
        case .document: "document"
        case .callback: "callback"
        }
    }

    public var worth: Worth {
        switch self {
        case .details, .callback: .procedure
        case .savedCode, .issuedCode, .contactCode: .recoveryCode
        case .totp, .keyProof: .boundAuthenticator
        case .document: .proofing
        }
    }

    public var factor: Factor {
        switch self {
        case .details: .details
        case .totp: .totp
        case .savedCode: .savedCode
        case .issuedCode(.email): .email
        case .issuedCode(.sms), .issuedCode(.voice): .telephone
        case .issuedCode(.post): .post
        case .contactCode: .contact
        case .keyProof: .key
        case .document: .document
        case .callback: .callback
        }
    }

    var isTelephone: Bool {
        if case .issuedCode(let method) = self { method.isTelephone } else { false }
    }
}
