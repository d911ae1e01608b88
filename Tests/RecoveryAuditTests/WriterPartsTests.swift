import RecoveryCrypto
import Testing

@testable import RecoveryAudit

@Suite struct HeadCheckTests {
    private func check(_ head: [UInt8]?, _ log: SmallLog, size: UInt64? = nil) -> HeadCheck {
        let leaves = log.records.map(\.leaf)
        return HeadCheck.check(head: head, log: VKey(log.identity), size: size ?? UInt64(leaves.count)) { size in
            MerkleTree.root(of: leaves[..<Int(size)])
        }
    }

    @Test func `knows a log that extends its head, is shorter, or is another`() throws {
        let log = try SmallLog.filled()
        let key = log.vectors.logKey
        let origin = log.identity.origin
        let leaves = log.records.map(\.leaf)
        for size in 1...leaves.count {
            let root = MerkleTree.root(of: leaves[..<size])
            let checkpoint = Checkpoint(origin: origin, size: UInt64(size), root: root)
            let head = checkpoint.signed(by: key).bytes
            #expect(check(head, log) == .extends(checkpoint))
            #expect(check(head, log, size: UInt64(size) - 1) == .truncated(headSize: UInt64(size)))
            let other = Checkpoint(origin: origin, size: UInt64(size), root: MerkleTree.emptyRoot).signed(by: key).bytes
            #expect(check(other, log) == .forked(headSize: UInt64(size)))
        }
    }

    @Test func `does not take what lies there for a head when it is none`() throws {
        let log = try SmallLog()
        try log.open()
        #expect(check(nil, log) == .missing)
        #expect(check([], log) == .invalid(.malformed))
        let stranger = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 3, count: 32).span))
        let checkpoint = Checkpoint(origin: log.identity.origin, size: 1, root: log.records[0].leaf)
        #expect(check(checkpoint.signed(by: stranger).bytes, log) == .invalid(.signature))
        let elsewhere = Checkpoint(origin: try #require(Origin("b.example")), size: 1, root: log.records[0].leaf)
        #expect(check(elsewhere.signed(by: log.vectors.logKey).bytes, log) == .invalid(.origin))
    }
}

@Suite struct ClockWatchTests {
    private static let second: Int64 = 1_000_000

    @Test(
        arguments: [
            (Int64(0), nil), (-5 * second, nil), (-5 * second - 1, "back"), (3600 * second, nil),
            (3600 * second + 1, "forward"),
        ] as [(Int64, String?)]
    )
    func `notices steps beyond five seconds back and an hour forward`(delta: Int64, kind: String?) throws {
        var watch = ClockWatch(bootID: SmallLog.bootID, wall: 1000, monotonic: 50)
        let payload = watch.observe(wall: 1000 + 17 * Self.second + delta, monotonic: 50 + 17 * Self.second)
        #expect(payload?["kind"]?.string == kind)
        if let payload {
            #expect(payload["delta_us"]?.integer == delta && payload["mono_us"]?.integer == 17 * Self.second + 50)
            #expect(PayloadSchema.check(type: .clock, payload: payload))
        }
        // Once written down, the new time is the time.
        #expect(watch.observe(wall: 1000 + 18 * Self.second + delta, monotonic: 50 + 18 * Self.second) == nil)
    }

    @Test func `compares with the last record at the start, and only backwards`() {
        let watch = ClockWatch(bootID: SmallLog.bootID, wall: 100 * Self.second, monotonic: 1)
        #expect(watch.atStart(lastRecord: 50 * Self.second) == nil)
        #expect(watch.atStart(lastRecord: 105 * Self.second) == nil)
        let payload = watch.atStart(lastRecord: 105 * Self.second + 1)
        #expect(payload?["kind"] == "boot" && payload?["delta_us"] == .integer(-5 * Self.second - 1))
    }
}
