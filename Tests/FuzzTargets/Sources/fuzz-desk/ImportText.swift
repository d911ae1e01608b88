import AccountRecovery
import FuzzDriver

/// A line of an import file. `ImportLine.swift` is the program's own file, linked: it stands in no library.
enum ImportText {
    static let target = Target("import-line") { bytes in
        let line = bytes.prefix { $0 != 0x0a }
        do throws(ImportLine.Refusal) {
            let account = try ImportLine(line, number: 1).account
            law(account.stake >= 0, "a stake is no less than nothing")
            law(account.fields["account"] != nil, "an account has a name")
            law(account.fields.keys.allSatisfy(ImportLine.personal.contains), "every personal field is a known one")
            law(account.fields.values.allSatisfy { $0.lend { !$0.isEmpty } }, "a field that is given holds something")
        } catch {
            law(!error.field.isEmpty || line.contains(0x22), "a refusal names its field")
            law(!error.reason.isEmpty, "a refusal has a reason")
        }
    }
}

extension SecretText {
    convenience init(of text: String) {
        var bytes = Array(text.utf8)
        self.init(wiping: &bytes)
    }
}
