import AccountRecovery
import Foundation
import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import recoveryctl

@Suite struct CourierTests {
    private static func folder() -> String {
        FileManager.default.temporaryDirectory.appending(path: "courier-\(UUID().uuidString)").path
    }

    private static func message(to address: String = "a@example.org", _ body: String = "Grüße") -> Message {
        Message(
            channel: .email,
            address: SecretKey(copying: Array(address.utf8).span),
            subject: "Ihr Code für C-7F3KQ2M9XA",
            body: SecretKey(copying: Array(body.utf8).span)
        )
    }

    private static func mails(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/new").map {
            try String(contentsOfFile: "\(folder)/new/\($0)", encoding: .utf8)
        }
    }

    private static func exec(_ program: String, _ arguments: [String] = [], _ limit: Duration = .seconds(10))
        -> ExecCourier
    {
        ExecCourier(
            program: program,
            arguments: arguments,
            host: "example.org",
            clock: SteppedClock(),
            timeLimit: limit
        )
    }

    @Test func `leaves a whole message for its owner alone`() async throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let courier = MaildirCourier(folder: folder, host: "recovery.example", clock: SteppedClock(at: 1_772_375_527))
        #expect(await courier.deliver(Self.message()) == .accepted)
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder + "/new").first)
        let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/new/\(name)")[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/tmp").isEmpty)
        let lines = try #require(try Self.mails(in: folder).first).split(separator: "\n").map(String.init)
        #expect(lines.contains("To: a@example.org"))
        #expect(lines.contains("Subject: =?UTF-8?B?SWhyIENvZGUgZsO8ciBDLTdGM0tRMk05WEE=?="))
        #expect(lines.contains("Date: Sun, 01 Mar 2026 14:32:07 +0000"))
        #expect(lines.last == "Grüße")
    }

    @Test func `loses and doubles nothing under a stampede`() async throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let courier = MaildirCourier(folder: folder, host: "recovery.example", clock: SteppedClock())
        let subject = CourierUnderTest(
            courier: courier,
            arrived: { try Self.mails(in: folder).map { String($0.split(separator: "\n").last ?? "") } },
            breakDown: { _ in }
        )
        try await CourierConformance.check(.deliversEachOnceUnderAStampede, of: subject)
    }

    @Test(arguments: ["a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", ""])
    func `delivers to one plain address only`(address: String) async {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let maildir = MaildirCourier(folder: folder, host: "recovery.example", clock: SteppedClock())
        #expect(await maildir.deliver(Self.message(to: address)) == .failed(code: "address"))
        #expect(await Self.exec("/bin/true").deliver(Self.message(to: address)) == .failed(code: "address"))
    }

    @Test func `hands the whole message to a program`() async throws {
        let path = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(await Self.exec("/usr/bin/tee", [path]).deliver(Self.message()) == .accepted)
        let mail = try String(contentsOfFile: path, encoding: .utf8)
        #expect(mail.contains("\nTo: a@example.org\n"))
        #expect(mail.hasSuffix("\n\nGrüße\n"))
    }

    /// `false` closes its input before all is written, and the signal of that once ended the whole process.
    @Test(arguments: [
        ("/bin/false", [String](), "refused"), ("/nowhere/sendmail", [], "start"), ("/bin/sleep", ["3600"], "timeout"),
    ])
    func `says why a program did not take a message`(program: String, arguments: [String], code: String) async {
        let courier = Self.exec(program, arguments, code == "timeout" ? .milliseconds(100) : .seconds(10))
        #expect(await courier.deliver(Self.message()) == .failed(code: code))
    }

    @Test func `refuses a message that a pipe does not hold`() async {
        let long = String(repeating: "x", count: ExecCourier.largestMessage)
        #expect(await Self.exec("/bin/true").deliver(Self.message(long)) == .failed(code: "size"))
    }
}
