import CFloors
import Foundation
import RecoveryCrypto

/// P1: a code compared with those of three steps, none of them used before.
enum TOTPBenchmark {
    private static let checks = 30_000
    private static let seconds: Int64 = 1_760_000_010

    static func run(_ report: inout Report) async throws {
        let bytes: [UInt8] = (1...20).map { $0 }
        guard let totp = TOTP(key: SecretKey(copying: bytes.span)),
            let right = totp.code(at: UnixTime(seconds: seconds + 30))
        else { throw Disagreement(what: "a key of 20 bytes is refused") }
        let text = right.lend { [UInt8](copying: $0) }
        let number = text.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - UInt8(ascii: "0")) }
        let step = UInt64(seconds / 30)
        let ours: Side = {
            var found = 0
            let time = cpuTime {
                for _ in 0..<checks {
                    if totp.match(for: right, at: UnixTime(seconds: seconds), after: nil, window: -1...1) != .none {
                        found += 1
                    }
                }
            }
            try Disagreement.unless(found == checks, "ours did not find the code")
            return time
        }
        typealias Floor = (UnsafePointer<UInt8>?, Int, UInt64, UInt32, UInt64) -> UInt64
        let floors: [(String, Floor, Target)] = [
            ("C, SHA-1 from kept pads", floor_totp_pads, Target(leastRatio: 0.5)),
            ("C, EVP_MAC, key kept", floor_totp_reused, .none),
            ("C, EVP_MAC, key set for each step", floor_totp_rekeyed, .none),
        ]
        for (name, floor, target) in floors {
            let side: Side = {
                var found: UInt64 = 0
                let time = cpuTime { found = floor(bytes, bytes.count, step, number, UInt64(checks)) }
                try Disagreement.unless(found == checks, name + " did not find the code")
                return time
            }
            let measurement = try await interleaved(operations: checks, floor: side, ours: ours)
            report.add("P1", "TOTP check, ±1 step", against: name, measurement, target)
        }
        try await comparePeers(&report, bytes, text, ours)
        try await measureGrowth(&report, totp, right)
    }

    // MARK: Peers

    /// They stop at the first step that matches, which ours must not. Shown a wrong code, all look at three steps.
    private static func comparePeers(
        _ report: inout Report,
        _ key: [UInt8],
        _ text: [UInt8],
        _ ours: Side
    ) async throws {
        let code = text.map { CChar($0) } + [0]
        let wrong = [code[0] == CChar(0x30) ? CChar(0x31) : CChar(0x30)] + code.dropFirst()
        if peer_oath_is_present() == 1 {
            let knows = peer_oath_totp(key, key.count, UInt64(seconds), code, 1) == 1
            let peer: Side = {
                var found: UInt64 = 0
                let time = cpuTime {
                    found = peer_oath_totp(key, key.count, UInt64(seconds), wrong, UInt64(checks))
                }
                try Disagreement.unless(knows && found == 0, "liboath gives another answer")
                return time
            }
            let measurement = try await interleaved(operations: checks, floor: peer, ours: ours)
            report.add("P1", "TOTP check, ±1 step", against: "liboath", measurement, Target(leastRatio: 1))
        } else {
            report.skip("P1", "TOTP check against liboath", because: "liboath.so.0 is not installed")
        }
        for name in ["pyotp", "cryptography"] {
            if let reason = Peers.missing(name) {
                report.skip("P1", "TOTP check against \(name) of PyPI", because: reason)
                continue
            }
            let fewer = checks / 30
            let words = [code, wrong].map { String(decoding: $0.dropLast().map { UInt8($0) }, as: UTF8.self) }
            let arguments = [name, key.map { String(format: "%02x", $0) }.joined(), String(seconds)] + words
            let peer: Side = {
                let (time, answer) = try Peers.run("totp.py", arguments + [String(fewer)])
                try Disagreement.unless(answer == ["0"], name + " gives another answer")
                return time
            }
            let measurement = try await interleaved(
                rounds: 3,
                operations: checks,
                floorOperations: fewer,
                floor: peer,
                ours: ours
            )
            report.add("P1", "TOTP check, ±1 step", against: name + " (PyPI)", measurement, Target(leastRatio: 1))
        }
    }

    private static func measureGrowth(
        _ report: inout Report,
        _ totp: borrowing TOTP,
        _ code: borrowing SecretKey
    ) async throws {
        var growth: [(size: Int, nanoseconds: Double)] = []
        for reach in [1, 4, 10] as [Int64] {
            var times: [Double] = []
            for _ in 0..<9 {
                let time = cpuTime {
                    for _ in 0..<checks / 10 {
                        _ = totp.match(for: code, at: UnixTime(seconds: seconds), after: nil, window: -reach...reach)
                    }
                }
                times.append(Double(time) / Double(checks / 10))
            }
            growth.append((Int(2 * reach + 1), median(times)))
        }
        report.addGrowth("P1", "TOTP check, by steps", growth)
    }
}
