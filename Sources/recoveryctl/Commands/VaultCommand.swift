import AccountRecovery
import ArgumentParser

struct VaultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault",
        abstract: "The indexes by which accounts are found: what they give away, and making them anew.",
        subcommands: [VaultPlan.self, VaultRenew.self]
    )
}

struct VaultPlan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show how many customers share a value of each index, and what more bits would give away."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let view = try await global.atDesk { try await $0.desk.indexes() }
        try global.answer(view) {
            try Terminal.answer(lines: IndexText(view: view).lines)
            if view.renewal != nil {
                Terminal.talk("  new indexes are being made; next: \(global.command(as: global.actor)) vault renew")
            }
        }
    }
}

struct VaultRenew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Make the indexes that fit this number of customers, or go on where that was cut short.",
        discussion: """
            The desk goes on working: look-ups read the old indexes until the new ones are full. Raised bits make look-ups \
            faster, and let a thief of the database tell people better apart: recoveryctl vault plan says by how much.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: ArgumentHelp("Bits above the plan from now on, 0 to 8.", valueName: "bits")) var raiseBits: Int?

    private struct Answer: Encodable {
        let isRenewed: Bool
        let position: UInt64?
    }

    func run() async throws {
        let done = try await global.atDesk { session in
            try await session.desk.renewIndexes(raisingBitsBy: raiseBits) { progress in
                Terminal.talk("\(progress.done) of \(progress.total) customers")
            }
        }
        try global.answer(Answer(isRenewed: done != nil, position: done?.position)) {
            try Terminal.answer(
                done.map { "indexes: old → new, log position \($0.position)" } ?? "the indexes fit; nothing was changed"
            )
        }
    }
}

/// The indexes in words. Nothing in it is about anybody.
struct IndexText {
    let view: IndexesView

    var lines: [String] {
        var rows = [["index", "bits", "key", "listed", "customers of one value: average, least, greatest"]]
        rows += view.indexes.map { index in
            [
                index.field, index.bits.map(String.init) ?? "none", index.keyVersion.map(String.init) ?? "-",
                "\(index.subjects) of \(view.subjects)",
                "\(Self.decimal(index.averageThousandths)), \(index.least), \(index.greatest)",
            ]
        }
        return Table.lines(rows) + [""] + words
    }

    /// What it all means for the people in it.
    private var words: [String] {
        let bits = view.indexes.compactMap(\.bits)
        guard !bits.isEmpty else {
            return [
                "There is no index: a look-up goes through all \(view.subjects) customers, and nothing is given away."
            ]
        }
        let together = view.subjects * 1000 >> min(bits.reduce(0, +), 62)
        var words = [
            "Whoever copies the database sees which customers share a value, and not which value it is.",
            "With the index key as well, and a guess at an address or a number, they know whom it can belong to:",
            "the customers of one value, as above, and no others. Who has all of a person's keys to look up by is left",
            "with \(Self.decimal(together)) on average, if that person is a customer at all.",
            "One bit more in each index halves each of those numbers; a look-up takes half as long.",
        ]
        for index in view.indexes {
            guard let bits = index.bits, let planned = index.plannedBits, bits != planned + index.raisedBits else {
                continue
            }
            let fitting = planned + index.raisedBits
            words.append("\(index.field) has \(bits) bits; \(fitting) would fit: recoveryctl vault renew")
        }
        return words
    }

    private static func decimal(_ thousandths: Int) -> String {
        let rest = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
