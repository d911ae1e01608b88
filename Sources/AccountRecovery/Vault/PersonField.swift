import RecoveryVault

/// The personal fields that the service keeps, each with its rule (`Docs/Specs/vault.md` §5.2).
enum PersonField: String, CaseIterable, Sendable {
    case account
    case name
    case dateOfBirth = "date_of_birth"
    case email
    case phone
    case nationalID = "national_id"
    case address

    var code: FieldCode {
        switch self {
        case .account: .accountReference
        case .name: .name
        case .dateOfBirth: .dateOfBirth
        case .email: .email
        case .phone: .phone
        case .nationalID: .nationalID
        case .address: .address
        }
    }

    var padding: PadClass {
        switch self {
        case .dateOfBirth, .phone: .to32
        case .account, .nationalID: .to64
        case .name, .email: .to256
        case .address: .to512
        }
    }

    /// How a claim of this field is read.
    ///
    /// - Parameter region: Where a number without country code is dialled.
    func rule(region: PhoneRegion?) -> FieldRule {
        switch self {
        case .account: .reference
        case .name: .name
        case .dateOfBirth: .date(.unknown)
        case .email: .email
        case .phone: .phone(region)
        case .nationalID: .nationalID(.unchecked)
        // Stored as one cleaned text: an import gives no postcode apart from the rest, so nothing can be claimed of it.
        case .address: .text
        }
    }

    /// Whether a caller can be asked for it.
    var isClaimable: Bool { self != .address && self != .account }

    /// Whether many people share each of its values, so that it can be guessed.
    var isGuessable: Bool { self == .dateOfBirth || self == .name }

    /// The tags that are stored for the field.
    var variants: Set<UInt8> { self == .address ? [] : rule(region: nil).defaultVariants }

    /// The fields by which an account is found, in the order of their codes.
    static let indexed = BlindIndex.Field.allCases.compactMap { index in
        allCases.first { $0.code.rawValue == index.rawValue }
    }

    /// The blind index of the field, or `nil`: most fields have too few values for one (`Docs/Specs/vault.md` §9).
    var index: BlindIndex.Field? { BlindIndex.Field(rawValue: code.rawValue) }

    static func name(of code: FieldCode) -> String {
        allCases.first { $0.code == code }?.rawValue ?? "field \(code.rawValue)"
    }
}

/// The codes of a subject's second factors, in records of kind 2.
enum FactorField {
    /// An `otpauth://` URI. The slot is that of the authenticator.
    static let totp = FieldCode(rawValue: 1)
    /// Salt and scrypt hash of one saved code. The slot is that of the set times ten, plus the code's number.
    static let savedCode = FieldCode(rawValue: 2)
}
