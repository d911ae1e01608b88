import Foundation
import Testing

/// Two processes that checked the same: the product, more than a thousand times, and a handler that keeps everything.
struct CheckedProcess: Sendable {
    static let gcore = URL(fileURLWithPath: "/usr/bin/gcore")
    static let takesCores = FileManager.default.isExecutableFile(atPath: gcore.path)

    let checks: Int
    /// Kinds of secrets that were looked for.
    let kinds: Set<String>
    let secrets: Int
    let patterns: Int
    let memory: Findings
    /// Nothing where there is no `gcore`.
    let core: Findings?
    /// Of the handler that keeps everything: its memory, and a core of it.
    let naive: [Findings]
    /// The probability that chance alone left as many codes of six digits, in the product and in the other.
    let chances: (product: Double, naive: Double)

    init() async throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        var desk = try CheckedDesk(in: folder)
        let keys = try await CheckedKeys.of(desk)
        try folder.write("", to: "naive/marker")
        for name in ["D", "D.head"] {
            try FileManager.default.copyItem(at: folder.place(name), to: folder.place("naive/" + name))
        }

        let product = try Watched(desk, data: "D", letters: "letters", keeping: false, orders: desk.orders)
        try #require(product.ready == ["ready", "\(desk.checks)", "\(desk.passes)", "\(desk.unwraps)"])
        try #require(product.said.hasPrefix("marker \(desk.marker.count), kept 0"))
        try desk.read(letters: String(contentsOf: folder.outputs.appending(path: "letters"), encoding: .utf8))
        let beginning = Array(desk.orders.prefix(80)) + keys.notes
        let other = try Watched(desk, data: "naive/D", letters: "naive-letters", keeping: true, orders: beginning)

        let needles = desk.needles + keys.needles
        let search = try NeedleSearch(needles)
        checks = desk.checks
        kinds = Set(needles.map(\.kind))
        secrets = needles.count
        patterns = search.count
        memory = Findings(product.memory, search)
        core = product.core.map { Findings($0, search) }
        naive = ([other.memory] + (other.core.map { [$0] } ?? [])).map { Findings($0, search) }
        chances = (product.chance(of: desk.totpCodes), other.chance(of: desk.totpCodes))
    }

    /// A run with an image from before its first check and after its last.
    private struct Watched {
        let before: Set<String>
        let memory: MemoryImage
        let core: MemoryImage?
        let ready: [String]
        let said: String

        init(_ desk: CheckedDesk, data: String, letters: String, keeping: Bool, orders: [String]) throws {
            let folder = desk.desk.folder
            let run = try CheckingRun(desk, data: data, letters: letters, keeping: keeping)
            try #require(try run.follow(["marker 0 " + desk.marker, "pause"]) == ["paused"])
            before = try MemoryImage.memory(of: run.identifier, in: folder).sixDigits
            ready = try run.follow(orders + ["end"])
            core = CheckedProcess.takesCores ? try MemoryImage.core(of: run.identifier, in: folder) : nil
            memory = try MemoryImage.memory(of: run.identifier, in: folder)
            said = try run.end()
        }

        /// What was there before the first check was no code of it.
        func chance(of codes: [String]) -> Double {
            let runs = memory.sixDigits.subtracting(before)
            let typed = Set(codes)
            return SixDigits.chance(of: runs.intersection(typed).count, runs: runs.count, codes: typed.count)
        }
    }
}
