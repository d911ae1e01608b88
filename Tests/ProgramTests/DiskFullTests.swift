import Foundation
import Testing

/// A real disk that is really full, as small as it can be.
@Suite(.serialized, .enabled(if: SystemTool.mayActAsOthers, SystemTool.whyNot))
struct DiskFullTests {
    /// Mounts a small disk at `disk` in the folder of a session, for as long as `body` runs.
    private func onDisk(ofMebibytes size: Int, _ body: (SessionFolder) throws -> Void) throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let place = folder.url.appending(path: "disk")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        let surroundings = Program.Surroundings(folder: folder.url, outputs: folder.outputs, environment: [:])
        let words = ["-t", "tmpfs", "-o", "size=\(size)m,mode=700", "tmpfs", place.path]
        let mounted = try Program(SystemTool.mount, words, in: surroundings, stdin: nil).answer()
        try #require(mounted.code == 0, "\(mounted.stderr)")
        defer { _ = try? Program(SystemTool.unmount, [place.path], in: surroundings, stdin: nil).answer() }
        try body(folder)
    }

    /// Takes all the room there is.
    private func fill(_ folder: SessionFolder) throws {
        let file = try folder.place("disk/fill")
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        var size = 1 << 20
        while size > 0 {
            do {
                try handle.write(contentsOf: Data(repeating: 1, count: size))
            } catch {
                size /= 2
            }
        }
        try handle.close()
        let free = try FileManager.default.attributesOfFileSystem(forPath: file.path)[.systemFreeSize] as? NSNumber
        try #require(free == 0)
    }

    @Test func `refuses what it cannot record, loses nothing, and goes on when there is room`() throws {
        try onDisk(ofMebibytes: 20) { folder in
            let desk = try Desk(in: folder, data: "disk/D")
            let name = try desk.open("u-1001")
            let before = try desk.done("--as", "sam", "account", "show", "u-1001")
            try fill(folder)
            // Twice: what the first one did about the disk must not let the second one through.
            for _ in 1...2 {
                let refused = try desk.run(["--as", "ada", "account", "lock", "u-1001", "--reason", "fraud"])
                #expect(refused.code == 19)
                #expect(refused.stdout.isEmpty)
                #expect(refused.stderr.contains("the disk is full; this was not carried out to its end [storage-full]"))
                #expect(refused.stderr.contains("free some space and run the same command again"))
            }
            let check = ["--as", "mia", "case", "check", name, "totp", "--code-stdin"]
            #expect(try desk.run(check, stdin: "12345\n").code == 19)
            #expect(try desk.done("--as", "sam", "account", "show", "u-1001") == before)

            try FileManager.default.removeItem(at: folder.place("disk/fill"))
            #expect(try desk.done("--as", "sam", "account", "show", "u-1001") == before)
            // An attempt that could not be written down was none.
            #expect(try desk.run(check, stdin: "12345\n").stdout.contains("totp: FAIL, attempts left 4"))
            #expect(
                try desk.done("--as", "ada", "account", "lock", "u-1001", "--reason", "fraud")
                    .contains("open → locked: fraud")
            )
            #expect(try desk.audited().code == 0)
        }
    }

    @Test func `says in the log that the disk was full, in the room that was kept, and ends the epoch`() throws {
        try onDisk(ofMebibytes: 20) { folder in
            let desk = try Desk(in: folder, data: "disk/D")
            let lock = ["--as", "ada", "account", "lock", "u-1001", "--reason", "fraud"]
            var ends: [Int32] = []
            // Room for some of the pages of a change: for none at first, for all in the end.
            for kibibytes in stride(from: UInt64(0), through: 96, by: 12) {
                try fill(folder)
                let size = try folder.bytes(of: "disk/fill").count
                try folder.truncate("disk/fill", to: UInt64(size) - kibibytes << 10)
                let answer = try desk.run(lock)
                // The directory has no room of its own: where only it was refused, it is asked again.
                #expect([0, 15, 19].contains(answer.code), "\(kibibytes) KiB: \(answer.stderr)")
                ends.append(answer.code)
                try FileManager.default.removeItem(at: folder.place("disk/fill"))
                // This one claims the room anew that the last words took.
                #expect(try desk.run(lock).code == 0, "\(kibibytes) KiB")
            }
            try #require(ends.count { $0 == 19 } >= 3 && ends.contains(0), "\(ends)")
            let records = try desk.done("audit", "show", "--json").split(separator: "\n")
            let words = records.indices.filter { records[$0].contains(#""event":"audit.full""#) }
            try #require(words.count >= 2)
            for index in words { #expect(records[index + 1].contains(#""type":"epochSeal""#)) }
            #expect(try desk.audited().code == 0)
        }
    }

    @Test func `begins no installation on a disk without room for one`() throws {
        try onDisk(ofMebibytes: 8) { folder in
            let place = Desk(emptyIn: folder, data: "disk/D")
            let words = ["init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera"]
            let answer = try place.run(words)
            #expect(answer.code == 19)
            #expect(answer.stderr.contains("[storage-full]"))
            #expect(try !folder.holds("disk/D"))
            #expect(try !folder.holds("disk/D.head"))
        }
    }
}
