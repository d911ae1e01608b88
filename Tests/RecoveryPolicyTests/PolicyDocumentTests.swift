import RecoveryPolicy
import Testing

@Suite struct PolicyDocumentTests {
    @Test func `reads the small policy, with defaults for what it leaves out`() throws {
        let policy = try PolicyDocument.read(PolicyText.small)
        #expect(policy.name == "small" && policy.version == 1)
        #expect(policy.totpWindow == .strict)
        #expect(policy.evidenceValid == 900 && policy.approvalValid == 1800)
        #expect(policy.details.fields == 3 && policy.details.notGuessable == 1)
        #expect(policy.limits == Limits())
        #expect(policy.limits.attemptsPerCheck == 5 && policy.limits.grantValid == 600)
    }

    @Test func `reads CRLF, comments and characters of every script`() throws {
        let text = PolicyText.replacing("One purpose", with: "\"客户，一切 R&D, sure? 100% * & fine!\" # 说明: it's")
        #expect(try PolicyDocument.read(text).description == "客户，一切 R&D, sure? 100% * & fine!")
        let crlf = PolicyText.replacing("\n", with: "\r\n")
        #expect(try PolicyDocument.read(crlf) == PolicyDocument.read(PolicyText.small))
    }

    @Test func `the table spoils what is there`() {
        #expect(Spoiled.table.count >= 100)
        #expect(Set(Spoiled.table.map(\.name)).count == Spoiled.table.count)
        for row in Spoiled.table { #expect(PolicyText.small.contains(row.old), "\(row.name)") }
    }

    @Test(arguments: Spoiled.table)
    func `refuses with code, place and path`(row: Spoiled) throws {
        let error = try #require(PolicyText.refusal(of: PolicyText.replacing(row.old, with: row.new)))
        #expect(error.code == row.code, "\(error)")
        #expect("\(error.line):\(error.column)" == "\(row.line):\(row.column)", "\(error)")
        #expect(error.path == row.path, "\(error)")
        #expect(!error.text.isEmpty && !error.cure.isEmpty)
    }

    @Test func `refuses an empty text and one of comments`() {
        #expect(PolicyText.refusal(of: "")?.code == .empty)
        #expect(PolicyText.refusal(of: "# nothing\n")?.code == .empty)
        #expect(PolicyText.refusal(of: "small")?.code == .wrongShape)
    }

    @Test func `every code has a text that it refuses`() {
        let elsewhere: Set<PolicyError.Code> = [.tooLarge, .tooDeep, .tooManyNodes, .tooManyWays, .empty]
        #expect(Set(Spoiled.table.map(\.code)).union(elsewhere) == Set(PolicyError.Code.allCases))
    }
}
