import Foundation
import Testing

/// What the proofs of reliability rest on: the library that breaks programs sees what the system sees.
@Suite struct FaultInjectorTests {
    /// Calls of the system that change what others can see, of those that a program can make by way of libc.
    private static let traced = [
        "open", "openat", "creat", "mkdir", "mkdirat", "write", "pwrite64", "writev", "pwritev", "pwritev2",
        "sendfile", "copy_file_range", "splice", "ftruncate", "truncate", "fallocate", "fsync", "fdatasync",
        "sync_file_range", "msync", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
        "unlink", "unlinkat", "rmdir",
    ]
    private static let strace = URL(fileURLWithPath: "/usr/bin/strace")

    /// One name for all ways to ask the same of the system.
    private static let names = [
        "openat": "open", "creat": "open", "mkdirat": "mkdir", "renameat": "rename", "renameat2": "rename",
        "linkat": "link", "unlinkat": "unlink",
    ]

    @Test func `counts every call by which a command changes something, as the system counts them`() throws {
        let desk = try Scene(after: 0)
        defer { desk.folder.discard() }
        for act in Act.recovery.prefix(5) {
            let before = try Scene(after: Act.recovery.prefix { $0.name != act.name }.count, from: desk)
            let (counted, traced) = (try before.copy(), try before.copy())
            defer { for scene in [before, counted, traced] { scene.folder.discard() } }
            let answer = try counted.play(act, .all).answer
            try #require(answer.code == act.code, "\(answer.stderr)")
            let calls = try ListedCall.all(in: counted.list)
            let seen = try Self.trace(act, on: traced)
            try #require(seen.count > 50)
            #expect(Self.tally(calls.map(\.name)) == Self.tally(seen), "\(act)")
        }
    }

    @Test func `lists nothing as broken where it was asked for nothing`() throws {
        let scene = try Scene(after: 0)
        defer { scene.folder.discard() }
        #expect(try scene.play(Act.recovery[0], .all).answer.code == 0)
        let calls = try ListedCall.all(in: scene.list)
        try #require(calls.count > 50)
        #expect(calls.map(\.number).sorted() == Array(1...calls.count))
        #expect(calls.allSatisfy { !$0.isBroken && $0.error == 0 })
    }

    private static func tally(_ names: [String]) -> [String: Int] {
        names.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// The calls of a run under strace, named as the injector names them.
    ///
    /// Two differences are meant. Opening what is there changes nothing and is not counted. Threads are woken by
    /// writing to an eventfd, from inside libc: nobody outside of the process can see that.
    private static func trace(_ act: Act, on scene: Scene) throws -> [String] {
        let output = scene.folder.outputs.appending(path: "trace")
        let filter = "trace=" + traced.joined(separator: ",")
        let answer = try scene.play(act, under: [strace.path, "-f", "-y", "-o", output.path, "-e", filter])
        try #require(answer.code == act.code, "\(answer.stderr)")
        return try String(contentsOf: output, encoding: .utf8).split(separator: "\n").compactMap { line in
            guard let match = line.firstMatch(of: /^[0-9]+ +([a-z0-9_]+)\((.*)/) else { return nil }
            let (name, rest) = (String(match.1), match.2)
            if name.hasPrefix("open"), !rest.contains("O_CREAT"), !rest.contains("O_TMPFILE") { return nil }
            if rest.contains("anon_inode:[eventfd]") { return nil }
            return names[name] ?? name
        }
    }
}
