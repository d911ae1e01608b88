import Foundation
import RecoveryTestSupport
import Testing

/// A backup or a restore that is killed leaves what was there before or what it was for, and nothing half done.
@Suite(.serialized) struct BackupKillTests {
    private static func faults(_ calls: Int, _ short: Int) -> [Fault] {
        let all = (1...calls).flatMap { number in
            [Fault.Deed.killBefore, .killAfter].map { Fault(calls: .all, at: number, deed: $0) }
        }
        return ProofLength.choose(short: spread(all, short), long: all)
    }

    @Test func `a backup that is killed leaves whole files or none, nothing to read, and can be made again`()
        async throws
    {
        let scene = try BackupScene(isBackedUp: false)
        defer { scene.folder.discard() }
        let whole = try scene.copy()
        defer { whole.folder.discard() }
        #expect(try whole.backUp().answer.code == 0)
        let calls = try ListedCall.all(in: whole.list).count
        try #require(calls > 30)
        let faults = Self.faults(calls, 6)
        let found = try await twoAtATime(faults) { fault in
            let broken = try scene.copy()
            defer { broken.folder.discard() }
            let ending = try broken.backUp(fault)
            #expect(try broken.brokenBackups() == [], "\(fault)")
            #expect(try broken.readableScratch() == [], "\(fault)")
            #expect(try broken.run(["audit", "verify"]).answer.code == 0, "\(fault)")
            let again = try broken.backUp()
            #expect(again.answer.code == 0, "\(fault): \(again.answer.stderr)")
            // What the killed one left in between is gone with the next.
            #expect(try broken.everything("scratch") == [], "\(fault)")
            for name in ["data", "keys"] {
                #expect(try !broken.everything(name).contains { $0.hasPrefix(".") }, "\(fault)")
            }
            return ending.signal == SIGKILL
        }
        let killed = found.count { $0 }
        try #require(killed >= faults.count - 2)
        try Figure(
            "R24",
            "a backup that is killed leaves whole files or none",
            covered: [.init(killed, "kills"), .init(calls, "state-changing calls")],
            bad: 0,
            control: "files written in place: \(try Self.cutFilesFound(in: whole)) of 8 found"
        ).report()
    }

    /// The seeded bug: a writer that gives its file the name before it is whole, killed on the way.
    private static func cutFilesFound(in whole: BackupScene) throws -> Int {
        var found = 0
        for name in ["data", "keys"] {
            let file = try #require(try whole.backups(name).first)
            let place = try whole.folder.place("\(name)/\(file)")
            let bytes = try Data(contentsOf: place)
            for part in 1...4 {
                try bytes.prefix(bytes.count * part / 5).write(to: place)
                if try !whole.brokenBackups().isEmpty { found += 1 }
            }
            try bytes.write(to: place)
        }
        #expect(try whole.brokenBackups() == [])
        try #require(found == 8)
        return found
    }

    @Test func `a restore that is killed leaves nothing or a whole desk, and what it was made from`() async throws {
        let scene = try BackupScene(isBackedUp: true)
        defer { scene.folder.discard() }
        let before = try scene.everything("D") + scene.everything("D.head")
        let whole = try scene.copy()
        defer { whole.folder.discard() }
        let done = try whole.restore()
        try #require(done.answer.code == 0, "\(done.answer.stderr)")
        let calls = try ListedCall.all(in: whole.list).count
        try #require(calls > 30)
        let faults = Self.faults(calls, 8)
        let found = try await twoAtATime(faults) { fault in
            let broken = try scene.copy()
            defer { broken.folder.discard() }
            let ending = try broken.restore(fault)
            #expect(try broken.everything("D") + broken.everything("D.head") == before, "\(fault)")
            let isThere = try broken.holds("R")
            if !isThere {
                let again = try broken.restore()
                #expect(again.answer.code == 0, "\(fault): \(again.answer.stderr)")
            }
            let verified = try broken.run(["audit", "verify"], on: "R").answer
            #expect(verified.code == 0, "\(fault): \(verified.stderr)")
            let shown = try broken.run(["--as", "ada", "account", "show", "u-1001"], on: "R").answer
            #expect(shown.code == 0 && shown.stdout.contains("totp/0"), "\(fault)")
            #expect(try !broken.holds("R.draft") && !broken.holds("R.draft.head"), "\(fault)")
            return (isKilled: ending.signal == SIGKILL, isThere: isThere)
        }
        // On both sides of the step that gives the new directory its name.
        try #require(found.count { $0.isKilled } >= faults.count - 2)
        try #require(found.contains { $0.isThere } && found.contains { !$0.isThere })
        // The seeded bug: a directory that has its name before everything is in it.
        for missing in ["R/store", "R/keys/epoch.key", "R.head/checkpoint"] {
            let half = try whole.copy()
            defer { half.folder.discard() }
            #expect(try half.run(["audit", "verify"], on: "R").answer.code == 0)
            try FileManager.default.removeItem(at: half.folder.place(missing))
            #expect(try half.run(["audit", "verify"], on: "R").answer.code != 0, "\(missing)")
        }
    }
}
