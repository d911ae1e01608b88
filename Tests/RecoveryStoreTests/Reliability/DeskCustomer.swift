import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import RecoveryStore
import Testing

@testable import AccountRecovery

/// A customer of a desk, with an authenticator and codes to keep.
struct DeskCustomer: Sendable {
    let reference: String
    let subject: Pseudonym
    let savedCodes: [String]
    private let authenticator: Seed

    /// What an authenticator holds. A class, because an enrolment cannot be copied.
    private final class Seed: Sendable {
        let uri: EnrolmentURI

        init(_ uri: consuming EnrolmentURI) { self.uri = uri }
    }

    /// Imports and enrols them.
    init(_ reference: String, at admin: RecoveryService) async throws {
        _ = try await admin.importAccounts([Self.line(1, reference)], skippingBad: false, progress: { _ in })
        let factor = try await admin.enrolTOTP(SecretText(testing: reference))
        authenticator = Seed(try EnrolmentURI(parsing: factor.uri.key))
        let codes = try await admin.enrolCodes(SecretText(testing: reference))
        let text = codes.text.lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
        savedCodes = text.split(separator: "\n").map(String.init)
        subject = try await admin.account(SecretText(testing: reference)).subject
        self.reference = reference
    }

    /// The code that the authenticator shows.
    func code(at time: UnixTime) throws -> String {
        guard let code = authenticator.uri.totp.code(at: time) else { throw Unexpected.success }
        return code.lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
    }

    static func line(_ number: Int, _ reference: String) -> NewAccount {
        let fields = ["account": reference, "name": "Kim Park", "email": "\(reference)@example.org"]
        return NewAccount(
            line: number,
            fields: fields.mapValues(SecretText.init(testing:)),
            country: "GB",
            language: "en",
            stake: 100
        )
    }
}

extension SecretText {
    convenience init(testing text: String) {
        var bytes = Array(text.utf8)
        self.init(wiping: &bytes)
    }
}

extension RecoveryService {
    func open(_ reference: String) async throws -> CaseID {
        try await openCase(
            OpenCase(account: SecretText(testing: reference), purpose: .unlock, channel: .phone)
        ).recoveryCase.name
    }
}
