import AccountRecovery
import Foundation
import RecoveryPolicy
import RecoveryTestSupport
import Testing

@testable import recoveryctl

/// Everything personal is sealed or forgotten: customers whose every field can be recognised go through all that the
/// service does, and nothing of them is found in anything it left behind or said.
@Suite(.serialized)
struct PersonalDataTests {
    private static let cases = ProofLength.choose(short: 140, long: 2000)

    @Test func `personal data lies in the vault, and addresses in the letters that go to them`() async throws {
        let desk = try CanaryDesk(customers: Self.cases + 100)
        defer { desk.folder.discard() }
        let search = try NeedleSearch(desk.customers.flatMap(\.needles))
        let checks = try await work(at: desk)
        let commands = try command(desk)

        // What is searched for is what went in: every field of every customer stands in the import.
        let given = Set(search.hits(in: try desk.folder.bytes(of: "given/customers.jsonl")).map(\.needle))
        #expect(desk.customers.allSatisfy { given.isSuperset(of: $0.written) })

        let files = try desk.searched(with: search)
        for part in ["D/store/recovery.db", "D/store/reserve", "D.head/checkpoint", "bundle/", "tmp/", ".err"] {
            try #require(files.contains { $0.file.contains(part) }, "\(part) was not searched")
        }
        for (file, hits) in files { #expect(hits.isEmpty, "\(file)") }

        let letters = try readLetters(desk, search)
        try control(desk, search)
        try Figure(
            "R15",
            "personal data stays in the vault",
            covered: [
                .init(desk.customers.count, "customers in \(CanaryCustomer.alphabets.count) scripts"),
                .init(search.count, "patterns"), .init(Self.cases, "cases"), .init(checks, "checks"),
                .init(commands, "commands"), .init(files.count, "files"), .init(letters, "letters"),
            ],
            bad: 0,
            control: "a canary in a line of a log, and one in freed pages"
        ).report()
    }

    /// Cases and checks of all kinds, by the service in this process over the real store. Returns how many checks.
    private func work(at desk: CanaryDesk) async throws -> Int {
        try await desk.open { open in
            var agents: [RecoveryService] = []
            for agent in CanaryDesk.agents { agents.append(try await open.signIn(try #require(StaffName(agent))).desk) }
            let ada = try await open.signIn(try #require(StaffName("ada")))
            var checks = 0
            for (number, customer) in desk.customers.prefix(Self.cases).enumerated() {
                let agent = agents[number % agents.count]
                let request = OpenCase(
                    account: SecretText(testing: customer.account),
                    purpose: .unlock,
                    channel: .phone
                )
                let name = try await agent.openCase(request).recoveryCase.name
                // Failures are limited by agent and day, so most callers know the customer.
                let isWrong = number % 13 == 0 && number < 13 * CanaryDesk.agents.count * 10
                let said = try customer.said(wrong: isWrong)
                let fields = try JSONDecoder().decode([String: String].self, from: Data(said.utf8))
                let details = fields.map { ClaimedDetail(field: $0.key, value: SecretText(testing: $0.value)) }
                let answer = try await agent.checkDetails(name, details)
                try #require(answer.outcome == (isWrong ? .fail : .pass))
                checks += 1
                if number.isMultiple(of: 2) {
                    _ = try await agent.sendCode(name, by: number.isMultiple(of: 4) ? .email : .sms)
                    _ = try await agent.checkIssuedCode(name, code: SecretText(testing: "00000000"))
                    checks += 1
                }
                if number.isMultiple(of: 5) || number % 24 == 7 {
                    _ = try await agent.addNote(name, SecretText(testing: customer.note))
                }
                if number.isMultiple(of: 20) { _ = try await agent.cancel(name) }
                // Rows that were rewritten and rows that are gone leave pages behind.
                if number % 24 == 5 {
                    _ = try await ada.desk.enrolCodes(SecretText(testing: customer.account))
                }
                if number % 24 == 7 {
                    _ = try await agent.cancel(name)
                    let account = SecretText(testing: customer.account)
                    let proposal = try await ada.desk.erasureProposal(account, basis: "art17")
                    try #require(proposal.count == 1)
                    _ = try await ada.desk.erase(account, ada.key.sign(proposal, as: ada.name))
                }
            }
            return checks
        }
    }

    /// The same through the programs, which are also given what they refuse. Returns how many commands ran.
    private func command(_ desk: CanaryDesk) throws -> Int {
        let agent = "agent1"
        var commands = 12
        var noted = ""
        func expect(_ code: Int32, _ words: String..., stdin: String? = nil) throws {
            let answer = try desk.start(["--as", agent] + words, stdin: stdin).answer()
            #expect(answer.code == code, "\(words): \(answer.stdout)\(answer.stderr)")
            commands += 1
        }
        let open = ["--purpose", "unlock", "--channel", "phone", "--account-stdin"]
        for customer in desk.customers[Self.cases..<Self.cases + 6] {
            let opened = try desk.start(["--as", agent, "case", "open"] + open, stdin: customer.account).answer()
            let name = String(try #require(opened.stdout.firstMatch(of: /C-[0-9A-Z]{10}/)).output)
            try expect(0, "case", "check", name, "details", "--input", "-", stdin: customer.said(wrong: false))
            try expect(1, "case", "check", name, "details", "--input", "-", stdin: customer.said(wrong: true))
            // Not to be read as what it is said to be.
            let bad = #"{"date_of_birth":"\#(customer.fields["name"] ?? "")","name":"\#(customer.account)"}"#
            try expect(64, "case", "check", name, "details", "--input", "-", stdin: bad)
            try expect(64, "case", "check", name, "details", "--input", "-", stdin: customer.account)
            try expect(0, "case", "check", name, "issued-code", "--send", "email")
            try expect(0, "case", "show", name, "--json")
            try expect(0, "case", "note", name, stdin: customer.note)
            try expect(64, "case", "note", name, "--text-file", "-", stdin: customer.note + "\u{7}")
            noted = name
            commands += 1
        }
        let customer = desk.customers[Self.cases + 8]
        for person in ["ada", "sam"] {
            try desk.done("--as", person, "account", "show", "--account-stdin", stdin: customer.account)
        }
        let enrol = ["--as", "ada", "account", "enrol", "--account-stdin", "totp", "--uri-file", "given/phone.uri"]
        #expect(try desk.start(enrol, stdin: customer.account).answer().code == 0)
        // Nobody of this name, a line that is no customer, and one that is there already.
        try desk.run("--as", "sam", "account", "show", "--account-stdin", stdin: customer.fields["name"])
        let broken = try customer.line.replacing(customer.fields["date_of_birth"] ?? "", with: customer.account)
        for line in [broken, try customer.line, String(try customer.line.dropLast(9))] {
            let answer = try desk.run("--as", "ada", "account", "import", "-", stdin: line)
            #expect(answer.code != 0, "\(answer.stdout)")
        }
        for words in [
            ["status"], ["doctor"], ["case", "list", "--all"], ["audit", "show"], ["audit", "export", "bundle"],
            ["audit", "export", "given/bundle"], ["audit", "disclose", "given/bundle", "--case", noted],
            ["audit", "story", noted],
        ] {
            #expect(try desk.start(["--as", "ada"] + words).answer().code == 0, "\(words)")
        }
        for words in [["connector", "deliver"], ["connector", "reconcile"]] {
            #expect(try desk.start(["--as", "ada"] + words).answer().code == 0, "\(words)")
        }
        // What was disclosed is what was noted, so that a search of the rest would find it there.
        let disclosed = try desk.folder.bytes(of: "given/bundle/disclosed.jsonl")
        let search = try NeedleSearch(desk.customers[Self.cases + 5].needles.filter { $0.kind == "note" })
        try #require(!search.hits(in: disclosed).isEmpty)
        return commands + 16
    }

    /// A letter names the address that it goes to, in its `To:`, and nobody's name, birthday or number besides.
    /// Returns how many letters there are.
    private func readLetters(_ desk: CanaryDesk, _ search: NeedleSearch) throws -> Int {
        let letters = try desk.letters()
        try #require(letters.count >= Self.cases / 2)
        for letter in letters {
            let lines = letter.text.split(separator: "\n", omittingEmptySubsequences: false)
            let to = lines.filter { $0.hasPrefix("To: ") }
            try #require(to.count == 1)
            let addressed = search.hits(in: to[0].utf8)
            #expect(Set(addressed.map(\.needle.kind)).isSubset(of: ["email", "phone"]))
            #expect(!addressed.isEmpty)
            let rest = lines.filter { !$0.hasPrefix("To: ") }.joined(separator: "\n")
            #expect(search.hits(in: rest.utf8).isEmpty, "\(letter.file)")
        }
        return letters.count
    }

    /// The controls: a line of a log in the data directory, and rows deleted by a connection that overwrites nothing.
    private func control(_ desk: CanaryDesk, _ search: NeedleSearch) throws {
        let name = try #require(desk.customers[3].fields["name"])
        try desk.folder.write("compared \(name) with what is stored\n", to: "D/store/debug.log")
        let found = try desk.searched(with: search).filter { !$0.hits.isEmpty }
        #expect(found.map(\.file) == ["D/store/debug.log"])
        #expect(found.first?.hits.first?.needle.kind == "name")
        try FileManager.default.removeItem(at: desk.folder.place("D/store/debug.log"))

        for (setting, isFound) in [("OFF", true), ("ON", false)] {
            let copy = try desk.folder.place("copy-\(setting).db")
            try FileManager.default.copyItem(at: desk.folder.place("D/store/recovery.db"), to: copy)
            let statements = """
                PRAGMA secure_delete=\(setting); CREATE TABLE seen (name TEXT);
                INSERT INTO seen VALUES ('\(name)'); DROP TABLE seen;
                """
            let surroundings = Program.Surroundings(
                folder: desk.folder.url,
                outputs: desk.folder.outputs,
                environment: [:]
            )
            let sqlite = try Program(Player.find(.sqlite3), [copy.path, statements], in: surroundings, stdin: nil)
            try #require(try sqlite.answer().code == 0)
            let hits = search.hits(in: try Data(contentsOf: copy))
            #expect(hits.contains { $0.needle.kind == "name" } == isFound, "secure_delete=\(setting)")
        }
    }
}
