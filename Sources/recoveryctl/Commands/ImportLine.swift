import AccountRecovery
import Foundation

/// One customer as a line of JSON gives them.
struct ImportLine {
    let account: NewAccount

    /// Which field is wrong, and how. Never the value.
    struct Refusal: Error, Equatable {
        let field: String
        let reason: String
    }

    /// Fields that are personal, and sealed.
    static let personal: Set = ["account", "name", "date_of_birth", "email", "phone", "address", "national_id"]
    private static let open: Set = ["country", "language", "stake"]

    /// BCP 47 tag of a customer whose language is not given.
    private static let language = "en"

    init(_ line: some Sequence<UInt8>, number: Int) throws(Refusal) {
        guard let members = try? JSONDecoder().decode([String: Member].self, from: Data(line)) else {
            throw Refusal(field: "line", reason: "is no JSON object of texts and numbers")
        }
        for name in members.keys.sorted() where !Self.personal.contains(name) && !Self.open.contains(name) {
            // What stands in the place of a name may be a customer's words, or commands to a terminal.
            guard Self.looksLikeField(name) else {
                throw Refusal(field: "line", reason: "has a field that is none of an import")
            }
            throw Refusal(field: name, reason: "is no field of an import")
        }
        var fields: [String: SecretText] = [:]
        for (name, member) in members where Self.personal.contains(name) {
            guard let text = try Self.text(member, name) else { continue }
            fields[name] = SecretText(of: text)
        }
        guard fields["account"] != nil else { throw Refusal(field: "account", reason: "is missing") }
        var stake: Int64 = 0
        switch members["stake"] {
        case .none, .some(.nothing): break
        case .some(.number(let number)) where number >= 0: stake = number
        case .some: throw Refusal(field: "stake", reason: "is no whole number from 0")
        }
        account = NewAccount(
            line: number,
            fields: fields,
            country: try members["country"].flatMap { member throws(Refusal) in try Self.text(member, "country") },
            language: try members["language"].flatMap { member throws(Refusal) in try Self.text(member, "language") }
                ?? Self.language,
            stake: stake
        )
    }

    /// Small letters and underscores, as few as a field of anybody's export needs: safe to repeat.
    private static func looksLikeField(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count) && name.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x5f }
    }

    private static func text(_ member: Member, _ name: String) throws(Refusal) -> String? {
        switch member {
        case .text(let text) where !text.isEmpty: text
        case .text, .nothing: nil
        case .number: throw Refusal(field: name, reason: "is a number where a text belongs")
        }
    }

    private enum Member: Decodable {
        case text(String)
        case number(Int64)
        case nothing

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .nothing
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .number(try container.decode(Int64.self))
            }
        }
    }
}
