import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import RecoveryTestSupport

/// Some records of a log, judged without the others.
@Suite struct PartVerificationTests {
    private static let size = 700
    private static let long = Result { try Forgery.long(size) }

    private static func options(_ forgery: Forgery) throws -> VerificationOptions {
        var options = VerificationOptions(now: UnixTime(seconds: 1_760_100_000))
        options.epochKeys = try need(EpochKeyFile(parsing: forgery.epochKeys(through: 7)))
        return options
    }

    private static func judge(_ range: ClosedRange<UInt64>, of forgery: Forgery) throws -> Verdict {
        try LogVerifier(options(forgery)).verify(range.lowerBound..<range.upperBound + 1, of: forgery.bundle)
    }

    @Test(arguments: [0...0, 0...699, 26...26, 27...30, 149...152, 255...256, 300...511, 699...699, 650...10_000])
    func `finds any part of a good log good, and says that it is a part`(range: ClosedRange<UInt64>) throws {
        let verdict = try Self.judge(range, of: try Self.long.get())
        #expect(Judgement(verdict) == Judgement(.intact), "\(verdict.text)")
        #expect(verdict.size == 700 && verdict.macs == .checked && verdict.privates == .none)
        #expect(
            verdict.findings.contains { $0.code == .partOnly && $0.detail.hasPrefix("records \(range.lowerBound) to") }
        )
        // Nobody said anything of the records before, unless there are none.
        #expect(verdict.trustworthy == (range.lowerBound == 0 ? min(range.upperBound + 1, 700) : 0))
    }

    /// Changes that one record alone shows, whatever stands elsewhere.
    private static let changes: [(String, @Sendable (inout Forgery, Int) throws -> Void)] = [
        ("payload", { $0.flip($1, at: 90) }),
        ("MAC", { $0.flip($1, at: $0.entries[$1].count - 1) }),
        ("number", { $0.flip($1, at: 15) }),
        ("log", { $0.flip($1, at: 33) }),
        ("link", { $0.flip($1, at: 50) }),
        ("flags", { $0.flip($1, at: 7, bit: 2) }),
        ("magic", { $0.flip($1, at: 0) }),
        ("step", { $0.flip($1, at: 31) }),
        ("epoch", { $0.flip($1, at: 27) }),
        ("payload, with its MAC", { try $0.replacePayload($1) { _ in ["event": "audit.full", "free": 2] } }),
    ]

    @Test(arguments: changes.indices) func `finds in a part what the whole shows, under the same name`(
        change: Int
    ) throws {
        for index in [200, 256, 511, 640] {
            var forgery = try Self.long.get()
            try Self.changes[change].1(&forgery, index)
            forgery.store()
            let whole = LogVerifier(try Self.options(forgery)).verify(forgery.bundle)
            #expect(whole.outcome == .tampered && whole.firstBadSeq == UInt64(index), "\(Self.changes[change].0)")
            let seq = UInt64(index)
            for range in [seq...seq, seq - 3...seq + 20, seq - 40...seq] {
                let part = try Self.judge(range, of: forgery)
                #expect(Judgement(part) == Judgement(whole), "\(Self.changes[change].0), \(range): \(part.text)")
            }
        }
    }

    @Test func `says nothing of a record that it was not asked for`() throws {
        var forgery = try Self.long.get()
        forgery.flip(200, at: 90)
        forgery.store()
        for range in [27...100, 310...400] as [ClosedRange<UInt64>] {
            #expect(try Judgement(Self.judge(range, of: forgery)) == Judgement(.intact), "\(range)")
        }
    }

    @Test func `believes no record that is not in the signed tree, also where all keys are known`() throws {
        var forgery = try Self.long.get()
        try forgery.replacePayload(500) { _ in ["event": "audit.full", "free": 2] }
        try forgery.rewrite(from: 500)
        forgery.store()
        let verdict = try Self.judge(490...520, of: forgery)
        #expect(Judgement(verdict) == Judgement(.tampered, .leafMismatch, 500))
    }

    @Test(arguments: ["tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"]) func `believes no tile that leads elsewhere`(
        path: String
    ) throws {
        var forgery = try Self.long.get()
        for offset in [0, 33, 64 * 31] where offset < forgery.bundle.files[path]?.count ?? 0 {
            forgery.bundle.files[path]?[offset] ^= 1
            let verdict = try Self.judge(300...301, of: forgery)
            #expect(verdict.outcome == .tampered && [.tileHash, .checkpointRoot].contains(verdict.code), "\(offset)")
            forgery.bundle.files[path]?[offset] ^= 1
        }
        forgery.bundle.files[path] = nil
        let code = try #require(try Self.judge(300...301, of: forgery).code)
        #expect([.tileMissing, .checkpointRoot].contains(code))
    }

    @Test func `says when the wanted records are not there`() throws {
        var forgery = try Self.long.get()
        #expect(throws: PartError.beyondTheLog(size: 700)) { try Self.judge(700...701, of: forgery) }
        forgery.bundle.files["tile/entries/001"] = nil
        #expect(try Judgement(Self.judge(300...301, of: forgery)) == Judgement(.tampered, .entriesMissing))
        forgery.bundle.files["checkpoint"] = nil
        #expect {
            try Self.judge(0...1, of: forgery)
        } throws: { error in
            guard case PartError.noCheckpoint(let verdict) = error else { return false }
            return verdict.code == .bundleMissing && verdict.outcome == .tampered
        }
    }

    // MARK: Since a head that was kept

    private static func judge(since size: Int, root: Digest256, of forgery: Forgery) throws -> Verdict {
        var options = try options(forgery)
        options.heads = [try forgery.note(size: size, root: root).bytes]
        return try LogVerifier(options).verify(UInt64(size)..<UInt64.max, of: forgery.bundle)
    }

    @Test(arguments: [1, 27, 255, 256, 257, 512, 699, 700]) func `goes on from a head that was kept`(size: Int) throws {
        let forgery = try Self.long.get()
        let verdict = try Self.judge(since: size, root: forgery.root(size), of: forgery)
        #expect(Judgement(verdict) == Judgement(.intact), "\(verdict.text)")
        #expect(verdict.trustworthy == 700)
    }

    @Test func `finds that the log does not go on from it`() throws {
        let forgery = try Self.long.get()
        for size in [100, 256, 700] {
            let fork = try Self.judge(since: size, root: forgery.root(size - 1), of: forgery)
            #expect(Judgement(fork) == Judgement(.tampered, .fork) && fork.trustworthy == 0)
        }
        let cut = try Self.judge(since: 701, root: forgery.root(700), of: forgery)
        #expect(Judgement(cut) == Judgement(.tampered, .truncatedOrRolledBack))
    }

    @Test func `holds staff to their word as far as it knows their keys`() throws {
        let verdict = try Self.judge(11...26, of: try Self.long.get())
        #expect(Judgement(verdict) == Judgement(.intact), "\(verdict.text)")
        #expect(verdict.findings.contains { $0.detail.contains("statements with keys that were added before") })
    }

    // MARK: What it costs

    /// Counts what is read.
    private final class Counted: BundleSource {
        let bundle: MemoryBundle
        private(set) var paths: [String] = []

        init(_ bundle: MemoryBundle) { self.bundle = bundle }

        func items(in directory: String) -> [BundleItem]? { bundle.items(in: directory) }
        func kind(of path: String) -> BundleItem.Kind? { bundle.kind(of: path) }
        func contents(of path: String) -> [UInt8]? {
            paths.append(path)
            return bundle.contents(of: path)
        }
    }

    @Test func `reads as many files of a log of 700 records as of one of 3,000`() throws {
        func count(_ forgery: Forgery) throws -> Int {
            let source = Counted(forgery.bundle)
            let verdict = try LogVerifier(Self.options(forgery)).verify(300..<302, of: source)
            #expect(verdict.code == nil)
            return source.paths.count { $0.hasPrefix("tile/") }
        }
        let short = try count(try Self.long.get())
        #expect(short <= 8)
        #expect(try count(try Forgery.long(3000)) == short)
    }
}
