import RecoveryAudit
import Testing

@testable import RecoveryTestSupport

/// Whatever is called a bundle ends in a verdict, and never in a good one that it does not deserve.
@Suite struct GarbageBundleTests {
    /// Files whose loss or damage takes nothing from what is proven: older heads, and what only some bundles have.
    private static let optional = ["checkpoints/11", "checkpoints/19", "checkpoints/27", "checkpoints/9"]

    private static let paths: [String] = {
        let bundle = try? VectorFile.bundle("bundle")
        return bundle?.files.keys.sorted() ?? []
    }()

    @Test func `has a bundle of fourteen files to ruin`() {
        #expect(Self.paths.count == 14)
    }

    @Test(arguments: paths) func `calls a file that was cut short tampered with`(path: String) throws {
        let bundle = try VectorFile.bundle("bundle")
        let file = try #require(bundle.files[path])
        var rounds = 0
        for length in stride(from: 0, to: file.count, by: 97) {
            var damaged = bundle
            damaged.files[path] = Array(file.prefix(length))
            let verdict = LogVerifier(.vectors).verify(damaged)
            // Private values are read line by line: a file without lines is one in which both values are missing.
            #expect(verdict.outcome == .tampered, "\(length) bytes: \(verdict.text)")
            rounds += 1
        }
        #expect(rounds == (file.count + 96) / 97)
    }

    @Test(arguments: paths) func `gives a verdict when a file is a folder`(path: String) throws {
        var bundle = try VectorFile.bundle("bundle")
        let file = try #require(bundle.files[path])
        bundle.files[path + "/inside"] = file
        bundle.files[path] = nil
        let verdict = LogVerifier(.vectors).verify(bundle)
        #expect(verdict.outcome == .tampered, "\(verdict.text)")
    }

    @Test(arguments: paths) func `gives a verdict when a file is gone`(path: String) throws {
        var bundle = try VectorFile.bundle("bundle")
        try #require(bundle.files[path] != nil)
        bundle.files[path] = nil
        let verdict = LogVerifier(.vectors).verify(bundle)
        let isNeeded =
            !Self.optional.contains(path)
            && !["epoch-keys.json", "private.jsonl", "proofs/7.tlog-proof"].contains(path)
        #expect(verdict.outcome == (isNeeded ? .tampered : .intact), "\(verdict.text)")
    }

    @Test(arguments: 0..<60 as Range<UInt64>) func `gives a verdict on files of noise`(seed: UInt64) throws {
        var noise = Noise(state: seed)
        var bundle = try VectorFile.bundle("bundle")
        for path in Self.paths where noise.next() % 3 == 0 {
            bundle.files[path] = (0..<Int(noise.next() % 2_000)).map { _ in UInt8(truncatingIfNeeded: noise.next()) }
        }
        // One file at least is noise, and noise is no file of a bundle.
        bundle.files["manifest.json"] = (0..<50).map { _ in UInt8(truncatingIfNeeded: noise.next()) }
        #expect(LogVerifier(.vectors).verify(bundle).outcome == .tampered, "seed \(seed)")
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func `gives a verdict on entries of noise`(seed: UInt64) throws {
        var noise = Noise(state: seed)
        var forgery = try Forgery()
        for _ in 0..<1 + noise.next() % 6 {
            let index = Int(noise.next() % UInt64(forgery.entries.count))
            switch noise.next() % 5 {
            case 0: forgery.entries[index] = []
            case 1: forgery.entries[index] = forgery.entries[index].map { _ in UInt8(truncatingIfNeeded: noise.next()) }
            case 2: forgery.entries[index][5] ^= UInt8(truncatingIfNeeded: 1 + noise.next() % 17)
            case 3: forgery.entries[index] += [UInt8](repeating: 0x5b, count: Int(noise.next() % 30_000))
            default:
                let offset = Int(noise.next() % 84)
                forgery.entries[index][min(offset, forgery.entries[index].count - 1)] = 0xff
            }
            if forgery.entries[index].isEmpty { break }
        }
        forgery.store()
        #expect(LogVerifier(.vectors).verify(forgery.bundle).outcome == .tampered, "seed \(seed)")
    }

    @Test func `compares nothing with a key that is not there`() throws {
        var forgery = try Forgery()
        forgery.flip(0, at: 5, bit: 0x02)
        forgery.flip(0, at: 40)
        forgery.store()
        forgery.bundle.files["log.vkey"] = nil
        let found = Set(LogVerifier(.vectors).verify(forgery.bundle).findings.map(\.code))
        #expect(found.contains(.epochOrder), "the type of the first record is another")
        #expect(found.isDisjoint(with: [.genesis, .genesisLink, .logID, .mac]))
    }

    @Test func `calls nothing at all tampered with`() {
        let verdict = LogVerifier(.vectors).verify(MemoryBundle(files: [:]))
        #expect(Judgement(verdict) == Judgement(.tampered, .bundleMissing))
        #expect(verdict.size == 0 && verdict.trustworthy == 0 && verdict.origin == nil)
    }

    @Test func `calls a source that cannot be read unverifiable in itself`() {
        struct Broken: BundleSource {
            func items(in directory: String) -> [BundleItem]? { nil }
            func contents(of path: String) -> [UInt8]? { nil }
        }
        let verdict = LogVerifier(.vectors).verify(Broken())
        #expect(verdict.findings.contains { $0.code == .internalError && $0.severity == .unverifiable })
    }

    @Test func `calls links malformed wherever they lie`() throws {
        struct Linked: BundleSource {
            let bundle: MemoryBundle
            let link: String

            func items(in directory: String) -> [BundleItem]? {
                bundle.items(in: directory)?.map { item in
                    let path = directory.isEmpty ? item.name : directory + "/" + item.name
                    return path == link ? BundleItem(name: item.name, kind: .other) : item
                }
            }

            func contents(of path: String) -> [UInt8]? { bundle.contents(of: path) }
        }
        var bundle = try VectorFile.bundle("bundle")
        bundle.files["README"] = []
        for link in Self.paths + ["README", "tile", "tile/0", "tile/entries", "checkpoints", "proofs"] {
            let verdict = LogVerifier(.vectors).verify(Linked(bundle: bundle, link: link))
            let code: FindingCode = link == "policy" ? .policyMalformed : .bundleMalformed
            #expect(Judgement(verdict) == Judgement(.tampered, code), "\(link)")
        }
    }
}

/// SplitMix64: the same noise for the same seed, everywhere.
struct Noise {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}
