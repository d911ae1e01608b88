import Foundation
import RecoveryCrypto
import RecoveryTestSupport
import RecoveryVault
import Testing

@testable import AccountRecovery

/// What callers of twenty regions say, through the whole of a comparison: imported, sealed, and compared by tags.
@Suite(.timeLimit(.minutes(10))) struct SpokenTests {
    private struct Vectors: Decodable {
        let counts: [String: Int]
        let regions: [Region]
    }

    private struct Region: Decodable {
        let country: String
        let person: [String: String]
        let said: [Said]
    }

    private struct Said: Decodable {
        let field: String
        let text: String
        /// `match`, `differs`, or why it is refused.
        let result: String
        let country: Bool?
    }

    /// A desk with customers, and what a claim about one of them comes to.
    private struct Room {
        let world: TestDesk

        init(_ people: [(country: String?, fields: [String: String])]) async throws {
            world = try await TestDesk()
            let accounts = people.enumerated().map { number, person in
                NewAccount(
                    line: number + 1,
                    fields: person.fields.mapValues { SecretText(testing: $0) },
                    country: person.country,
                    language: "en",
                    stake: 1
                )
            }
            let answer = try await world.admin.importAccounts(accounts, skippingBad: false) { _ in }
            try #require(answer.imported == people.count)
        }

        func pseudonym(of person: [String: String]) async throws -> AccountRecovery.Pseudonym {
            let reference = SecretText(testing: try #require(person["account"]))
            let vault = world.parts.vault
            return try await world.store.read { try vault.find(reference, in: $0).pseudonym }
        }

        /// Compares one claim, beside one that is right: a field alone is refused.
        func result(
            of text: String,
            as field: String,
            country: String?,
            about person: [String: String],
            known pseudonym: AccountRecovery.Pseudonym
        ) async throws -> String {
            let anchor = field == "national_id" ? "email" : "national_id"
            var details = [(field, text), (anchor, person[anchor] ?? "")]
            if let country { details.append(("country", country)) }
            let claimed = details.map { ClaimedDetail(field: $0.0, value: SecretText(testing: $0.1)) }
            let vault = world.parts.vault
            let now = world.clock.now()
            do {
                return try await world.store.read { reader in
                    let claims = try vault.normalise(claimed, at: now)
                    switch try vault.compare(claims, of: pseudonym, in: reader) {
                    case .pass: return "match"
                    case .fail: return "differs"
                    case .indeterminate: return "indeterminate"
                    }
                }
            } catch ServiceError.invalidClaim(let field, let reason) {
                #expect(details.map(\.0).contains(field))
                return reason
            }
        }
    }

    @Test func `match what is stored, differ from it, or are refused with the reason, and are never guessed`()
        async throws
    {
        let vectors = try VectorFile.decode(Vectors.self, from: "ours-vault-spoken.json")
        #expect(vectors.regions.count == 20)
        let room = try await Room(vectors.regions.map { ($0.country, $0.person) })
        var count = 0
        for region in vectors.regions {
            let pseudonym = try await room.pseudonym(of: region.person)
            for said in region.said {
                let country = said.country == false ? nil : region.country
                let result = try await room.result(
                    of: said.text,
                    as: said.field,
                    country: country,
                    about: region.person,
                    known: pseudonym
                )
                #expect(result == said.result, "\(region.country) \(said.field): \(said.text)")
                count += 1
            }
        }
        #expect(count == vectors.counts["said"] && count > 500)
    }

    // The customers lie beside the project and are not part of it.
    @Test(.enabled(if: Export.file != nil, "no file ../shared/data/customers-2000.jsonl"))
    func `match customers of twenty regions as they would name themselves`() async throws {
        let lines = try String(contentsOf: #require(Export.file), encoding: .utf8).split(separator: "\n")
        try #require(lines.count == 2000)
        let step = ProofLength.choose(short: 19, long: 1)
        let people = try stride(from: 0, to: lines.count, by: step).map { number in
            try JSONDecoder().decode(Exported.self, from: Data(lines[number].utf8))
        }
        let room = try await Room(people.map { ($0.country, $0.fields) })
        var matched: [String: (matched: Int, said: Int)] = [:]
        for person in people {
            let pseudonym = try await room.pseudonym(of: person.fields)
            for (field, text) in person.spoken {
                let result = try await room.result(
                    of: text,
                    as: field,
                    country: person.country,
                    about: person.fields,
                    known: pseudonym
                )
                #expect(result == "match", "\(person.account) \(person.country) \(field)")
                matched[person.country, default: (0, 0)].matched += result == "match" ? 1 : 0
                matched[person.country, default: (0, 0)].said += 1
            }
        }
        #expect(matched.count == 20)
        let words = matched.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.matched)/\($0.value.said)" }
        print("spoken by \(people.count) customers, matched of said: " + words.joined(separator: ", "))
    }
}

/// A customer of the file, and what they would say by the ways of their region.
private struct Exported: Decodable {
    let account: String
    let name: String
    let date_of_birth: String
    let email: String
    let phone: String
    let country: String
    let national_id: String

    var fields: [String: String] {
        [
            "account": account, "name": name, "date_of_birth": date_of_birth, "email": email, "phone": phone,
            "national_id": national_id,
        ]
    }

    var spoken: [(field: String, text: String)] {
        names.map { ("name", $0) } + phones.map { ("phone", $0) } + dates.map { ("date_of_birth", $0) }
            + [("email", email.uppercased()), ("national_id", " " + national_id.lowercased())]
    }

    /// Shouted, in full width, with hyphens between what was apart; in another order where parts are known as such.
    private var names: [String] {
        let isEastAsian = ["JP", "KR", "CN", "TW"].contains(country)
        var names = [name, name.replacing(" ", with: "\u{3000}")]
        if isEastAsian {
            names.append(name.replacing(" ", with: ""))
        } else {
            names.append(name.split(separator: " ").reversed().joined(separator: " "))
            names.append(name.replacing(" ", with: "-"))
            // Turkish capitals are their own: i and ı are folded, and not by the rules of English.
            if country != "TR" { names.append(name.uppercased()) }
        }
        return names
    }

    /// As dialled at home, with what is put between the digits there.
    private var phones: [String] {
        guard let plan = Self.dialling[country] else { return [phone] }
        let national = plan.trunk + phone.dropFirst(plan.code.count + 1)
        let spaced = national.prefix(3) + " " + national.dropFirst(3).prefix(3) + "-" + national.dropFirst(6)
        let digits = Array("０１２３４５６７８９")
        let wide = String(national.map { $0.wholeNumberValue.map { digits[$0] } ?? $0 })
        return [phone, String(national), String(spaced), wide]
    }

    /// As E.164 and the regions' numbering plans have it, written out a second time.
    private static let dialling: [String: (code: String, trunk: String)] = [
        "AE": ("971", "0"), "BR": ("55", "0"), "CN": ("86", ""), "CZ": ("420", ""), "DE": ("49", "0"), "ES": ("34", ""),
        "FR": ("33", "0"), "GB": ("44", "0"), "ID": ("62", "0"), "IN": ("91", "0"), "IT": ("39", ""), "JP": ("81", "0"),
        "KR": ("82", "0"), "PL": ("48", ""), "RU": ("7", "8"), "SE": ("46", "0"), "TR": ("90", "0"), "TW": ("886", "0"),
        "US": ("1", "1"), "VN": ("84", "0"),
    ]

    /// By day, month and year where that cannot be misread, else by the year first.
    private var dates: [String] {
        let parts = date_of_birth.split(separator: "-").map(String.init)
        var dates = [date_of_birth, parts.joined(), parts.joined(separator: "/")]
        guard let day = Int(parts[2]), let month = Int(parts[1]) else { return dates }
        if day > 12 || day == month {
            dates.append(country == "US" ? "\(month)/\(day)/\(parts[0])" : "\(day).\(month).\(parts[0])")
        }
        if country == "AE" {
            let digits = Array("٠١٢٣٤٥٦٧٨٩")
            dates.append(String(date_of_birth.map { $0.wholeNumberValue.map { digits[$0] } ?? $0 }))
        }
        if ["JP", "CN", "TW"].contains(country) { dates.append("\(parts[0])年\(month)月\(day)日") }
        if country == "KR" { dates.append("\(parts[0])년 \(month)월 \(day)일") }
        return dates
    }
}

private enum Export {
    static let file: URL? = {
        let project = VectorFile.folder.deletingLastPathComponent().deletingLastPathComponent()
        let file = project.deletingLastPathComponent().appending(path: "shared/data/customers-2000.jsonl")
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }()
}
