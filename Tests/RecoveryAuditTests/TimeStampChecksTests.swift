import Foundation
import RecoveryCrypto
import Testing

@testable import RecoveryAudit
@testable import RecoveryTestSupport

/// Tokens in ANCHOR records and beside the log, of an authority that is the program openssl.
@Suite struct TimeStampChecksTests {
    private static let authority = Result { try TimeStampingAuthority() }
    private static let stranger = Result { try TimeStampingAuthority("Stranger") }

    /// A bundle with a token, and where its findings lie.
    private struct Case {
        let name: String
        let bundle: MemoryBundle
        let code: FindingCode?
        let severity: Severity?
        let seq: UInt64?
        let size: UInt64?
    }

    private static var now: UnixTime { UnixTime(seconds: Int64(Date().timeIntervalSince1970)) }

    private static func text(_ forgery: Forgery, _ size: Int) -> [UInt8] {
        let checkpoint = Checkpoint(origin: forgery.identity.origin, size: UInt64(size), root: forgery.root(size))
        return Array(checkpoint.text.utf8)
    }

    /// The good bundle with an ANCHOR of kind tsa at its end.
    private static func anchored(size: Int, _ token: [UInt8], root: Digest256? = nil) throws -> MemoryBundle {
        var forgery = try Forgery()
        let root = (root ?? forgery.root(size)).hexadecimal
        try forgery.append(
            .anchor,
            [
                "kind": "tsa", "root": .string(root), "size": .integer(Int64(size)),
                "token": .string(Base64.encode(token)),
            ]
        )
        try forgery.publish()
        return forgery.bundle
    }

    private static func beside(_ name: String, _ token: [UInt8]) throws -> MemoryBundle {
        var forgery = try Forgery()
        forgery.bundle.files["anchors/" + name] = token
        return forgery.bundle
    }

    /// Every way a token may be right or wrong, once in a record and once beside the log.
    private static func cases() throws -> [Case] {
        let (authority, stranger, forgery) = (try authority.get(), try stranger.get(), try Forgery())
        let token = try authority.response(over: text(forgery, 19))
        let future = UnixTime(seconds: now.seconds + 400).timestamp.filter(\.isNumber) + "Z"
        let imprint = SHA256.digest(of: text(forgery, 19))
        var wrong = token
        wrong[wrong.count - 1] ^= 1
        let tokens: [(String, [UInt8], FindingCode?)] = [
            ("right", token, nil),
            ("of another text", try authority.response(over: text(forgery, 18)), .anchorSignature),
            ("of another authority", try stranger.response(over: text(forgery, 19)), .anchorTSAUnchecked),
            ("of another authority, and another text", try stranger.response(over: text(forgery, 9)), .anchorSignature),
            ("a refusal", try authority.refusal(over: text(forgery, 19)), .anchorSignature),
            ("no DER", [0x30, 0], .anchorSignature),
            ("cut off", Array(token.dropLast()), .anchorSignature),
            ("signed wrongly", wrong, .anchorSignature),
            (
                "of a time to come",
                try authority.response(signing: DER.timeStampInformation(imprint: imprint, time: future)),
                .anchorTSAUnchecked
            ),
            (
                "without its signer",
                try authority.response(
                    signing: DER.timeStampInformation(imprint: imprint, time: "20261128125429Z"),
                    withoutCertificate: true
                ),
                .anchorTSAUnchecked
            ),
        ]
        var cases = try tokens.flatMap { name, token, code in
            let severity = code?.severity
            return [
                Case(
                    name: "record: " + name,
                    bundle: try anchored(size: 19, token),
                    code: code,
                    severity: severity,
                    seq: 27,
                    size: 19
                ),
                Case(
                    name: "file: " + name,
                    bundle: try beside("19.tsr", token),
                    code: code,
                    severity: severity,
                    seq: nil,
                    size: 19
                ),
            ]
        }
        for name in ["28.tsr", "0.tsr", "019.tsr", "19", "19.tsr.tsr", "x.tsr", "-1.tsr", "9007199254740993.tsr"] {
            cases.append(
                Case(
                    name: "file: " + name,
                    bundle: try beside(name, token),
                    code: .bundleMalformed,
                    severity: .failure,
                    seq: nil,
                    size: nil
                )
            )
        }
        cases.append(
            Case(
                name: "file: too long",
                bundle: try beside("19.tsr", [UInt8](repeating: 0x30, count: 24_001)),
                code: .bundleMalformed,
                severity: .failure,
                seq: nil,
                size: nil
            )
        )
        return cases
    }

    private func options(_ authority: TimeStampingAuthority? = nil) throws -> VerificationOptions {
        var options = try Auditor(now: Self.now).options()
        options.timeStampAuthorities = authority?.authorities
        return options
    }

    @Test func `believes a token of a known authority, passes over an unknown one, and finds every lie`() throws {
        let verifier = LogVerifier(try options(Self.authority.get()))
        let codes: Set<FindingCode> = [.anchorSignature, .anchorTSAUnchecked, .bundleMalformed]
        for one in try Self.cases() {
            let verdict = verifier.verify(one.bundle)
            let found = verdict.findings.filter { codes.contains($0.code) }
            #expect(found.map(\.code) == [one.code].compactMap(\.self), "\(one.name)")
            #expect((verdict.outcome == .intact) == (one.severity != .failure), "\(one.name)")
            #expect((verdict.timeStamped?.size == 19) == (one.code == nil), "\(one.name)")
            guard let finding = found.first else { continue }
            #expect(finding.severity == one.severity && finding.seq == one.seq, "\(one.name)")
            #expect(finding.size == one.size, "\(one.name)")
            #expect(one.seq != nil || finding.detail.contains("anchors/"), "\(one.name)")
        }
    }

    @Test func `looks at no token without authorities, or without the key of the log`() throws {
        let verifier = LogVerifier(try options())
        for one in try Self.cases() {
            let verdict = verifier.verify(one.bundle)
            #expect(verdict.outcome == .intact && verdict.timeStamped == nil, "\(one.name)")
            let found = verdict.findings.filter { $0.code == .anchorTSAUnchecked }.map(\.seq)
            #expect(found == (one.seq == nil ? [] : [27]), "\(one.name)")
        }
        var bundle = try Self.anchored(size: 19, [0x30, 0])
        bundle.files["log.vkey"] = nil
        let verdict = LogVerifier(try options(Self.authority.get())).verify(bundle)
        #expect(verdict.findings.contains { $0.code == .anchorTSAUnchecked && $0.seq == 27 })
        #expect(!verdict.findings.contains { $0.code == .anchorSignature })
    }

    /// It does not look whether the log extends itself, and signs what it is shown: the head of a fork as well.
    @Test func `anchors nothing, and says by when how much was there`() throws {
        let (authority, forgery) = (try Self.authority.get(), try Forgery())
        let token = try authority.response(over: Self.text(forgery, 27))
        let time = try #require(TimeStampResponse(parsing: token)?.time)
        var bundle = try Self.beside("27.tsr", token)
        bundle.files["anchors/9.tsr"] = try authority.response(over: Self.text(forgery, 9))
        bundle.files["policy"] = WitnessPolicy.withoutWitnesses(log: VKey(forgery.identity))
        let verdict = LogVerifier(try options(authority)).verify(bundle)
        #expect(verdict.completeness == .unanchored && verdict.anchored == 0)
        #expect(verdict.timeStamped == TimeStamped(size: 27, time: time))
        #expect(verdict.text.contains("\ntime-stamped  the first 27 records, by \(time.timestamp)\n"))
        #expect(!String(decoding: verdict.json, as: UTF8.self).contains("stamped"))
        #expect(!LogVerifier(try options()).verify(bundle).text.contains("time-stamped"))
    }

    @Test func `learns no time of a tree that the log is not`() throws {
        let (authority, forgery) = (try Self.authority.get(), try Forgery())
        let other = Checkpoint(origin: forgery.identity.origin, size: 19, root: forgery.root(18))
        let token = try authority.response(over: Array(other.text.utf8))
        let verdict = LogVerifier(try options(authority)).verify(
            try Self.anchored(size: 19, token, root: forgery.root(18))
        )
        #expect(verdict.code == .anchorRoot && verdict.timeStamped == nil)
    }

    @Test func `says the earliest of several times of the largest size`() throws {
        let (authority, forgery) = (try Self.authority.get(), try Forgery())
        func token(_ size: Int, _ time: Int64) throws -> [UInt8] {
            let text = UnixTime(seconds: time).timestamp.filter(\.isNumber) + "Z"
            let imprint = SHA256.digest(of: Self.text(forgery, size))
            return try authority.response(signing: DER.timeStampInformation(imprint: imprint, time: text))
        }
        let time = Self.now.seconds
        for (first, second) in [(0, 3), (3, 0)] as [(Int64, Int64)] {
            var bundle = try Self.anchored(size: 19, token(19, time + first))
            bundle.files["anchors/19.tsr"] = try token(19, time + second)
            bundle.files["anchors/9.tsr"] = try token(9, time + 5)
            let verdict = LogVerifier(try options(authority)).verify(bundle)
            #expect(verdict.timeStamped == TimeStamped(size: 19, time: UnixTime(seconds: time)))
        }
    }

    @Test func `exports the last token of each size as a file that openssl believes`() throws {
        let authority = try Self.authority.get()
        let log = try SmallLog.filled()
        let text = Array(try #require(SignedNote(parsing: try log.sign())).text.utf8)
        let checkpoint = try #require(Checkpoint(parsing: String(decoding: text, as: UTF8.self)))
        let tokens = try (0..<2).map { _ in try authority.response(over: text) }
        for token in tokens {
            try log.add(
                [
                    "kind": "tsa", "root": .string(checkpoint.root.hexadecimal),
                    "size": .integer(Int64(checkpoint.size)), "token": .string(Base64.encode(token)),
                ],
                type: .anchor
            )
        }
        let bundle = try log.exported()
        let anchors = bundle.files.filter { $0.key.hasPrefix("anchors/") }
        #expect(anchors == ["anchors/\(checkpoint.size).tsr": tokens[1]])
        #expect(try authority.accepts(tokens[1], over: text))
        let verdict = LogVerifier(try options(authority)).verify(bundle)
        #expect(verdict.outcome == .intact && verdict.timeStamped?.size == checkpoint.size, "\(verdict.text)")
    }

    @Test func `is judged by the second verifier as by the first`() throws {
        let authority = try Self.authority.get()
        let cases = try Self.cases()
        let verifiers = try TwoVerifiers(bases: [try Forgery().bundle])
        var options = ComparedOptions(now: Self.now.seconds)
        let withoutAuthorities = options
        options.timeStampAuthorities = authority.pem
        for one in cases {
            try verifiers.compare(one.bundle, of: 0, under: options, what: one.name)
            try verifiers.compare(one.bundle, of: 0, under: withoutAuthorities, what: one.name + ", not looked at")
        }
        // A bit of a token that is right, and one of a token whose signer nobody knows.
        let forgery = try Forgery()
        var noise = SeededRandom(seed: 20_261_128)
        let signers = [authority, try Self.stranger.get()]
        let flips = ProofLength.choose(short: 60, long: 3_000)
        for number in 0..<flips {
            var token = try signers[number % 2].response(over: Self.text(forgery, 19))
            let bit = Int.random(in: 0..<token.count * 8, using: &noise)
            token[bit / 8] ^= 1 << UInt8(bit % 8)
            let bundle = number % 3 == 0 ? try Self.anchored(size: 19, token) : try Self.beside("19.tsr", token)
            try verifiers.compare(bundle, of: 0, under: options, what: "\(number): bit \(bit)")
        }
        let answer = try verifiers.answer()
        for difference in answer.differences { Issue.record("\(difference)") }
        #expect(answer.differing == 0 && answer.compared == 2 * cases.count + flips)

        for (line, instead) in [
            ("                if token.imprint != sha256(text):\n", "                if False:\n"),
            (
                "                fault = time_stamp_fault(token, text, options.authorities)\n",
                "                fault = None\n"
            ),
        ] {
            let control = try verifiers.answer(ofVerifierWith: instead, insteadOf: line)
            #expect(control.differing > 0, "\(line)")
        }
    }
}
