// A locked account, two factors, one approval: a case is decided by the shipped policy, with everything in memory.
import AccountRecovery
import Foundation

let policy = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Policies/standard.yaml")
let trial = try await TrialDesk(policy: String(contentsOf: policy, encoding: .utf8))
let mia = try await trial.admit("mia", as: .agent)
let sam = try await trial.admit("sam", as: .supervisor)

// The operator's side: a customer with something at stake, an authenticator, and a lock.
let fields = ["account": said("u-1001"), "email": said("kim@example.org")]
let customer = NewAccount(line: 1, fields: fields, country: nil, language: "en", stake: 100)
_ = try await trial.admin.desk.importAccounts([customer], skippingBad: false, progress: { _ in })
let factor = try await trial.admin.desk.enrolTOTP(said("u-1001"))
_ = try await trial.admin.desk.lock(said("u-1001"), reason: "failed-attempts")

// The call: the agent types blind what the caller reads out, and asks the policy.
let opened = try await mia.desk.openCase(OpenCase(account: said("u-1001"), purpose: .unlock, channel: .phone))
let name = opened.recoveryCase.name
_ = try await mia.desk.checkTOTP(name, code: trial.code(from: factor))
_ = try await mia.desk.sendCode(name, by: .email)
_ = try await mia.desk.checkIssuedCode(name, code: trial.sentCode())
print(try await mia.desk.decide(name).outcome, "for the agent alone")

// Somebody else looks at the case, and signs it as it stands.
let request = try await sam.desk.approvalRequest(name)
_ = try await sam.desk.approve(sam.key.sign(request, approving: true, as: sam.name))
let decision = try await mia.desk.decide(name)
print(decision.outcome, "with the approval, because:")
for reason in decision.reasons { print(" ", reason) }
print(try await mia.desk.restore(name).change.recoveryCase.state)

func said(_ text: String) -> SecretText {
    var bytes = Array(text.utf8)
    return SecretText(wiping: &bytes)
}
