import FuzzDriver

private let chosen = Target.chosen(of: [ImportText.target, KeyFiles.target, GrantParts.target, Names.target])

/// What the desk reads and signs.
@main
enum DeskFuzzer {
    static func main() {
        unsafe chosen.fuzz { unsafe chosen.feed($0, $1) }
    }
}
