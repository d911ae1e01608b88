/// A region of which we know how its telephones dial (Docs/Specs/vault.md §10.3).
public struct PhoneRegion: Sendable, Hashable {
    /// The two letters of ISO 3166-1.
    public let code: String
    /// E.164 country code.
    let countryCode: Scalars
    /// Dialled before a national number and no part of it; empty where there is none.
    let trunkPrefix: Scalars
    /// Dialled before a country code.
    let internationalPrefix: Scalars

    /// Returns `nil` for a region that is not in the table, which is an error of the configuration, not of a claim.
    public init?(_ code: String) {
        guard let region = Self.all.first(where: { $0.code == code }) else { return nil }
        self = region
    }

    /// Added after the rule had its number. What already began with `+` or an international prefix keeps the result that
    /// it had: a `0` behind the country code stays.
    private let isLater: Bool

    private init(
        _ code: String,
        _ country: StaticString,
        trunk: StaticString,
        international: StaticString,
        isLater: Bool = false
    ) {
        self.code = code
        self.isLater = isLater
        countryCode = .init(country)
        trunkPrefix = .init(trunk)
        internationalPrefix = .init(international)
    }

    /// Every region, by code.
    public static let all = [
        PhoneRegion("AE", "971", trunk: "0", international: "00"),
        PhoneRegion("AT", "43", trunk: "0", international: "00"),
        PhoneRegion("AU", "61", trunk: "0", international: "0011"),
        PhoneRegion("BR", "55", trunk: "0", international: "00"),
        PhoneRegion("CA", "1", trunk: "1", international: "011"),
        PhoneRegion("CH", "41", trunk: "0", international: "00"),
        PhoneRegion("CN", "86", trunk: "0", international: "00"),
        PhoneRegion("CZ", "420", trunk: "", international: "00"),
        PhoneRegion("DE", "49", trunk: "0", international: "00"),
        PhoneRegion("ES", "34", trunk: "", international: "00"),
        PhoneRegion("FR", "33", trunk: "0", international: "00"),
        PhoneRegion("GB", "44", trunk: "0", international: "00"),
        PhoneRegion("HK", "852", trunk: "", international: "001"),
        PhoneRegion("ID", "62", trunk: "0", international: "001", isLater: true),
        PhoneRegion("IN", "91", trunk: "0", international: "00"),
        PhoneRegion("IT", "39", trunk: "", international: "00"),
        PhoneRegion("JP", "81", trunk: "0", international: "010"),
        PhoneRegion("KR", "82", trunk: "0", international: "001"),
        PhoneRegion("NG", "234", trunk: "0", international: "009"),
        PhoneRegion("NL", "31", trunk: "0", international: "00"),
        PhoneRegion("PL", "48", trunk: "", international: "00"),
        PhoneRegion("RU", "7", trunk: "8", international: "810"),
        PhoneRegion("SE", "46", trunk: "0", international: "00"),
        PhoneRegion("SG", "65", trunk: "", international: "000"),
        PhoneRegion("TR", "90", trunk: "0", international: "00"),
        PhoneRegion("TW", "886", trunk: "0", international: "002"),
        PhoneRegion("UA", "380", trunk: "0", international: "00"),
        PhoneRegion("US", "1", trunk: "1", international: "011"),
        PhoneRegion("VN", "84", trunk: "0", international: "00", isLater: true),
        PhoneRegion("ZA", "27", trunk: "0", international: "00"),
    ]

    /// The longest country code at the start of `digits` among the regions whose trunk prefix is `0`.
    static func zeroTrunkCode(of digits: Scalars) -> Scalars? {
        all.lazy.filter { $0.trunkPrefix == ["0"] && !$0.isLater && digits.starts(with: $0.countryCode) }
            .map(\.countryCode)
            .max { $0.count < $1.count }
    }
}
