import CFloors
import RecoveryAudit
import RecoveryCrypto

/// P2, P3: verifying. P5: what the log costs inside a transaction.
enum LogBenchmarks {
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
                ("P2", "chain, MACs and tree", path, floor, try parts(of: log), Target(leastRatio: 0.8)),
                (
                    "P2", "whole verdict, with keys", path, floor, verdict(on: log, isKeyed: true),
                    Target(leastRatio: 0.8)
                ),
                (
                    "P3", "whole verdict, no keys", "C, leaves and nodes", side(of: log, isKeyed: false),
                    verdict(on: log, isKeyed: false), Target(leastRatio: 0.6)
                ),
                ("P5", "append of an event", path, floor, appending(size), Target(mostNanoseconds: 10_000)),
            ]
            for (id, what, name, floor, ours, target) in rows {
                let measurement = try await interleaved(
                    rounds: isLast ? 5 : 9,
                    operations: size,
                    floor: floor,
                    ours: ours
                )
                results["\(id) \(what)", default: []].append((size, measurement.ours * Double(size)))
                if isLast { report.add(id, "\(what), \(of)", against: name, measurement, target) }
            }
        }
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

    /// The parts of the verifier that do what the floor does, without reading payloads.
    private static func parts(of log: SampleLog) throws -> Side {
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
                    let mac = ratchet.mac(of: entry.span.extracting(0..<entry.count - Digest256.byteCount))
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
            let (writer, _) = try SampleLog.openWriter()
            let events = (1..<size).map { SampleLog.event($0) }
            return try cpuTime {
                for (number, event) in events.enumerated() { _ = try writer.add(event, number) }
            }
        }
    }
}
