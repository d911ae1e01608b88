import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import RecoveryTestSupport
import Synchronization
import Testing

@testable import AccountRecovery

/// A desk over stores in memory, with real keys in a folder of its own, and a clock that stands until it is moved.
final class TestDesk: Sendable {
    let clock = HandClock()
    let store: MemoryStore
    let directory = MemoryDirectory()
    let courier = MemoryCourier()
    let parts: RecoveryService.Parts
    let admin: RecoveryService
    let grantKey: Ed25519.PublicKey
    let folder: DataFolder
    private let verification: VerificationOptions

    /// - Parameters:
    ///   - policy: Put in force instead of the standard one.
    ///   - wrapping: Puts something between the service and the directory.
    init(
        policy: String? = nil,
        wrapping: (MemoryDirectory) -> any AccountDirectory = { $0 }
    ) async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "desk-" + UUID().uuidString).path
        folder = DataFolder(root)
        for path in [root, folder.store, folder.keys, folder.people] {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        }
        let ada = try #require(StaffName("ada"))
        let new = try NewInstallation(
            in: folder,
            origin: "recovery.example/test",
            admin: ada,
            auditors: [try #require(StaffName("vera"))],
            policy: try policy
                ?? String(contentsOf: Self.policies.appending(path: "standard.yaml"), encoding: .utf8),
            at: clock.now()
        )
        store = try await MemoryStore(
            clock: clock,
            origin: new.installation.origin,
            signingKey: new.keys.log,
            auditors: new.installation.auditors
        )
        grantKey = new.keys.grants.publicKey
        let vera = try #require(StaffName("vera"))
        var verification = VerificationOptions(now: clock.now())
        verification.logKey = VKey(LogIdentity(origin: new.installation.origin, publicKey: new.keys.log.publicKey))
        verification.auditor = AuditorKey(
            kid: vera.text,
            key: X25519.PrivateKey(bytes: try HexKeyFile.read(folder.auditorKey(of: vera)))
        )
        verification.requiresMACs = true
        self.verification = verification
        try await new.furnish(store)
        let keyring = try await store.read { try $0.vault.keyring() }
        parts = RecoveryService.Parts(
            store: store,
            directory: wrapping(directory),
            courier: courier,
            clock: clock,
            vault: try SubjectVault(tenant: new.installation.tenant, keyring: keyring, source: new.keys.source),
            grantKey: new.keys.grants,
            origin: new.installation.origin.text
        )
        let member = try await store.read { try $0.record(StaffMember.self, "ada") }
        let key = try StaffKey(readingFrom: folder.key(of: ada))
        admin = RecoveryService(parts, caller: try key.signIn(as: try #require(member)))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder.root)
    }

    static let policies = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Policies")

    func adminKey() throws -> StaffKey {
        try StaffKey(readingFrom: folder.key(of: admin.caller.name))
    }

    /// Admits somebody, signed by the administrator, and opens a desk for them.
    func desk(of name: String, role: StaffRole) async throws -> (RecoveryService, StaffKey) {
        let name = try #require(StaffName(name))
        let key = try StaffKey.create(at: folder.key(of: name))
        let statement = try await admin.admissionStatement(
            StaffAdmission(name: name, role: role, publicKey: key.publicKey)
        )
        _ = try await admin.admit(statement, signature: adminKey().sign(statement, as: admin.caller.name))
        let member = try await store.read { try $0.record(StaffMember.self, name.text) }
        return (RecoveryService(parts, caller: try key.signIn(as: try #require(member))), key)
    }

    /// Imports a customer with an authenticator and a locked account, and returns the authenticator.
    func lockedCustomer(_ reference: String = "u-1001", stake: Int64 = 100) async throws -> Authentic {
        let text: (String) -> SecretText = SecretText.init(testing:)
        try await importCustomer(reference, stake: stake)
        let factor = try await admin.enrolTOTP(text(reference))
        _ = try await admin.lock(text(reference), reason: "failed-attempts")
        return try Authentic(uri: factor.uri.key)
    }

    /// A customer without a factor.
    func importCustomer(_ reference: String, stake: Int64 = 100) async throws {
        let text: (String) -> SecretText = SecretText.init(testing:)
        _ = try await admin.importAccounts(
            [
                NewAccount(
                    line: 1,
                    fields: [
                        "account": text(reference), "name": text("Kim Park"), "date_of_birth": text("1985-02-28"),
                        "email": text("kim.park@example.org"), "phone": text("+447700900123"),
                    ],
                    country: "GB",
                    language: "en",
                    stake: stake
                )
            ],
            skippingBad: false,
            progress: { _ in }
        )
    }

    /// Exports the log and has it judged by an auditor with keys of their own. Anything that is wrong is an issue.
    ///
    /// - Parameter isSigned: Whether the log holds a statement of anybody.
    func audit(isSigned: Bool = true, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let verdict = LogVerifier(verification).verify(try await store.bundle())
        let faults = verdict.findings.filter { [.failure, .unverifiable, .incomplete].contains($0.severity) }
        #expect(faults.isEmpty && verdict.outcome == .intact, sourceLocation: sourceLocation)
        #expect(verdict.macs == .checked, sourceLocation: sourceLocation)
        #expect(verdict.authorship == (isSigned ? .proven : .none), sourceLocation: sourceLocation)
        #expect(verdict.size >= 5, sourceLocation: sourceLocation)
    }

    /// What an auditor says of the log, given files of their own beside it.
    func verdict(with files: [String: [UInt8]] = [:]) async throws -> RecoveryAudit.Verdict {
        var bundle = try await store.bundle()
        bundle.files.merge(files) { $1 }
        return LogVerifier(verification).verify(bundle)
    }

    /// The names of the events of the log, or of those of a case.
    func eventNames(of name: CaseID? = nil) async -> [String] {
        await events(of: name).compactMap { $0["event"]?.string }
    }

    /// The events of the log, or those of a case.
    func events(of name: CaseID? = nil) async -> [JSONObject] {
        await store.events.filter { name == nil || $0["case"]?.string == name?.text }
    }

    /// The code in the newest message.
    func sentCode() async throws -> SecretText {
        let body = await courier.lendLast { message in
            message.body.lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
        }
        let text = try #require(body)
        let match = try #require(text.firstMatch(of: /[0-9]{8}/))
        return SecretText(testing: String(match.0))
    }
}

/// The customer's authenticator.
final class Authentic: Sendable {
    private let uri: EnrolmentURI

    init(uri: borrowing SecretKey) throws {
        self.uri = try EnrolmentURI(parsing: uri)
    }

    func code(at time: UnixTime) throws -> SecretText {
        let code = uri.totp.code(at: time)
        guard let code else { throw CancellationError() }
        return SecretText(code)
    }
}

/// Stands still until it is moved.
final class HandClock: RecoveryClock {
    private let time = Mutex<Int64>(1_800_000_000_000_000)

    func microseconds() -> Int64 { time.withLock { $0 } }

    func move(seconds: Int64) { time.withLock { $0 += seconds * 1_000_000 } }
}

extension SecretText {
    convenience init(testing text: String) {
        var bytes = Array(text.utf8)
        self.init(wiping: &bytes)
    }
}
