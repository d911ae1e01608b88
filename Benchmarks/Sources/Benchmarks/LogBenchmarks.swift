import CFloors
import Foundation
import RecoveryAudit
import RecoveryCrypto

/// P2, P3: verifying. P5: what the log costs inside a transaction.
enum LogBenchmarks {
    /// Why a whole verdict costs more than its floor, by a profile of it.
    static let verdictCause = """
        about 40 % of it reads each payload as JSON and holds it against its schema, 20 % derives its row of the \
        index, 10 % counts the records of its case; the floor does none of this
        """

    static func run(_ report: inout Report) async throws {
        let logs = try SampleLog.sizes.map { try SampleLog(size: $0) }
        let payload = logs[0].entries[1].count - AuditRecord.headerSize - Digest256.byteCount
        let path = "C, EVP_MAC record path"
        var results: [String: [(size: Int, nanoseconds: Double)]] = [:]
        for log in logs {
            let size = log.entries.count
            let isLast = size == SampleLog.sizes.last
            let of = "\(size) records of \(payload) B"
            let floor = side(of: log, isKeyed: true)
            let rows: [(id: String, what: String, floor: String, Side, Side, Target)] = [
                ("P2", "chain, MACs and tree", path, floor, try parts(of: log, isKeyed: true), Target(leastRatio: 0.8)),
                (
                    "P2", "whole verdict, with keys", path, floor, verdict(on: log, isKeyed: true),
                    Target(leastRatio: 0.8)
                ),
                (
                    "P3", "chain and tree, no keys", "C, leaves and nodes", side(of: log, isKeyed: false),
                    try parts(of: log, isKeyed: false), Target(leastRatio: 0.6)
                ),
                (
                    "P3", "whole verdict, no keys", "C, leaves and nodes", side(of: log, isKeyed: false),
                    verdict(on: log, isKeyed: false), .none
                ),
                ("P5", "append of an event", path, floor, appending(size), Target(mostNanoseconds: 10_000)),
            ]
            for (id, what, name, floor, ours, target) in rows {
                let measurement = try await interleaved(
                    rounds: isLast ? 3 : 7,
                    operations: size,
                    floor: floor,
                    ours: ours
                )
                results["\(id) \(what)", default: []].append((size, measurement.ours * Double(size)))
                guard isLast else { continue }
                report.add(id, "\(what), \(of)", against: name, measurement, target, cause: verdictCause)
            }
        }
        try await comparePython(&report, logs[1])
        try await measureTwoCores(&report, logs[1])
        for (what, times) in results.sorted(by: { $0.key < $1.key }) {
            report.addGrowth(String(what.prefix(2)), String(what.dropFirst(3)), times)
        }
    }

    /// The floor, which must find every MAC right and the same root.
    private static func side(of log: SampleLog, isKeyed: Bool) -> Side {
        let frames = log.frames
        let context = log.context
        let key = log.authenticationKey.lend { [UInt8](copying: $0) }
        let expected = MerkleTree.root(of: log.entries.map { TreeHash.leaf(of: $0.span) })
        return {
            var holding: UInt64 = 0
            var root = [UInt8](repeating: 0, count: 32)
            let time = cpuTime {
                holding =
                    isKeyed
                    ? floor_verify(frames, frames.count, key, context, &root)
                    : floor_leaves(frames, frames.count, &root)
            }
            try Disagreement.unless(holding == log.entries.count && root == expected.bytes, "floor of P2")
            return time
        }
    }

    /// A verifier of ours in Python, by hashlib and hmac, which does what the floor does.
    private static func comparePython(_ report: inout Report, _ log: SampleLog) async throws {
        for peer in ["journald's sealing", "immudb", "golang.org/x/mod/sumdb/tlog"] {
            report.skip(
                "P2",
                "verifying against " + peer,
                because: "not to be had as a package that can be asked alone"
            )
        }
        if let reason = Peers.missing("hmac") {
            report.skip("P2", "verifying against Python", because: reason)
            return
        }
        let expected = MerkleTree.root(of: log.entries.map { TreeHash.leaf(of: $0.span) }).hexadecimal
        try await Machine.withScratch { folder in
            let path = folder + "/frames"
            try Data(log.frames).write(to: URL(fileURLWithPath: path))
            for isKeyed in [true, false] {
                let key = log.authenticationKey.lend { [UInt8](copying: $0) }.hexadecimal
                let arguments = [path, log.context.hexadecimal] + (isKeyed ? [key] : [])
                let peer: Side = {
                    let (time, answer) = try Peers.run("chain.py", arguments)
                    try Disagreement.unless(answer == ["\(log.entries.count)", expected], "Python's verifier")
                    return time
                }
                let measurement = try await interleaved(
                    rounds: 3,
                    operations: log.entries.count,
                    floor: peer,
                    ours: try parts(of: log, isKeyed: isKeyed)
                )
                let what = isKeyed ? "chain, MACs and tree" : "chain and tree, no keys"
                report.add(isKeyed ? "P2" : "P3", what, against: "Python, hashlib and hmac", measurement)
            }
        }
    }

    /// Two logs on two threads, against the same two one after the other; and the floor likewise, for what the machine
    /// gives a second thread is not ours: cores may share the units that do the work.
    private static func measureTwoCores(_ report: inout Report, _ log: SampleLog) async throws {
        func gain(_ work: @escaping @Sendable () async throws -> Void) async throws -> Measurement {
            try await interleaved(
                rounds: 7,
                operations: 2 * log.entries.count,
                floor: {
                    try await wallTime {
                        try await work()
                        try await work()
                    }
                },
                ours: {
                    try await wallTime {
                        try await withThrowingTaskGroup { group in
                            for _ in 0..<2 { group.addTask { try await work() } }
                            try await group.waitForAll()
                        }
                    }
                }
            )
        }
        let inTurn = "one after the other"
        let (frames, context) = (log.frames, log.context)
        let key = log.authenticationKey.lend { [UInt8](copying: $0) }
        let floor = try await gain {
            var root = [UInt8](repeating: 0, count: 32)
            let holding = floor_verify(frames, frames.count, key, context, &root)
            try Disagreement.unless(holding == log.entries.count, "floor of P2 on two threads")
        }
        report.add("P2", "C, EVP_MAC record path, two logs on two threads", against: inTurn, floor)
        let ours = try await gain { _ = try await verdict(on: log, isKeyed: true)() }
        report.add(
            "P2",
            "whole verdict, two logs on two threads",
            against: inTurn,
            ours,
            Target(leastRatio: 1.8),
            cause: "the floor's own gain on this machine is \((floor.ratio ?? 0).formatted(2))"
        )
    }

    /// The parts of the verifier that do what the floor does, without reading payloads.
    private static func parts(of log: SampleLog, isKeyed: Bool) throws -> Side {
        let context = log.context
        let expected = MerkleTree.root(of: log.entries.map { TreeHash.leaf(of: $0.span) })
        return {
            var holding = 0
            var tree = MerkleTree()
            let time = try cpuTime {
                var ratchet = RecordRatchet(authenticationKey: log.authenticationKey, context: context)
                var previous: Digest256?
                for entry in log.entries {
                    let record = try AuditRecord(parsing: entry)
                    let mac =
                        isKeyed
                        ? ratchet.mac(of: entry.span.extracting(0..<entry.count - Digest256.byteCount)) : record.mac
                    let isLinked = previous.map { $0 == record.previousMAC } ?? true
                    holding += constantTimeEqual(mac, record.mac) && isLinked ? 1 : 0
                    tree.append(TreeHash.leaf(of: entry.span))
                    previous = record.mac
                }
            }
            try Disagreement.unless(holding == log.entries.count && tree.root == expected, "parts of P2")
            return time
        }
    }

    private static func verdict(on log: SampleLog, isKeyed: Bool) -> Side {
        var options = VerificationOptions(now: UnixTime(seconds: 1_760_100_000))
        if isKeyed { options.auditor = AuditorKey(kid: "auditor-1", key: SampleLog.auditor) }
        let verifier = LogVerifier(options)
        return {
            var verdict: Verdict?
            let time = cpuTime { verdict = verifier.verify(log.bundle) }
            let isSound = verdict?.outcome == .intact && verdict?.size == UInt64(log.entries.count)
            try Disagreement.unless(isSound && verdict?.macs == (isKeyed ? .checked : Verdict.MACs.none), "verdict")
            return time
        }
    }

    private static func appending(_ size: Int) -> Side {
        {
            let writer = try SampleLog.openWriter()
            let events = (1..<size).map { SampleLog.event($0) }
            return try cpuTime {
                for (number, event) in events.enumerated() { _ = try writer.add(event, number) }
            }
        }
    }
}
