/// How words of a policy are stored in cases: by their names. A name that is not known is refused.
extension Channel: Codable {}
extension Purpose: Codable {}
extension DeliveryMethod: Codable {}

extension CheckKind: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let kind = CheckKind(name: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a check")
        }
        self = kind
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
