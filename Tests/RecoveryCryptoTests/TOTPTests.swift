import Foundation
import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct TOTPTests {
    private struct Vectors: Decodable {
        struct Row: Decodable {
            let time: Int64
            let hash, key, code: String
        }

        let rows: [Row]
    }

    private struct Refused: Error {}

    /// Row 4 of RFC 6238, Appendix B, in eight digits.
    private static let code = "89005924"
    private static let time = UnixTime(seconds: 1_234_567_890)
    private static let step: Int64 = 41_152_263

    private static func totp(_ hash: Hash = .sha1, digits: Int = 8, period: Int64 = 30) throws -> TOTP {
        let key = SecretKey(text: String(String(repeating: "1234567890", count: 7).prefix(hash.byteCount)))
        guard let totp = TOTP(hash, key: key, digits: digits, period: period) else { throw Refused() }
        return totp
    }

    @Test func `gives and accepts the codes of RFC 6238 Appendix B`() throws {
        let rows = try VectorFile.decode(Vectors.self, from: "rfc6238.json").rows
        try #require(rows.count == 18)
        for row in rows {
            let hash = try #require(Hash(rawValue: row.hash))
            guard let totp = TOTP(hash, key: SecretKey(hex: row.key), digits: 8) else { throw Refused() }
            let time = UnixTime(seconds: row.time)
            #expect(totp.code(at: time)?.text == row.code)
            let step = totp.matchingStep(for: SecretKey(text: row.code), at: time, after: nil, window: 0...0)
            #expect(step == row.time / 30)
        }
    }

    @Test(
        arguments: [
            ("one step early", -30, 0...0, false), ("the last second before", -1, 0...0, false),
            ("its first second", 0, 0...0, true), ("its last second", 29, 0...0, true),
            ("one second late", 30, 0...0, false),
            ("one second late, allowed", 30, -1...0, true), ("a step late, allowed", 59, -1...0, true),
            ("two steps late", 60, -1...0, false), ("early, late allowed", -1, -1...0, false),
            ("early, allowed", -1, -1...1, true), ("ten steps late, allowed", 329, -10...10, true),
            ("eleven steps late", 330, -10...10, false), ("only later steps", 0, 1...2, false),
        ] as [(String, Int64, ClosedRange<Int64>, Bool)]
    )
    func `accepts the steps of the window and no other`(
        name: String,
        offset: Int64,
        window: ClosedRange<Int64>,
        accepted: Bool
    ) throws {
        let start = Self.step * 30
        let time = UnixTime(seconds: start + offset)
        let step = try Self.totp().matchingStep(for: SecretKey(text: Self.code), at: time, after: nil, window: window)
        #expect(step == (accepted ? Self.step : nil), "\(name)")
    }

    @Test(
        arguments: [
            ("never used", nil, true), ("an earlier step was used", -1, true), ("this step was used", 0, false),
            ("a later step was used", 1, false), ("a step far ahead was used", 1_000_000, false),
            ("step 0 was used", -step, true),
        ] as [(String, Int64?, Bool)]
    )
    func `dies with its step and with every later one`(name: String, used: Int64?, fresh: Bool) throws {
        let totp = try Self.totp()
        let last = used.map { Self.step + $0 }
        let code = SecretKey(text: Self.code)
        let match = totp.match(for: code, at: Self.time, after: last, window: -1...1)
        #expect(match == (fresh ? .fresh(step: Self.step) : .spent(step: Self.step)), "\(name)")
        let step = totp.matchingStep(for: code, at: Self.time, after: last, window: -1...1)
        #expect(step == (fresh ? Self.step : nil), "\(name)")
    }

    @Test func `refuses a code that was used, and the one before it`() throws {
        let totp = try Self.totp()
        let code = SecretKey(text: Self.code)
        let match = totp.matchingStep(for: code, at: Self.time, after: nil, window: -1...0)
        let step = try #require(match)
        let before = totp.code(at: Self.time + -30)?.text
        let earlier = try #require(before)
        #expect(totp.matchingStep(for: code, at: Self.time, after: step, window: -1...0) == nil)
        #expect(totp.matchingStep(for: SecretKey(text: earlier), at: Self.time, after: step, window: -1...0) == nil)
        #expect(totp.match(for: SecretKey(text: earlier), at: Self.time, after: nil, window: -1...0) != .none)
    }

    /// Steps 40,628,458 and 40,628,459 of the RFC's key share the code 669470. Found by search in Python. To store the
    /// earlier would let the same digits in a second time.
    @Test func `spends both steps where two of the window share a code`() throws {
        let totp = try Self.totp(digits: 6)
        let code = SecretKey(text: "669470")
        let time = UnixTime(seconds: 40_628_459 * 30)
        let step = totp.matchingStep(for: code, at: time, after: nil, window: -1...0)
        #expect(step == 40_628_459)
        #expect(totp.match(for: code, at: time, after: step, window: -1...0) == .spent(step: 40_628_459))
        #expect(totp.match(for: code, at: time, after: 40_628_458, window: -1...0) == .fresh(step: 40_628_459))
    }

    @Test(arguments: [
        "", "8900592", "089005924", "89005924 ", " 89005924", "8900 5924", "8900-592", "8900 592", "89005924\n",
        "89005924\0",
        "8900592\0", "+8900592", "-8900592", "８９００５９２４", "8900592４", "٨٩٠٠٥٩٢٤", "89005924.0", "8.900592e7", "0x54e1a4",
        "8900592４４", "89O05924", "890059 24", "89005924\u{200b}",
    ]) func `refuses what is not a code`(text: String) throws {
        let match = try Self.totp().match(for: SecretKey(text: text), at: Self.time, after: nil, window: -1...1)
        #expect(match == .none)
    }

    @Test func `refuses every code but one, and every other byte in it`() throws {
        let totp = try Self.totp()
        let bytes = Array(Self.code.utf8)
        var accepted = 0
        for index in bytes.indices {
            for byte in UInt8.min...UInt8.max {
                var other = bytes
                other[index] = byte
                let step = totp.matchingStep(
                    for: SecretKey(copying: other.span),
                    at: Self.time,
                    after: nil,
                    window: 0...0
                )
                accepted += step == nil ? 0 : 1
                #expect((step != nil) == (other == bytes), "byte \(byte) at \(index)")
            }
        }
        #expect(accepted == bytes.count)
    }

    @Test func `has no code before 1970, and accepts none at either end of time`() throws {
        let totp = try Self.totp()
        #expect(totp.code(at: UnixTime(seconds: -1))?.text == nil)
        let zeroth = totp.code(at: UnixTime(seconds: 0))?.text
        let first = try #require(zeroth)
        // A second before 1970 the next step is 0; rounding towards zero would make it the current one.
        let early = UnixTime(seconds: -1)
        #expect(totp.match(for: SecretKey(text: first), at: early, after: nil, window: -10...0) == .none)
        #expect(totp.match(for: SecretKey(text: first), at: early, after: nil, window: 0...1) == .fresh(step: 0))
        let seconds = try Self.totp(period: 1)
        for end in [Int64.min, .max] {
            let code = SecretKey(text: "00000000")
            #expect(seconds.match(for: code, at: UnixTime(seconds: end), after: nil, window: -10...10) == .none)
        }
    }

    @Test(
        arguments: [
            ("no period", 20, 6, 0), ("a negative period", 20, 6, -30), ("more than a day", 20, 6, 86_401),
            ("five digits", 20, 5, 30), ("nine digits", 20, 9, 30), ("72 bits", 9, 6, 30),
        ] as [(String, Int, Int, Int64)]
    )
    func `is not made of what makes weak codes`(name: String, size: Int, digits: Int, period: Int64) {
        let refused = TOTP(key: SecretKey(randomByteCount: size), digits: digits, period: period) == nil
        #expect(refused, "\(name)")
    }

    @Test(arguments: [-11...0, 0...11, -100...(-50)] as [ClosedRange<Int64>])
    func `stops at a window that guesses would love`(window: ClosedRange<Int64>) async {
        await #expect(processExitsWith: .failure) { [window = window as ClosedRange<Int64>] in
            let totp = TOTP(key: SecretKey(randomByteCount: 20))
            _ = totp?.match(for: SecretKey(randomByteCount: 6), at: UnixTime(seconds: 0), after: nil, window: window)
        }
    }
}

/// A second implementation of the whole, not of a vector: `oathtool` of the OATH Toolkit, where it is installed.
@Suite struct OathtoolTests {
    private static let oathtool = URL(fileURLWithPath: "/usr/bin/oathtool")

    private struct Refused: Error {}

    /// 36 runs of 100 codes: every hash, every length, four keys, periods and starting points.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: oathtool.path), "oathtool is not installed"))
    func `shows the codes that oathtool shows`() throws {
        let settings: [(keySize: Int, period: Int64, start: Int64)] = [
            (10, 30, 0), (20, 30, 1_800_000_000), (64, 60, 4_102_444_800), (128, 1, 20_000_000_000),
        ]
        var compared = 0
        for hash in Hash.allCases {
            for digits in 6...8 {
                for (index, setting) in settings.enumerated() {
                    // A key that differs from run to run and is the same in every test.
                    let seed = SecretKey(text: "\(hash) \(digits) \(index)")
                    let key = HKDF.expand(seed, info: [], byteCount: setting.keySize)
                    let shown = try Self.codes(hash, digits, setting.period, setting.start, key: key.hexadecimal)
                    try #require(shown.count == 100)
                    guard let totp = TOTP(hash, key: key, digits: digits, period: setting.period) else {
                        throw Refused()
                    }
                    for (step, code) in shown.enumerated() {
                        let time = UnixTime(seconds: setting.start + Int64(step) * setting.period)
                        #expect(
                            totp.code(at: time)?.text == code,
                            "\(hash), \(digits) digits, \(setting), step \(step)"
                        )
                        compared += 1
                    }
                }
            }
        }
        #expect(compared == 3_600)
        print("oathtool: \(compared) codes compared")
    }

    private static func codes(
        _ hash: Hash,
        _ digits: Int,
        _ period: Int64,
        _ start: Int64,
        key: String
    ) throws -> [String] {
        let process = Process()
        let output = Pipe()
        process.executableURL = oathtool
        process.arguments = [
            "--totp=\(hash.rawValue)", "-d", "\(digits)", "-s", "\(period)s", "-N", "@\(start)", "-w", "99", key,
        ]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return text.split(separator: "\n").map(String.init)
    }
}
