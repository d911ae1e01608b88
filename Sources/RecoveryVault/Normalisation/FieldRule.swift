/// How claims about a field are read: the kinds of rule of Docs/Specs/vault.md §10, each with its parameters.
public enum FieldRule: Sendable, Hashable {
    case date(DateOrder)
    /// A number without country code needs the region.
    case phone(PhoneRegion?)
    case email
    case nationalID(IdentityScheme)
    case name
    case reading
    case text
    /// Takes two inputs: ``canonicalForms(postcode:house:)``.
    case address
    case reference

    /// The version of all rules, which is the norm byte of values and tags (§5.2, §8).
    public static let version: UInt8 = 1

    /// The variants that the rule can form.
    public var variants: Set<UInt8> {
        switch self {
        case .date, .reading, .address, .reference: [1]
        case .phone, .email, .nationalID, .text: [1, 2]
        case .name: [1, 2, 3]
        }
    }

    /// The variants that are formed unless the configuration says otherwise. The last four characters of a phone number
    /// or a national identifier are too few to be on by default.
    public var defaultVariants: Set<UInt8> {
        switch self {
        case .phone, .nationalID: [1]
        case .date, .email, .name, .reading, .text, .address, .reference: variants
        }
    }

    /// Forms the enabled variants of a claim, or says why one of them cannot be formed.
    ///
    /// - Parameters:
    ///   - input: the bytes as received, of any length and content. They are the caller's to wipe.
    ///   - today: the latest date that is believed. Only dates look at it.
    ///   - enabled: by default ``defaultVariants``. A number that the rule does not have is left out.
    /// - Throws: the first fault, in the order of the rule. An address given as one text is an `invalid-address`.
    public func canonicalForms(
        of input: [UInt8],
        today: CalendarDate,
        variants enabled: Set<UInt8>? = nil
    ) throws(ClaimRefusal) -> CanonicalForms {
        let text = try CleanText(input)
        let claim: any ParsedClaim =
            switch self {
            case .date(let order): try DateClaim(text, order: order, today: today)
            case .phone(let region): try PhoneClaim(text, region: region)
            case .email: try EmailClaim(text)
            case .nationalID(let scheme): try NationalIDClaim(text, scheme: scheme)
            case .name: NameClaim(text)
            case .reading: try ReadingClaim(text)
            case .text: TextClaim(text)
            case .address: throw .invalidAddress
            case .reference: try ReferenceClaim(text)
            }
        return try CanonicalForms(claim, variants: variants.intersection(enabled ?? defaultVariants))
    }

    /// The one variant of an address, of its two inputs. The postcode is looked at first.
    public static func canonicalForms(postcode: [UInt8], house: [UInt8]) throws(ClaimRefusal) -> CanonicalForms {
        let claim = try AddressClaim(postcode: CleanText(postcode), house: CleanText(house))
        return try CanonicalForms(claim, variants: FieldRule.address.defaultVariants)
    }
}

/// A claim that fits its rule.
protocol ParsedClaim {
    /// The text of one variant that the rule has. Only names can still fail here, where a variant leaves nothing.
    func form(_ variant: UInt8) throws(ClaimRefusal) -> Scalars
}

extension CanonicalForms {
    /// In ascending order, so that the same claim is always refused for the same reason.
    fileprivate init(_ claim: any ParsedClaim, variants enabled: Set<UInt8>) throws(ClaimRefusal) {
        var variants: [UInt8: Personal] = [:]
        for variant in enabled.sorted() {
            variants[variant] = Personal(try claim.form(variant).canonicalBytes)
        }
        self.variants = variants
    }
}

/// A refusal is what the rules throw. It says what is wrong and never quotes the text: nothing of a claim may reach a
/// log or an answer. Whoever knows the field wraps it as ``VaultError/invalidClaim(field:reason:)``.
extension ClaimRefusal: Error {}
