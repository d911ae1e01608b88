import Foundation
import RecoveryTestSupport
import Testing

/// A disk that changed a bit of the database decides nothing: what is read is what was written, or it is refused.
@Suite(.serialized) struct FlippedByteTests {
    @Test func `a bit that a disk changed makes nothing pass, opens nothing else, and crashes nothing`() async throws {
        // Everything a case can have, short of its approval.
        let scene = try Scene(after: 7)
        defer { scene.folder.discard() }
        let count = ProofLength.choose(short: 1_200, long: 20_000)
        let store = try scene.folder.bytes(of: Scene.data + "/store/recovery.db")
        let whole = try await StoredFacts(at: scene)
        try #require(whole.wrong == [] && whole.opened.count >= 9)
        let found = try await twoAtATime(Array(0..<2)) { lane in
            let copy = try scene.copy()
            defer { copy.folder.discard() }
            var random = SeededRandom(seed: UInt64(11 + lane))
            var found = FlipCount()
            for _ in 0..<count / 2 {
                let (place, bit) = (
                    Int.random(in: 0..<store.count, using: &random), UInt8.random(in: 0..<8, using: &random)
                )
                var damaged = store
                damaged[place] ^= 1 << bit
                try copy.lay(damaged)
                let what = await found.add(copy, whole)
                #expect(what == nil, "byte \(place), bit \(bit): \(what ?? "")")
            }
            return found
        }
        let sum = found.reduce(FlipCount(), +)
        // Most of a database is pages that matter, so a good part of the flips must have been noticed.
        try #require(sum.refused + sum.reported >= count / 20 && sum.unaffected > 0)
        try #require(sum.bad == 0)
        let control = try await Self.believedWithoutChecks(scene, store, whole)
        try Figure(
            "R11",
            "a changed bit of the store decides nothing: the same, refused, or reported",
            covered: [
                .init(count, "flipped bits"), .init(sum.unaffected, "without effect"), .init(sum.refused, "refused"),
                .init(sum.reported, "reported"),
            ],
            bad: sum.bad,
            control: control
        ).report()
    }

    /// The seeded bug: records without their check sum. A case that says more than was written is then believed.
    private static func believedWithoutChecks(_ scene: Scene, _ store: Data, _ whole: StoredFacts) async throws
        -> String
    {
        let copy = try scene.copy()
        defer { copy.folder.discard() }
        try copy.lay(store)
        try copy.change(
            """
            UPDATE record SET body = CAST(
                replace(CAST(body AS TEXT), '"purpose":"unlock"', '"purpose":"freeze"') AS BLOB) WHERE kind = 'case'
            """
        )
        var reported = FlipCount()
        let what = await reported.add(copy, whole)
        try #require(what == nil && reported.reported + reported.refused == 1)
        try copy.change("UPDATE record SET digest = record_check(kind, id, owner, body)")
        var believed = FlipCount()
        let wrong = await believed.add(copy, whole)
        try #require(wrong != nil)
        return "a changed case is reported, and believed where its check sum is left out"
    }
}
