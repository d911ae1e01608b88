import ArgumentParser

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play a whole recovery on sample data, with the real programs."
    )

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Keep the data afterwards.") var keep = false

    func run() async throws {}
}
