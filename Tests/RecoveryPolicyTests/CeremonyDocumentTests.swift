import RecoveryPolicy
import Testing

@Suite struct CeremonyDocumentTests {
    private static let key = String(repeating: "a1", count: 32)
    private static let other = String(repeating: "b2", count: 32)
    private static let third = String(repeating: "c3", count: 32)

    private static let text = """
        format: account-recovery/ceremony/v1
        title: The keys of the second year
        keys:
          - role: pii
            version: 2
            provider: file:/srv/recovery/keys/pii-2.key
          - role: sys
            version: 3
            provider: passphrase:/srv/recovery/keys/sys-3.rvp
        shares:
          threshold: 2
          recipients:
            - name: ada
              public_key: "\(key)"
            - name: mia
              public_key: \(other)
            - name: vera
              public_key: \(third)
        participants:
          - name: ada
            public_key: \(other)
          - name: sam
            public_key: \(third)

        """

    @Test func `reads what shall be made, and who takes part`() throws {
        let plan = try CeremonyDocument.read(Self.text)
        #expect(plan.title == "The keys of the second year")
        #expect(plan.keys.map(\.role) == [.pii, .sys])
        #expect(plan.keys.map(\.version) == [2, 3])
        #expect(plan.keys.map(\.line) == [4, 7])
        #expect(plan.keys[1].provider == "passphrase:/srv/recovery/keys/sys-3.rvp")
        #expect(plan.shares?.threshold == 2)
        #expect(plan.shares?.recipients.map(\.name) == ["ada", "mia", "vera"])
        #expect(plan.shares?.recipients[0].publicKey == Self.key)
        #expect(plan.participants.map(\.name) == ["ada", "sam"])
        #expect(plan.participants.map(\.line) == [20, 22])
    }

    @Test func `divides nothing where no shares are asked for`() throws {
        let start = try #require(Self.text.firstRange(of: "shares:")).lowerBound
        let end = try #require(Self.text.firstRange(of: "participants:")).lowerBound
        let plan = try CeremonyDocument.read(String(Self.text[..<start] + Self.text[end...]))
        #expect(plan.shares == nil)
    }

    @Test(arguments: [
        ("another format", "ceremony/v1", "ceremony/v2", PolicyError.Code.unknownName, 1),
        ("an unknown key", "title:", "titel:", .unknownKey, 2),
        ("an unknown key of a key", "    version: 2", "    versoin: 2", .unknownKey, 5),
        ("a missing key", "    version: 2\n", "", .missingKey, 4),
        ("a role that is none", "role: pii", "role: log", .unknownName, 4),
        ("a role in capitals", "role: pii", "role: PII", .unknownName, 4),
        ("a role twice", "role: sys", "role: pii", .duplicateMember, 7),
        ("version zero", "version: 2", "version: 0", .notANumber, 5),
        ("a version of 33 bits", "version: 2", "version: 4294967296", .notANumber, 5),
        ("a version with a leading zero", "version: 2", "version: 02", .notANumber, 5),
        ("no place for a key", "provider: file:/srv/recovery/keys/pii-2.key", "provider: \"\"", .wrongShape, 6),
        (
            "one place for two keys", "passphrase:/srv/recovery/keys/sys-3.rvp", "file:/srv/recovery/keys/pii-2.key",
            .duplicateMember, 7
        ),
        ("a threshold of one", "threshold: 2", "threshold: 1", .notANumber, 11),
        ("a threshold above the number of shares", "threshold: 2", "threshold: 4", .notANumber, 11),
        ("a recipient twice", "name: mia", "name: ada", .duplicateMember, 15),
        ("a recipient's key twice", "\(other)\n    - name: vera", "\(key)\n    - name: vera", .duplicateMember, 15),
        ("a name that climbs out of the folder", "name: mia", "name: ../mia", .notAName, 15),
        ("a name of another script", "name: mia", "name: міа", .notAName, 15),
        ("a key that is too short", "\"\(key)\"", "\"\(key.dropLast())\"", .wrongShape, 14),
        ("a key in capitals", "\"\(key)\"", "\"\(key.uppercased())\"", .wrongShape, 14),
        ("a ceremony of one", "\n  - name: sam\n    public_key: \(third)", "", .wrongShape, 20),
        ("nobody", "participants:", "attendants:", .unknownKey, 19),
    ])
    func `refuses with the line`(what: String, from: String, to: String, code: PolicyError.Code, line: Int) throws {
        try #require(Self.text.contains(from))
        // The first place, so that the line is known.
        let range = try #require(Self.text.firstRange(of: from))
        let spoiled = Self.text[..<range.lowerBound] + to + Self.text[range.upperBound...]
        do {
            _ = try CeremonyDocument.read(String(spoiled))
            Issue.record("\(what) was read")
        } catch {
            #expect(error.code == code, "\(error)")
            #expect(error.line == line, "\(error)")
        }
    }

    @Test func `refuses no keys and too many`() {
        let none = "format: account-recovery/ceremony/v1\ntitle: t\nkeys: []\nparticipants: []\n"
        do {
            _ = try CeremonyDocument.read(none)
            Issue.record("a ceremony without a key was read")
        } catch {
            #expect(error.code == .wrongShape && error.line == 3)
        }
    }
}
