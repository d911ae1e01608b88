import Foundation

/// A customer of whom every personal field can be recognised wherever it turns up.
struct CanaryCustomer: Sendable {
    /// The fields of an import.
    let fields: [String: String]
    /// What to look for: each field as it is written, and in the forms in which it is compared.
    let needles: Set<Needle>
    /// What of it stands in the import letter for letter.
    let written: [Needle]
    /// What an agent writes down about them, which stands in no import.
    let note: String

    var account: String { fields["account"] ?? "" }

    /// One line of an import.
    var line: String {
        get throws {
            String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
        }
    }

    /// What the caller says, as one JSON object.
    func said(wrong: Bool) throws -> String {
        var said = fields.filter { ["name", "date_of_birth", "email", "national_id"].contains($0.key) }
        // Words of somebody's own are as personal when they are wrong.
        if wrong { said["name"] = fields["address"] }
        return String(decoding: try JSONEncoder().encode(said), as: UTF8.self)
    }
}

extension CanaryCustomer {
    /// The scripts that customers write in. What is compared is folded, so capitals and marks are among them.
    static let alphabets: [[Character]] = [
        Array("abcdefghijklmnopqrstuvwxyz"),
        Array("äöüéñøłçžåœğõý"),
        Array("αβγδεζηθικλμνξοπρτυφχψω"),
        Array("абвгдежзийклмнопрстуфхцчшщъыьэюя"),
        Array("אבגדהוזחטילמנסעפצקרשת"),
        Array("ابتثجحخدذرزسشصضطظعغفقكلمنهوي"),
        Array("कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह"),
        (0x4e00..<0x5e00).compactMap { UnicodeScalar($0).map(Character.init) },
        (0xac00..<0xbc00).compactMap { UnicodeScalar($0).map(Character.init) },
    ]

    /// The same customers on every machine.
    static func make(_ count: Int) -> [CanaryCustomer] {
        var letters = Letters()
        return (0..<count).map { CanaryCustomer(number: $0, &letters) }
    }

    private init(number: Int, _ letters: inout Letters) {
        let script = Self.alphabets[number % Self.alphabets.count]
        let plain = Self.alphabets[0]
        let name = letters.word(of: script)
        let street = letters.word(of: script)
        let account = "QV" + letters.word(of: plain).uppercased()
        let identity = "ZX" + letters.word(of: plain).uppercased()
        let local = letters.word(of: plain)
        let telephone = "7" + (0..<9).map { _ in letters.digit() }.joined()
        // Every day of a hundred years is about as likely, and none comes twice.
        let day = DateComponents(year: 1900, month: 1, day: 1 + number * 97 % 36_000)
        let born = Calendar(identifier: .gregorian).date(from: day) ?? .distantPast
        let date = born.formatted(Date.ISO8601FormatStyle(timeZone: .current).year().month().day())
        fields = [
            "account": account, "name": name.capitalized + " " + letters.word(of: script), "date_of_birth": date,
            "email": local + "@canary.example", "phone": "+44" + telephone, "country": "GB",
            "national_id": identity, "address": "12 " + street.capitalized,
        ]
        let noted = letters.word(of: script).capitalized
        note = "Calls for \(noted).\nHas no telephone."
        let turned = date.split(separator: "-").reversed().joined(separator: ".")
        written = [
            Needle("account", account), Needle("name", name.capitalized), Needle("date_of_birth", date),
            Needle("email", local), Needle("phone", telephone), Needle("national_id", identity),
            Needle("address", street.capitalized),
        ]
        needles = Set(written).union(written.flatMap { Self.forms(of: $0.text ?? "", $0.kind) })
            .union([Needle("date_of_birth", turned), Needle("note", noted)]).union(Self.forms(of: noted, "note"))
    }

    private static func forms(of text: String, _ kind: String) -> [Needle] {
        let plain = text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
        return [
            text.lowercased(), text.uppercased(), text.decomposedStringWithCanonicalMapping,
            text.lowercased().decomposedStringWithCanonicalMapping, plain,
        ].map { Needle(kind, $0) }
    }

    /// Words that nobody else writes.
    private struct Letters {
        private var state: UInt64 = 15

        mutating func word(of alphabet: [Character]) -> String {
            // Of a large alphabet fewer letters are as rare, and names do not become too long.
            String((0..<(alphabet.count > 1000 ? 6 : 11)).map { _ in alphabet[next(below: alphabet.count)] })
        }

        mutating func digit() -> String { String(next(below: 10)) }

        /// SplitMix64.
        private mutating func next(below bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((word ^ (word >> 31)) % UInt64(bound))
        }
    }
}
