import Foundation
import RecoveryTestSupport
import Testing

/// What a process knew is gone when it is done with it, and what it must know lies where no core file reaches.
@Suite(.serialized, .enabled(if: SystemTool.mayActAsOthers, "only root may look into a process that is hardened"))
struct SecretsInMemoryTests {
    /// What must be known as long as the process lives: the keys of the desk and of the log.
    private static let living: Set = ["KEK match", "KEK sys", "class key", "log seed", "grant seed", "ratchet"]

    private static let looked = Task { try await CheckedProcess() }

    @Test func `nothing secret is left of a thousand checks but what must live, and that lies locked`() async throws {
        let looked = try await Self.looked.value
        try #require(looked.checks >= 1_000)
        try #require(looked.memory.kinds.contains("marker"), "the search is blind")
        #expect(Self.surplus(looked.memory).isEmpty, "\(Self.surplus(looked.memory))")
        #expect(Set(looked.memory.locked.keys.map(\.kind)) == Self.living, "\(looked.memory.locked)")
        // One state of the chain, and none of those that it went through.
        #expect(looked.memory.locked.filter { $0.key.kind == "ratchet" }.values.reduce(0, +) == 1)
    }

    @Test(.enabled(if: CheckedProcess.takesCores, "no gcore, which comes with gdb"))
    func `a core file has nothing of a thousand checks, and no key that lives`() async throws {
        let core = try #require(try await Self.looked.value.core)
        try #require(core.kinds.contains("marker"), "the search is blind")
        #expect(Self.surplus(core).isEmpty, "\(Self.surplus(core))")
        #expect(core.locked.isEmpty)
    }

    @Test func `no more codes of six digits are left than chance has`() async throws {
        let chances = try await Self.looked.value.chances
        #expect(chances.product > SixDigits.least)
        #expect(chances.naive < SixDigits.least)
    }

    @Test func `finds every kind of secret in a handler that keeps what it compares`() async throws {
        let looked = try await Self.looked.value
        for found in looked.naive {
            let open = Set(found.open.keys.map(\.kind))
            #expect(open.union(["marker"]) == looked.kinds, "\(looked.kinds.subtracting(open))")
        }
        let images = [looked.memory, looked.core].compactMap { $0 }
        try Figure(
            "R14",
            "secrets leave memory",
            covered: [
                .init(looked.checks, "checks"), .init(looked.secrets, "secrets and forms of them"),
                .init(looked.kinds.count - 1, "kinds of secrets"), .init(looked.patterns, "patterns"),
                .init(images.reduce(0) { $0 + $1.pages }, "pages that were not empty"),
            ],
            bad: images.reduce(0) { $0 + Self.surplus($1).count },
            control: "a handler that keeps a String of each: every kind found"
        ).report()
    }

    /// What is found outside of the secure heap, but for what `Docs/Threats.md` says is left there: the text of a
    /// detail as the rules take it apart, in arrays of scalars.
    private static func surplus(_ found: Findings) -> [Findings.Trace: Int] {
        found.open.filter { $0.key.kind != "detail" || $0.key.form != .utf32 }
    }
}
