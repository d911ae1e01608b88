import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import RecoveryTestSupport
import RecoveryVault
import Testing

@testable import AccountRecovery

@Suite struct CeremonyTests {
    private static let phrase = "six random words of which nobody knows"

    /// A desk, two who take part, three who get shares, and a folder for what leaves the room.
    private struct Room {
        let world: TestDesk
        let holders = (0..<3).map { _ in X25519.PrivateKey(bytes: SecretKey(randomByteCount: 32)) }
        let sam: StaffKey
        var out: String { world.folder.root + "/out" }

        init() async throws {
            world = try await TestDesk()
            (_, sam) = try await world.desk(of: "sam", role: .supervisor)
            try FileManager.default.createDirectory(
                atPath: world.folder.root + "/out",
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        }

        /// A ceremony of two keys: `pii` in a file, `sys` in another, or under a passphrase, which takes seconds.
        func ceremony(
            version: UInt32 = 2,
            adaKey: String? = nil,
            isSealed: Bool = false
        ) throws -> KeyCeremony {
            let recipients = zip(["ada", "sam", "vera"], holders).map {
                "    - name: \($0)\n      public_key: \($1.publicKey.hexadecimal)\n"
            }
            let keys = world.folder.keys
            let ending = isSealed ? "rvp" : "key"
            return try KeyCeremony(
                reading: """
                    format: account-recovery/ceremony/v1
                    title: The keys of the second year
                    keys:
                      - role: pii
                        version: \(version)
                        provider: file:\(keys)/pii-\(version).key
                      - role: sys
                        version: \(version)
                        provider: \(isSealed ? "passphrase" : "file"):\(keys)/sys-\(version).\(ending)
                    shares:
                      threshold: 2
                      recipients:
                    \(recipients.joined().dropLast())
                    participants:
                      - name: ada
                        public_key: \(try adaKey ?? world.adminKey().publicKey)
                      - name: sam
                        public_key: \(sam.publicKey)

                    """,
                into: out
            )
        }

        func hold(
            _ ceremony: KeyCeremony,
            passphrase: String = CeremonyTests.phrase
        ) async throws(ServiceError) -> HeldCeremony {
            try await world.admin.hold(
                ceremony,
                program: "recoveryctl 0",
                passphrase: { _ throws(ServiceError) in SecretText(testing: passphrase) },
                step: { _ in }
            )
        }

        func rows() async throws -> [KeyringRow] {
            try await world.store.read { try $0.vault.keyring() }.filter { $0.version > 1 }
        }

        func file(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: "\(out)/\(name)"))) }

        /// The key of a role as a provider gives it.
        func check(_ uri: String, _ role: KeyRole, _ version: UInt32) throws -> String {
            let provider = try #require(KeyProvider(uri: uri))
            let rules = KeyFileRules(databaseDirectory: world.folder.store)
            let key = try provider.key(of: role, version: version, rules: rules) { () throws(VaultError) in
                try Passphrase(entered: SecretText(testing: CeremonyTests.phrase).key)
            }
            return "\(KeyCheckValue(of: key))"
        }
    }

    @Test func `prepares each key with a record, and the transcript's digest behind them`() async throws {
        let room = try await Room()
        let before = await room.world.store.events.count
        let ceremony = try room.ceremony()
        let held = try await room.hold(ceremony)
        let rows = try await room.rows()
        #expect(rows.map(\.state) == [KeyState.prepared.rawValue, KeyState.prepared.rawValue])
        #expect(rows.map { $0.kcv.hexadecimal } == held.keys.map(\.checkValue))
        #expect(rows.allSatisfy { $0.wrapped.isEmpty && $0.kekVersion == 0 })
        let events = await room.world.store.events.dropFirst(before)
        #expect(events.map { $0["event"]?.string } == ["x.key.prepare", "x.key.prepare", "config.apply"])
        #expect(events.map { $0["code"]?.string } == ["pii", "sys", nil])
        #expect(events.last?["key"]?.string == "key/ceremony")
        #expect(events.last?["value"]?.string == SHA256.digest(of: try room.file("transcript.json")).bytes.hexadecimal)
        try await room.world.audit()
    }

    @Test func `puts keys where their providers find them`() async throws {
        let room = try await Room()
        let held = try await room.hold(room.ceremony(isSealed: true))
        let keys = room.world.folder.keys
        #expect(try room.check("file:\(keys)/pii-2.key", .pii, 2) == held.keys[0].checkValue)
        #expect(try room.check("passphrase:\(keys)/sys-2.rvp", .sys, 2) == held.keys[1].checkValue)
    }

    @Test func `divides each key so that two of its shares give it back`() async throws {
        let room = try await Room()
        let held = try await room.hold(room.ceremony())
        let reader = X25519.PrivateKey(bytes: SecretKey(randomByteCount: 32))
        for (place, key) in ["pii", "sys"].enumerated() {
            let passed = try zip(["ada", "sam", "vera"], room.holders).map { name, holder in
                let share = try KeyShare(line: room.file("\(key)-2.\(name).share"))
                let label = try #require(share.label.readdressed(to: reader.publicKey))
                let again = KeyShare(sealing: try share.open(with: holder).value, label: label)
                return try #require(again)
            }
            let whole = try KeySharing.key(of: [passed[2], passed[0]], openedWith: reader)
            #expect("\(KeyCheckValue(of: whole))" == held.keys[place].checkValue)
        }
    }

    @Test func `says in the transcript what was made, for whom, and where it stands in the log`() async throws {
        let room = try await Room()
        let ceremony = try room.ceremony()
        let held = try await room.hold(ceremony)
        let value = held.transcript.value
        #expect(value["sha256"]?.string == ceremony.digest)
        #expect(value["held_by"]?.string == "ada")
        #expect(value["log"]?.string == "recovery.example/test")
        let keys = try #require(value["keys"]?.array)
        try #require(keys.count == 2)
        let events = await room.world.store.events
        let positions = keys.compactMap { $0["seq"]?.integer }
        #expect(held.position == UInt64(positions[1]) + 2)
        #expect(positions[1] == positions[0] + 1)
        #expect(events.last?["event"]?.string == "config.apply")
        for share in held.transcript.shares {
            #expect(SHA256.digest(of: try room.file(share.file)).bytes.hexadecimal == share.sha256)
        }
        #expect(held.transcript.shares.count == 6)
    }

    @Test func `counts a signature only of the participant, over every byte`() async throws {
        let room = try await Room()
        let transcript = try await room.hold(room.ceremony()).transcript
        let (ada, sam) = (try #require(StaffName("ada")), try #require(StaffName("sam")))
        let signature = try room.sam.sign(transcript, as: sam)
        #expect(transcript.isSigned(by: sam, signature))
        #expect(!transcript.isSigned(by: ada, signature))
        #expect(!transcript.isSigned(by: sam, String(signature.dropLast())))
        #expect(throws: ServiceError.self) { _ = try room.sam.sign(transcript, as: ada) }
        // A digit of a check value, and nothing else.
        let text = String(decoding: transcript.bytes, as: UTF8.self)
        let check = try #require(transcript.value["keys"]?.array?[0]["kcv"]?.string)
        let other = String(check.reversed()) == check ? "0000000000000000" : String(check.reversed())
        let forged = try CeremonyTranscript(reading: Array(text.replacing(check, with: other).utf8))
        #expect(!forged.isSigned(by: sam, signature))
    }

    @Test func `refuses as a transcript what is none`() async throws {
        let room = try await Room()
        let text = String(decoding: try await room.hold(room.ceremony()).transcript.bytes, as: UTF8.self)
        for damaged in [
            "", String(text.dropLast()), text + "\n", " " + text,
            text.replacing("transcript/v1", with: "transcript/v2"),
            text.replacing("\"name\":\"sam\"", with: "\"name\":\"../sam\""), "{}\n",
        ] {
            #expect(throws: ServiceError.self) { _ = try CeremonyTranscript(reading: Array(damaged.utf8)) }
        }
    }

    @Test func `leaves nothing on record when it is cut off between two keys`() async throws {
        let room = try await Room()
        let ceremony = try room.ceremony()
        let before = await room.world.store.events.count
        // The second key's place is taken while the first is made.
        let path = room.world.folder.keys + "/sys-2.key"
        let error = await thrown {
            _ = try await room.world.admin.hold(
                ceremony,
                program: "recoveryctl 0",
                passphrase: { _ throws(ServiceError) in SecretText(testing: Self.phrase) },
                step: { _ in _ = FileManager.default.createFile(atPath: path, contents: Data()) }
            )
        }
        guard case .sealed? = error else {
            Issue.record("ended with \(String(describing: error))")
            return
        }
        #expect(try await room.rows().isEmpty)
        #expect(await room.world.store.events.count == before)
        #expect(!FileManager.default.fileExists(atPath: ceremony.transcript))
        // What it left is known by its own words, and only that; then it can be held.
        #expect(try await room.world.admin.leftovers(of: ceremony) == [room.world.folder.keys + "/pii-2.key"])
        for file in [path, room.world.folder.keys + "/pii-2.key"] { try FileManager.default.removeItem(atPath: file) }
        for file in try FileManager.default.contentsOfDirectory(atPath: room.out) {
            try FileManager.default.removeItem(atPath: "\(room.out)/\(file)")
        }
        _ = try await room.hold(ceremony)
        #expect(try await room.rows().count == 2)
    }

    @Test func `asks for every passphrase before it makes a key`() async throws {
        let room = try await Room()
        let ceremony = try room.ceremony(isSealed: true)
        let error = await thrown { _ = try await room.hold(ceremony, passphrase: "fourteen chars") }
        #expect(error == .invalidInput(Passphrase.tooShort))
        #expect(!FileManager.default.fileExists(atPath: room.world.folder.keys + "/pii-2.key"))
    }

    @Test func `is not held with a key of the staff that is another`() async throws {
        let room = try await Room()
        let ceremony = try room.ceremony(adaKey: String(repeating: "5", count: 64))
        #expect(try await room.world.admin.review(ceremony).findings.map(\.line) == [20])
        let error = await thrown { _ = try await room.hold(ceremony) }
        #expect(error == .conflict("line 20: ada is not of the staff under this key"))
        #expect(try await room.rows().isEmpty)
    }

    @Test func `prepares no second version beside one that is prepared, until that is dropped`() async throws {
        let room = try await Room()
        _ = try await room.hold(room.ceremony())
        let findings = try await room.world.admin.review(room.ceremony(version: 3)).findings
        #expect(findings.map(\.what) == ["pii 2 is prepared already", "sys 2 is prepared already"])
        let dropped = try await room.world.admin.dropPreparedKey("pii", version: 2)
        #expect(dropped.file == room.world.folder.keys + "/pii-2.key")
        #expect(try await room.rows().map(\.state) == [KeyState.destroyed.rawValue, KeyState.prepared.rawValue])
        // The version is gone for good: another key under its name would be taken for it.
        let old = try await room.world.admin.review(room.ceremony(version: 2)).findings.map(\.what)
        #expect(old.contains("pii 2 is not the next version"))
        let again = await thrown { _ = try await room.world.admin.dropPreparedKey("pii", version: 2) }
        #expect(again == .conflict("pii 2 is not prepared: it is or was in use"))
    }

    @Test func `exports a key that opens as a provider's does`() async throws {
        let room = try await Room()
        let path = room.out + "/pii.copy"
        let export = try await room.world.admin.exportKey(
            "pii",
            version: nil,
            under: SecretText(testing: Self.phrase),
            to: path,
            log2N: 17
        )
        #expect(export.version == 1)
        #expect(try room.check("passphrase:\(path)", .pii, 1) == export.checkValue)
        #expect(try room.check("file:\(room.world.folder.keys)/pii.key", .pii, 1) == export.checkValue)
        let copy = try CheckedCopy(of: path) { () throws(ServiceError) in
            SecretText(testing: Self.phrase + "\n")
        }
        #expect(copy.role == "pii" && copy.version == 1 && copy.checkValue == export.checkValue)
        let event = await room.world.store.events.last
        #expect(event?["event"]?.string == "x.key.export" && event?["code"]?.string == "pii")
    }

    /// The record comes first: a copy of which the log knows nothing must not be there, however the writing ends.
    @Test func `writes no copy that is not on record`() async throws {
        let room = try await Room()
        try Data().write(to: URL(filePath: room.world.folder.keys + "/sys.key"))
        let error = await thrown {
            _ = try await room.world.admin.exportKey(
                "sys",
                version: nil,
                under: SecretText(testing: Self.phrase),
                to: room.out + "/sys.copy",
                log2N: 17
            )
        }
        guard case .sealed? = error else {
            Issue.record("ended with \(String(describing: error))")
            return
        }
        #expect(!FileManager.default.fileExists(atPath: room.out + "/sys.copy"))
        #expect(await !room.world.eventNames().contains("x.key.export"))
    }
}
