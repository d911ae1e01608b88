import AccountRecovery
import Testing

@testable import recoveryctl

@Suite struct ImportLineTests {
    @Test func `reads a customer, and leaves out what is empty`() throws {
        let line = #"{"account":"u1","name":"木村 陽一","email":"","phone":null,"country":"JP","stake":25}"#
        let account = try ImportLine(line.utf8, number: 7).account
        #expect(account.line == 7)
        #expect(account.fields.keys.sorted() == ["account", "name"])
        #expect(account.fields["name"]?.shown == "木村 陽一")
        #expect(account.country == "JP")
        #expect(account.language == "en")
        #expect(account.stake == 25)
    }

    @Test(arguments: [
        ("garbage", "line"), ("[]", "line"), (#"{"account":["u1"]}"#, "line"),
        (#"{"account":"u1","stake":1.5}"#, "line"),
        ("{}", "account"), (#"{"account":""}"#, "account"), (#"{"account":7}"#, "account"),
        (#"{"account":"u1","name":7}"#, "name"), (#"{"account":"u1","stake":"7"}"#, "stake"),
        (#"{"account":"u1","stake":-1}"#, "stake"), (#"{"account":"u1","password":"x"}"#, "password"),
        (#"{"account":"u1","language":7}"#, "language"), (#"{"account":"u1","date_of_death":""}"#, "date_of_death"),
        // What is no field was repeated as it stood: a customer's name in the wrong place, a command to the terminal.
        (#"{"account":"u1","Kim Park":"name"}"#, "line"), (#"{"account":"u1","\u001b[2J":""}"#, "line"),
        (#"{"account":"u1","\u202eeman":""}"#, "line"), (#"{"account":"u1","+447700900123":""}"#, "line"),
        (#"{"account":"u1","":""}"#, "line"),
        (#"{"account":"u1","aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":""}"#, "line"),
    ])
    func `names the field that it refuses`(line: String, field: String) {
        #expect { try ImportLine(line.utf8, number: 1) } throws: { ($0 as? ImportLine.Refusal)?.field == field }
    }
}
