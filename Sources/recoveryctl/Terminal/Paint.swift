import Foundation

/// Colour, where it helps and is wanted. Nothing is ever said by colour alone.
struct Paint {
    let isOn: Bool

    init(_ choice: GlobalOptions.ColorChoice) {
        let environment = ProcessInfo.processInfo.environment
        isOn =
            switch choice {
            case .always: true
            case .never: false
            case .auto:
                Terminal.isResultOnTerminal && environment["NO_COLOR", default: ""].isEmpty
                    && environment["TERM"] != "dumb"
            }
    }

    func bold(_ text: String) -> String { painted(text, "1") }
    func dim(_ text: String) -> String { painted(text, "2") }
    func green(_ text: String) -> String { painted(text, "32") }
    func yellow(_ text: String) -> String { painted(text, "33") }
    func red(_ text: String) -> String { painted(text, "31") }
    func cyan(_ text: String) -> String { painted(text, "36") }

    private func painted(_ text: String, _ code: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
