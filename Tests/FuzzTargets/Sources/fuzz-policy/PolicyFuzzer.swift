import FuzzDriver

private let chosen = Target.chosen(of: [PolicyText.target, CasesText.target])

/// What authors of policies write.
@main
enum PolicyFuzzer {
    static func main() {
        unsafe chosen.fuzz { unsafe chosen.feed($0, $1) }
    }
}
