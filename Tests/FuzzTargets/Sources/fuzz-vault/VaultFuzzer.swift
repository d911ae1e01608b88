import FuzzDriver

private let chosen = Target.chosen(of: [
    EnvelopeBytes.target, WrappedKey.target, EnrolmentText.target, SeededBugs.overrun, SeededBugs.leniency,
    SeededBugs.hang, SeededBugs.memory,
])

/// What the vault reads, and the seeded bugs, which need no module of ours.
@main
enum VaultFuzzer {
    static func main() {
        unsafe chosen.fuzz { unsafe chosen.feed($0, $1) }
    }
}
