import RecoveryAudit
import RecoveryCrypto
import Testing

@Suite struct WitnessPolicyTests {
    private let vectors: NoteVectors
    private let log: VKey
    /// Six witnesses, w0 to w5.
    private let keys: [VKey]

    init() throws {
        vectors = try NoteVectors()
        log = try vectors.log
        keys = try (0..<6).map { index in
            let key = Ed25519.PrivateKey(
                seed: SecretKey(copying: [UInt8](repeating: UInt8(100 + index), count: 32).span)
            )
            return try #require(VKey(name: "w\(index).example", kind: .witness, publicKey: key.publicKey))
        }
    }

    private var witnesses: String {
        keys.enumerated().map { "witness w\($0.offset) \($0.element.text)\n" }.joined()
    }

    private func read(_ text: String) -> WitnessPolicy? {
        WitnessPolicy(parsing: Array(text.utf8))
    }

    @Test func `reads the policy of the vectors`() throws {
        let policy = try #require(read(vectors.policy))
        #expect(policy.logs.map(\.key) == [log])
        #expect(policy.witnessKeys == [try vectors.witness])
        let checkpoint = try VerifiedCheckpoint(
            verifying: Array(vectors.note.utf8),
            log: log,
            witnesses: policy.witnessKeys
        )
        #expect(policy.anchors && policy.isMet(by: checkpoint.cosignatures, at: UnixTime(seconds: 1_760_000_000)))
        #expect(!policy.isMet(by: checkpoint.cosignatures, at: UnixTime(seconds: 1_759_999_699)))
        #expect(!policy.isMet(by: [VKey]()))
    }

    @Test func `counts groups of groups for every choice of witnesses`() throws {
        let text = """
            # two parties
            \(witnesses)
            \tgroup x 2 w0 w1 w2\t
            group y any w3 w4
            group both all x y

            quorum both

            """
        let policy = try #require(read(text))
        for choice in 0..<64 {
            let chosen = keys.indices.filter { choice >> $0 & 1 == 1 }
            let first = chosen.count { $0 < 3 }
            let second = chosen.count { $0 == 3 || $0 == 4 }
            #expect(policy.isMet(by: chosen.map { keys[$0] }) == (first >= 2 && second >= 1), "\(chosen)")
        }
    }

    /// A recursion as deep as the groups ended the program: a bundle brings its policy, and chooses how deep.
    @Test func `counts groups however deep they lie in groups`() throws {
        let depth = 50_000
        let groups = (1...depth).map { "group \($0) 1 \($0 == 1 ? "w0" : "\($0 - 1)")\n" }.joined()
        let policy = try #require(read(witnesses + groups + "quorum \(depth)\n"))
        #expect(policy.isMet(by: [keys[0]]) && !policy.isMet(by: [keys[1]]))
    }

    @Test func `lets no cosignature anchor with a quorum of none`() throws {
        let policy = try #require(read(witnesses + "quorum none\n"))
        #expect(!policy.anchors && !policy.isMet(by: keys))
        let without = try #require(WitnessPolicy(parsing: WitnessPolicy.withoutWitnesses(log: log)))
        #expect(without.logs.map(\.key) == [log] && without.witnesses.isEmpty && !without.anchors)
    }

    @Test func `keeps the addresses of logs and witnesses`() throws {
        let text = "log \(log.text) https://log.example/\nwitness a \(keys[0].text) https://w.example/\nquorum a\n"
        let policy = try #require(read(text))
        #expect(policy.logs[0].url == "https://log.example/" && policy.witnesses[0].url == "https://w.example/")
    }

    @Test func `takes names as octets`() throws {
        let text = "witness \u{e9} \(keys[0].text)\nwitness e\u{301} \(keys[1].text)\nquorum e\u{301}\n"
        let policy = try #require(read(text))
        #expect(policy.isMet(by: [keys[1]]) && !policy.isMet(by: [keys[0]]))
    }

    @Test(arguments: [
        "", "quorum none", "quorum w0\n", "WITNESSES", "WITNESSESquorum w9\n", "WITNESSESquorum w0\nquorum w0\n",
        "WITNESSESquorum w0 w1\n", "WITNESSESquorum\n", "WITNESSESgroup g 0 w0\nquorum g\n",
        "WITNESSESgroup g 3 w0 w1\nquorum g\n", "WITNESSESgroup g 01 w0\nquorum g\n",
        "WITNESSESgroup g any\nquorum g\n",
        "WITNESSESgroup g any w0 w0\nquorum g\n", "WITNESSESgroup g any g\nquorum g\n",
        "WITNESSESgroup g any none\nquorum g\n", "WITNESSESgroup none any w0\nquorum none\n",
        "WITNESSESgroup w1 any w0\nquorum w1\n", "WITNESSESgroup g any w0\ngroup h any w0\nquorum g\n",
        "WITNESSESgroup g some w0\nquorum g\n", "WITNESSESwitness w0 KEY0\nquorum w0\n",
        "WITNESSESwitness other KEY0\nquorum w0\n", "witness none KEY0\nquorum none\n", "log KEY0\nquorum none\n",
        "witness a LOG\nquorum a\n", "log LOG\nlog LOG\nquorum none\n", "log LOG url more\nquorum none\n",
        "witness a KEY0 url more\nquorum a\n", "witness a\nquorum none\n", "log\nquorum none\n",
        "quorum none\r\n", "quorum\u{b}none\n", "Quorum none\n", "quorum none\nthreshold 1\n",
    ])
    func `refuses a file that means nothing or two things`(text: String) {
        let text = text.replacing("WITNESSES", with: witnesses)
            .replacing("KEY0", with: keys[0].text)
            .replacing("LOG", with: log.text)
        #expect(read(text) == nil)
    }

    @Test func `refuses bytes that are not UTF-8`() {
        #expect(WitnessPolicy(parsing: Array("# \u{e9}\nquorum none\n".utf8)) != nil)
        #expect(WitnessPolicy(parsing: Array("# ".utf8) + [0xe9] + Array("\nquorum none\n".utf8)) == nil)
    }
}
