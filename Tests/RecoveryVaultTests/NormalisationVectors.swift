import RecoveryTestSupport
import RecoveryVault
import Testing

/// One case of `ours-vault-normalisation.json`: a claim, and its canonical bytes by variant or the reason of refusal.
struct ClaimVector: Decodable, Sendable, CustomTestStringConvertible {
    struct Parameters: Decodable {
        var order: String?
        var region: String?
        var scheme: String?
        var today: String?
    }

    let id: String
    let kind: String
    let norm: UInt8
    let parameters: Parameters
    let input: String?
    let postcode: String?
    let house: String?
    let canonical: [String: String]?
    let error: String?

    var testDescription: String { id }

    /// The file's own count of its cases, by kind.
    static let counts = [
        "address": 36, "date": 42, "email": 41, "name": 56, "national-id": 42, "phone": 43, "reading": 32,
        "reference": 32, "text": 12,
    ]

    static let all: [ClaimVector] = {
        struct File: Decodable { let vectors: [ClaimVector] }
        return (try? VectorFile.decode(File.self, from: "ours-vault-normalisation.json").vectors) ?? []
    }()

    /// The rule under test with the parameters of this case.
    func rule() throws -> FieldRule {
        switch kind {
        case "date": return .date(DateOrder(word: parameters.order ?? ""))
        case "phone":
            guard let code = parameters.region else { return .phone(nil) }
            let region: PhoneRegion = try #require(PhoneRegion(code))
            return .phone(region)
        case "email": return .email
        case "national-id":
            return .nationalID(try #require(IdentityScheme(rawValue: parameters.scheme ?? "")))
        case "name": return .name
        case "reading": return .reading
        case "text": return .text
        case "address": return .address
        default:
            try #require(kind == "reference")
            return .reference
        }
    }

    /// The inputs as received: two for an address, postcode first, and one for every other kind.
    func inputs() throws -> [[UInt8]] {
        if kind == "address" {
            return [[UInt8](hex: try #require(postcode)), [UInt8](hex: try #require(house))]
        }
        return [[UInt8](hex: try #require(input))]
    }

    /// What comes out.
    func outcome() throws -> ClaimOutcome {
        try ClaimOutcome(rule(), inputs())
    }

    /// What the file says must come out.
    func expected() throws -> ClaimOutcome {
        if let error { return .refused(try #require(ClaimRefusal(rawValue: error))) }
        let forms = try #require(canonical).map { number, bytes in (try #require(UInt8(number)), [UInt8](hex: bytes)) }
        return .formed(Dictionary(uniqueKeysWithValues: forms))
    }
}

/// What a rule made of a claim, with every variant that it has.
enum ClaimOutcome: Equatable {
    case formed([UInt8: [UInt8]])
    case refused(ClaimRefusal)

    /// The day on which the vectors were made.
    static let today = CalendarDate(year: 2026, month: 1, day: 1)

    /// - Parameter inputs: two for an address, one otherwise.
    init(_ rule: FieldRule, _ inputs: [[UInt8]]) throws {
        let today = try #require(Self.today)
        do throws(ClaimRefusal) {
            let forms =
                if inputs.count == 2 {
                    try FieldRule.canonicalForms(postcode: inputs[0], house: inputs[1])
                } else {
                    try rule.canonicalForms(of: inputs[0], today: today, variants: rule.variants)
                }
            self = .formed(forms.bytes)
        } catch {
            self = .refused(error)
        }
    }

    init(_ rule: FieldRule, _ text: String) throws {
        try self.init(rule, [Array(text.utf8)])
    }

    /// The text of one variant, or `nil` where the claim was refused.
    subscript(variant: UInt8) -> String? {
        guard case .formed(let forms) = self, let bytes = forms[variant] else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
