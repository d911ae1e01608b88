import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryAudit

@Suite struct EventCatalogueTests {
    private struct Vectors: Decodable {
        struct Event: Decodable {
            let req: [String: String]
            let opt: [String: String]
            let priv: [String]
            let stmt: String
        }

        let common: [String: String]
        let events: [String: Event]
    }

    private let vectors: Vectors

    init() throws {
        vectors = try VectorFile.decode(Vectors.self, from: "audit-log/ours-catalogue.json")
    }

    @Test func `is the table that programs of others read`() throws {
        try #require(vectors.events.count == 52)
        #expect(Set(EventCatalogue.events.keys) == Set(vectors.events.keys))
        #expect(EventCatalogue.common == vectors.common.mapValues { ValueKind(named: $0[...]) })
        for (name, vector) in vectors.events {
            let event = try #require(EventCatalogue.events[name])
            #expect(event.required == vector.req.mapValues { ValueKind(named: $0[...]) }, "\(name)")
            #expect(event.optional == vector.opt.mapValues { ValueKind(named: $0[...]) }, "\(name)")
            #expect(event.privateNames == vector.priv, "\(name)")
            #expect(event.statement.rawValue == vector.stmt, "\(name)")
        }
    }

    /// A value of every kind that the catalogue uses.
    static func sample(_ kind: ValueKind) -> JSONValue {
        switch kind {
        case .ref: "C-7F3K"
        case .word: "phone"
        case .psn: .string(String(repeating: "a", count: 32))
        case .hash: .string(String(repeating: "0", count: 64))
        case .int, .sint: 3
        case .words: ["a", "b"]
        case .seqs: [1, 2]
        case .oneOf(let texts): .string(texts[0])
        case .base64, .origin, .text, .anyText, .object, .list, .commitments: .null
        }
    }

    private static let statement: JSONValue = [
        "action": "totp.rebind", "case": "C-7F3K", "case_version": 3, "decision": "approve",
        "evidence": .string(String(repeating: "0", count: 64)), "kid": "sup-1", "log": "audit.example.org/recovery",
        "nonce": .string(String(repeating: "1", count: 32)), "not_after": 1,
    ]
    private static let signature = JSONValue.string(Base64.encode([UInt8](repeating: 0, count: 64)))

    private func holds(_ members: [String: JSONValue]) -> Bool {
        PayloadSchema.check(type: .event, payload: JSONObject(members.map { JSONMember(key: $0.key, value: $0.value) }))
    }

    @Test func `asks of every event all it must have, allows what it may have, and nothing else`() throws {
        for event in EventCatalogue.events.values {
            var least = event.required.mapValues(Self.sample)
            least["event"] = .string(event.name)
            if event.statement == .yes {
                least["stmt"] = Self.statement
                least["sig"] = Self.signature
            }
            #expect(holds(least), "\(event.name)")

            var most = least.merging(event.optional.merging(EventCatalogue.common) { $1 }.mapValues(Self.sample)) { $1 }
            if event.statement == .optional {
                most["stmt"] = Self.statement
                most["sig"] = Self.signature
            }
            let hash = Self.sample(.hash)
            if !event.privateNames.isEmpty {
                most["priv"] = .object(JSONObject(event.privateNames.map { JSONMember(key: $0, value: hash) }))
            }
            #expect(holds(most), "\(event.name)")

            for name in least.keys {
                var fewer = least
                fewer[name] = nil
                #expect(!holds(fewer), "\(event.name) without \(name)")
            }
            for name in most.keys where name != "event" {
                var wrong = most
                wrong[name] = .null
                #expect(!holds(wrong), "\(event.name) with another \(name)")
            }
            for name in ["a", "zz", "detail_", "seq"] {
                #expect(!holds(most.merging([name: 1]) { $1 }), "\(event.name) with \(name)")
            }
            #expect(!holds(most.merging(["priv": ["password": hash]]) { $1 }))
            #expect(!holds(most.merging(["priv": .object(JSONObject())]) { $1 }))
            if event.statement == .no { #expect(!holds(least.merging(["stmt": Self.statement]) { $1 })) }
            if event.statement != .no {
                var unsigned = most
                unsigned["sig"] = nil
                #expect(!holds(unsigned))
            }
        }
    }

    @Test(arguments: [
        ("x.shop.refund", true), ("x.a", true), ("x.", false), ("x.A", false), ("x.1", false), ("y.a", false),
        ("x", false), ("x.a-b", false), ("x." + String(repeating: "a", count: 46), true),
        ("x." + String(repeating: "a", count: 47), false), ("case.opened", false),
    ])
    func `knows an extension by its name`(name: String, isKnown: Bool) {
        #expect(
            holds(["event": .string(name), "code": "a", "count": 1, "priv": ["detail": Self.sample(.hash)]]) == isKnown
        )
        #expect(!holds(["event": .string(name), "stmt": Self.statement, "sig": Self.signature]))
        #expect(!holds(["event": .string(name), "why": "a"]))
    }
}

@Suite struct PayloadSchemaTests {
    @Test func `admits every payload of the known entries under its own type only`() throws {
        for vector in try EntryVectors().entries {
            let record = try AuditRecord(parsing: [UInt8](hex: vector.entry))
            let payload = try record.parsedPayload()
            for type in RecordType.allCases {
                #expect(PayloadSchema.check(type: type, payload: payload) == (type.rawValue == vector.type))
            }
        }
    }

    @Test func `refuses every payload of the known entries with a field missing, added, or of another kind`() throws {
        var count = 0
        for vector in try EntryVectors().entries {
            let record = try AuditRecord(parsing: [UInt8](hex: vector.entry))
            let type = try #require(record.recordType)
            let members = try #require(try record.parsedPayload().object).members
            // Fields without which the record still is what it may be.
            let free = type == .event ? ["actor", "priv", "req", "subject"] : []
            for index in members.indices {
                var fewer = members
                let name = fewer.remove(at: index).key
                if !free.contains(name) || (name == "actor" && vector.payload.contains("case.open")) {
                    #expect(
                        !PayloadSchema.check(type: type, payload: JSONObject(fewer)) || name == "subject",
                        "\(name)"
                    )
                }
                for other: JSONValue in [.null, true, "", .integer(-1), [], .object(JSONObject())] {
                    // An epoch may be sealed for nobody.
                    if name == "sealed", other == [] { continue }
                    let wrong = fewer + [JSONMember(key: name, value: other)]
                    let isFree = other == .integer(-1) && name == "delta_us"
                    #expect(PayloadSchema.check(type: type, payload: JSONObject(wrong)) == isFree, "\(name)")
                    count += 1
                }
            }
            #expect(!PayloadSchema.check(type: type, payload: JSONObject(members + [JSONMember(key: "x", value: 1)])))
        }
        #expect(count > 300)
    }

    private static let hash = JSONValue.string(String(repeating: "a", count: 64))
    private static let psn = JSONValue.string(String(repeating: "a", count: 32))

    private static func opening(sealed: [JSONValue], reason: JSONValue = "rotate") -> JSONValue {
        ["boot_id": psn, "commit": hash, "next_commit": hash, "reason": reason, "sealed": .array(sealed)]
    }

    private static func box(_ kid: String, size: Int = 80) -> JSONValue {
        ["hpke": .string(Base64.encode([UInt8](repeating: 1, count: size))), "kid": .string(kid)]
    }

    @Test func `takes up to sixteen sealed keys, each of another auditor`() {
        func holds(_ sealed: [JSONValue]) -> Bool {
            PayloadSchema.check(type: .epochOpen, payload: Self.opening(sealed: sealed))
        }
        #expect(holds([]) && holds((0..<16).map { Self.box("a\($0)") }))
        #expect(!holds((0..<17).map { Self.box("a\($0)") }))
        #expect(!holds([Self.box("a"), Self.box("a")]))
        #expect(!holds([Self.box("a", size: 79)]) && !holds([Self.box("a", size: 81)]) && !holds([Self.box("-")]))
        #expect(!PayloadSchema.check(type: .epochOpen, payload: Self.opening(sealed: [], reason: "prune")))
    }

    @Test(arguments: [
        ("[[1,\"a\"]]", true), ("[[1,\"a\"],[1,\"b\"],[2,\"a\"]]", true), ("[]", false),
        ("[[1,\"b\"],[1,\"a\"]]", false),
        ("[[1,\"a\"],[1,\"a\"]]", false), ("[[2,\"a\"],[1,\"a\"]]", false), ("[[-1,\"a\"]]", false), ("[[1]]", false),
        ("[[1,\"a\",2]]", false), ("[[\"a\",1]]", false), ("[1]", false),
    ])
    func `takes the fields of ERASE in ascending order`(fields: String, holds: Bool) throws {
        let text = "{\"approvals\":[21],\"basis\":\"art17\",\"case\":\"E-1\",\"fields\":\(fields)}"
        let payload = try CanonicalJSON.parse(Array(text.utf8))
        #expect(PayloadSchema.check(type: .erase, payload: payload) == holds)
    }

    @Test(arguments: [
        ("[0]", true), ("[1,2]", true), ("[1,1]", false), ("[2,1]", false), ("[]", false), ("[-1]", false),
        ("[\"1\"]", false), ("[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]", true),
        ("[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]", false),
    ])
    func `takes one to sixteen positions in ascending order`(approvals: String, holds: Bool) throws {
        let text = "{\"approvals\":\(approvals),\"basis\":\"art17\",\"case\":\"E-1\",\"fields\":[[6,\"note\"]]}"
        let payload = try CanonicalJSON.parse(Array(text.utf8))
        #expect(PayloadSchema.check(type: .erase, payload: payload) == holds)
    }

    @Test func `knows three kinds of anchor by their fields`() {
        func holds(_ kind: JSONValue, _ name: String, _ value: JSONValue, size: JSONValue = 1) -> Bool {
            let payload = JSONObject([
                JSONMember(key: "kind", value: kind), JSONMember(key: name, value: value),
                JSONMember(key: "root", value: Self.hash), JSONMember(key: "size", value: size),
            ])
            return PayloadSchema.check(type: .anchor, payload: payload)
        }
        func lines(_ name: String, size: Int = 76) -> JSONValue {
            [["name": .string(name), "sig": .string(Base64.encode([UInt8](repeating: 1, count: size)))]]
        }
        #expect(holds("file", "target", "tape-7") && holds("tsa", "token", "AQ=="))
        #expect(holds("cosignature", "cosignatures", lines("w")))
        #expect(holds("cosignature", "cosignatures", lines(String(repeating: "w", count: 255))))
        #expect(!holds("cosignature", "cosignatures", lines(String(repeating: "w", count: 256))))
        #expect(
            !holds("cosignature", "cosignatures", lines("a+b")) && !holds("cosignature", "cosignatures", lines("a b"))
        )
        #expect(!holds("cosignature", "cosignatures", lines("")) && !holds("cosignature", "cosignatures", []))
        #expect(!holds("cosignature", "cosignatures", lines("w", size: 75)))
        #expect(!holds("file", "token", "AQ==") && !holds("tsa", "token", "") && !holds("tsa", "token", "AQ="))
        #expect(!holds("file", "target", "tape-7", size: 0) && !holds("disk", "target", "tape-7"))
        #expect(!holds("tsa", "token", .string(Base64.encode([UInt8](repeating: 1, count: 24_001)))))
    }

    @Test(arguments: [
        (ValueKind.ref, "A", true), (.ref, "a.b_c:d/e-f", true), (.ref, "", false), (.ref, "-a", false),
        (.ref, "a b", false), (.ref, "\u{212A}", false), (.ref, String(repeating: "a", count: 64), true),
        (.ref, String(repeating: "a", count: 65), false), (.word, "a1_.", true), (.word, "1a", false),
        (.word, "A", false), (.word, "a-b", false), (.word, String(repeating: "a", count: 48), true),
        (.word, String(repeating: "a", count: 49), false), (.psn, String(repeating: "0f", count: 16), true),
        (.psn, String(repeating: "0F", count: 16), false), (.psn, String(repeating: "0", count: 31), false),
        (.hash, String(repeating: "0f", count: 32), true), (.hash, String(repeating: "0", count: 65), false),
        (.base64(1...2), "AQI=", true), (.base64(1...2), "AQID", false), (.base64(1...2), "AQJ=", false),
        (.oneOf(["a", "b"]), "b", true), (.oneOf(["a", "b"]), "c", false), (.int(), "1", false),
    ])
    func `tells the kinds of values apart`(kind: ValueKind, text: String, holds: Bool) {
        #expect(kind.admits(.string(text)) == holds)
    }
}
