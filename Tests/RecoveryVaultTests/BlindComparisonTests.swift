import RecoveryCrypto
import Testing

@testable import RecoveryVault

@Suite struct BlindComparisonTests {
    /// A person with a birthday, a name in three forms, a second phone and no national identifier.
    struct Person {
        var values: [FieldCode: [[UInt8: String]]] = [
            .dateOfBirth: [[1: "1985-02-28"]],
            .name: [[1: "josé garcía", 2: "jose garcia", 3: "garcia jose"]],
            .nationalID: [[:]],
            .phone: [[:], [1: "+447700900123"]],
        ]
        let tenant = TenantID.random()
        let subject = SubjectID.random()
        let key = SubjectKey(hex: Example.matchingKey, .matching)

        func rows(_ comparison: BlindComparison) throws -> [FieldRow] {
            var rows: [FieldRow] = []
            for field in comparison.fields {
                for slot in 0..<field.slots {
                    let place = FieldContext(
                        tenant: tenant,
                        subject: subject,
                        field: field.field,
                        slot: slot,
                        rowVersion: .first(afterRestores: 0)
                    )
                    let forms = values[field.field]?[Int(slot)] ?? [:]
                    let tags = try field.variants.map { variant in
                        guard let text = forms[variant] else {
                            return MatchTag.absent(rule: field.rule, variant: variant)
                        }
                        let canonical = Array(text.utf8)
                        return try MatchTag(
                            of: canonical.span,
                            algorithm: field.algorithm,
                            rule: field.rule,
                            variant: variant,
                            at: place,
                            key: key
                        )
                    }
                    rows.append(
                        FieldRow(
                            field: field.field,
                            slot: slot,
                            rowVersion: place.rowVersion,
                            commitment: SHA256.digest(of: [UInt8(slot)]),
                            tags: tags
                        )
                    )
                }
            }
            return rows
        }

        func stored(_ rows: [FieldRow]) throws -> BlindComparison.Subject {
            let manifest = try Manifest(
                of: rows,
                tenant: tenant,
                subject: subject,
                epoch: .first(afterRestores: 0),
                key: key
            )
            return BlindComparison.Subject(tenant: tenant, subject: subject, manifest: manifest, rows: rows)
        }
    }

    static let comparison = BlindComparison(fields: [
        .init(field: .phone, slots: 2, rule: 1, variants: [1]),
        .init(field: .dateOfBirth, rule: 1, variants: [1]),
        .init(field: .nationalID, rule: 1, variants: [1]),
        .init(field: .name, rule: 1, variants: [3, 1, 2]),
    ])

    static let birthday: [UInt8: String] = [1: "1985-02-28"]
    static let name: [UInt8: String] = [1: "josé garcía", 2: "jose garcia", 3: "garcia jose"]
    static let phone: [UInt8: String] = [1: "+447700900123"]
    static let wrong: [UInt8: String] = [1: "x", 2: "y", 3: "z"]

    let person = Person()

    private func forms(_ claims: [FieldCode: [UInt8: String]]) -> [FieldCode: CanonicalForms] {
        claims.mapValues { CanonicalForms(testing: $0) }
    }

    private func answer(
        _ claims: [FieldCode: [UInt8: String]],
        required: Int? = nil
    ) throws -> BlindComparison.Answer {
        let stored = try person.stored(person.rows(Self.comparison))
        let outcome = try Self.comparison.outcome(
            of: forms(claims),
            against: stored,
            required: required,
            key: person.key
        )
        #expect(outcome.isManifestSound)
        return outcome.answer
    }

    @Test func `compares in one order, however it is configured`() {
        #expect(Self.comparison.fields.map(\.field) == [.dateOfBirth, .name, .nationalID, .phone])
        #expect(Self.comparison.fields.map(\.variants) == [[1], [1, 2, 3], [1], [1]])
    }

    @Test(
        arguments: [
            ("everything", [.dateOfBirth: birthday, .name: name, .phone: phone], nil),
            ("one field", [.dateOfBirth: birthday], nil),
            ("the second phone", [.phone: phone], nil),
            ("only the folded name", [.name: [1: "jose garcia", 2: "jose garcia", 3: "garcia jose"]], nil),
            ("only the sorted name", [.name: [1: "a", 2: "garcía jose", 3: "garcia jose"]], nil),
            ("two of three", [.dateOfBirth: birthday, .name: wrong, .phone: phone], 2),
        ] as [(String, [FieldCode: [UInt8: String]], Int?)]
    )
    func `passes a set that holds`(what: String, claims: [FieldCode: [UInt8: String]], required: Int?) throws {
        #expect(try answer(claims, required: required) == .pass)
    }

    @Test(
        arguments: [
            ("nothing", [:], nil),
            ("nothing, of which none need match", [:], 0),
            ("a wrong birthday", [.dateOfBirth: wrong, .name: name, .phone: phone], nil),
            ("a wrong name", [.dateOfBirth: birthday, .name: wrong, .phone: phone], nil),
            ("a wrong phone", [.dateOfBirth: birthday, .name: name, .phone: wrong], nil),
            ("everything wrong", [.dateOfBirth: wrong, .name: wrong, .phone: wrong], nil),
            ("something that the person does not have", [.dateOfBirth: birthday, .nationalID: [1: "12345678Z"]], nil),
            ("the stand-in for what is not claimed", [.nationalID: [1: "not claimed"]], nil),
            ("a value in another field", [.dateOfBirth: phone, .phone: birthday], nil),
            ("a value as another variant", [.name: [1: "garcia jose", 2: "josé garcía", 3: "jose garcia"]], nil),
            ("a claim without forms", [.dateOfBirth: [:]], nil),
            ("a variant that is not configured", [.phone: [2: "0123"]], nil),
            ("a field that is not configured", [.dateOfBirth: birthday, .email: [1: "a@example.org"]], nil),
            ("one of three where two must", [.dateOfBirth: birthday, .name: wrong, .phone: wrong], 2),
            ("more than was claimed", [.dateOfBirth: birthday], 2),
        ] as [(String, [FieldCode: [UInt8: String]], Int?)]
    )
    func `fails a set that does not`(what: String, claims: [FieldCode: [UInt8: String]], required: Int?) throws {
        #expect(try answer(claims, required: required) == .fail)
    }

    @Test(arguments: ["missing", "stale", "extra", "tag"])
    func `answers nothing about rows that fail their manifest`(damage: String) throws {
        let rows = try person.rows(Self.comparison)
        let stored = try person.stored(rows)
        let last = try #require(rows.last)
        var damaged = rows
        switch damage {
        case "missing": damaged.removeLast()
        case "extra": damaged.append(last)
        default:
            let version = try #require(RowVersion(rawValue: damage == "stale" ? 2 : 1))
            let tags = damage == "tag" ? [MatchTag.absent(rule: 1, variant: 1)] : last.tags
            damaged[damaged.count - 1] = FieldRow(
                field: last.field,
                slot: last.slot,
                rowVersion: version,
                commitment: last.commitment,
                tags: tags
            )
        }
        let subject = BlindComparison.Subject(
            tenant: person.tenant,
            subject: person.subject,
            manifest: stored.manifest,
            rows: damaged
        )
        for claims in [[.dateOfBirth: Self.birthday], [.dateOfBirth: Self.wrong], [:]] as [[FieldCode: [UInt8: String]]]
        {
            let outcome = try Self.comparison.outcome(of: forms(claims), against: subject, key: person.key)
            #expect(outcome.answer == .indeterminate && !outcome.isManifestSound && outcome.tagCount == 7)
        }
    }

    /// A row from before a field or a variant was configured, under a manifest that is sound.
    @Test func `does not count what cannot be compared against the caller`() throws {
        let rows = try person.rows(Self.comparison).filter { $0.field != .dateOfBirth }
        let stored = try person.stored(rows)
        func answer(_ claims: [FieldCode: [UInt8: String]], required: Int? = nil) throws -> BlindComparison.Answer {
            try Self.comparison.outcome(of: forms(claims), against: stored, required: required, key: person.key).answer
        }
        #expect(try answer([.dateOfBirth: Self.birthday, .name: Self.name]) == .indeterminate)
        #expect(try answer([.dateOfBirth: Self.birthday, .name: Self.wrong]) == .fail)
        #expect(try answer([.dateOfBirth: Self.birthday, .name: Self.name], required: 1) == .pass)
        #expect(try answer([.name: Self.name, .phone: Self.phone]) == .pass)
    }

    @Test func `takes an older rule's tags for tags that are not there`() throws {
        let newer = BlindComparison(fields: [.init(field: .dateOfBirth, rule: 2, variants: [1])])
        let stored = try person.stored(person.rows(Self.comparison))
        let outcome = try newer.outcome(of: forms([.dateOfBirth: Self.birthday]), against: stored, key: person.key)
        #expect(outcome.answer == .indeterminate && outcome.isManifestSound)
    }

    @Test func `compares slow tags as they are stored`() throws {
        let slow = BlindComparison(fields: [.init(field: .dateOfBirth, rule: 1, variants: [1], algorithm: .scrypt)])
        let fast = BlindComparison(fields: [.init(field: .dateOfBirth, rule: 1, variants: [1])])
        for (stored, configured) in [(slow, fast), (fast, slow)] {
            let subject = try person.stored(person.rows(stored))
            let right = try configured.outcome(
                of: forms([.dateOfBirth: Self.birthday]),
                against: subject,
                key: person.key
            )
            let wrong = try configured.outcome(of: forms([.dateOfBirth: Self.wrong]), against: subject, key: person.key)
            #expect(right.answer == .pass && wrong.answer == .fail)
        }
    }

    @Test func `needs the key for matching`() throws {
        let stored = try person.stored(person.rows(Self.comparison))
        let key = SubjectKey(hex: Example.matchingKey, .personal)
        #expect(throws: VaultError.keyUnavailable(key.name)) {
            try Self.comparison.outcome(of: forms([.dateOfBirth: Self.birthday]), against: stored, key: key)
        }
    }

    /// The service counts different values for one field by these, without learning whether one was right.
    @Test func `gives each claimed value a print of its own`() throws {
        let stored = try person.stored(person.rows(Self.comparison))
        func prints(_ text: String) throws -> [FieldCode: [UInt8]] {
            try Self.comparison.outcome(of: forms([.dateOfBirth: [1: text]]), against: stored, key: person.key).prints
        }
        let values = ["1985-02-28", "1985-02-27", "1985-02-26"]
        let all = try values.map(prints)
        #expect(all.allSatisfy { $0.count == 1 && $0[.dateOfBirth]?.count == 4 })
        #expect(Set(all).count == 3)
        #expect(try prints("1985-02-28") == all[0])
    }

    /// Every subset of the fields, each right or wrong, against every number required: the answer is what counting
    /// the right ones gives.
    @Test func `says what counting says, and nothing more`() throws {
        let stored = try person.stored(person.rows(Self.comparison))
        let fields: [(FieldCode, [UInt8: String])] = [
            (.dateOfBirth, Self.birthday), (.name, Self.name), (.phone, Self.phone),
        ]
        var compared = 0
        for combination in 0..<27 {
            var claims: [FieldCode: [UInt8: String]] = [:]
            var right = 0
            for (index, (field, value)) in fields.enumerated() {
                switch combination / [1, 3, 9][index] % 3 {
                case 0: break
                case 1: claims[field] = Self.wrong
                default:
                    claims[field] = value
                    right += 1
                }
            }
            for required in [nil, 1, 2, 3] {
                let needed = max(required ?? claims.count, 1)
                let outcome = try Self.comparison.outcome(
                    of: forms(claims),
                    against: stored,
                    required: required,
                    key: person.key
                )
                #expect(outcome.answer == (right >= needed ? .pass : .fail))
                #expect(Set(outcome.prints.keys) == Set(claims.keys))
                #expect(outcome.tagCount == 7)
                compared += 1
            }
        }
        #expect(compared == 108)
    }
}

@Suite struct DecoyTests {
    let comparison = BlindComparisonTests.comparison

    /// Docs/Specs/vault.md §20 row 18.
    @Test func `answers like a person about whom everything said is wrong`() throws {
        let keys = try KeyRing(hex: Example.wrappingKey, .role(.match))
        let decoy = try Decoy(for: comparison, keys: keys)
        let claims: [FieldCode: CanonicalForms] = [
            .dateOfBirth: CanonicalForms(testing: [1: "1985-02-28"]),
            .phone: CanonicalForms(testing: [1: "+447700900123"]),
        ]
        let outcome = try decoy.outcome(of: claims, by: comparison, keys: keys)
        #expect(outcome.answer == .fail && outcome.isManifestSound && outcome.tagCount == 7)
        #expect(Set(outcome.prints.keys) == Set(claims.keys))
        #expect(try decoy.outcome(of: claims, by: comparison, required: 1, keys: keys).answer == .fail)
    }

    @Test func `cannot be made or asked without the key for matching`() throws {
        let keys = try KeyRing(hex: Example.wrappingKey, .role(.match))
        let decoy = try Decoy(for: comparison, keys: keys)
        #expect(throws: VaultError.keyUnavailable(KeyName(.role(.match), version: 0))) {
            _ = try Decoy(for: comparison, keys: KeyRing())
        }
        #expect(throws: VaultError.keyUnavailable(KeyName(.role(.match), version: 1))) {
            try decoy.outcome(of: [:], by: comparison, keys: KeyRing())
        }
    }
}
