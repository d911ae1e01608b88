import FuzzDriver
import RecoveryCrypto

/// What a QR code tells an authenticator.
enum EnrolmentText {
    static let target = Target("otpauth-uri") { bytes in
        guard let uri = try? EnrolmentURI(parsing: SecretKey(copying: bytes.span)) else { return }
        let text = uri.text().lend { [UInt8](copying: $0) }
        // Every byte of a name may need three, and every parameter is named: a long one may outgrow what is read.
        guard text.count <= EnrolmentURI.maximumSize else { return }
        guard let again = try? EnrolmentURI(parsing: SecretKey(copying: text.span)) else {
            return law(false, "what was written can be read")
        }
        law(again.text().lend { [UInt8](copying: $0) } == text, "what was written is written back the same")
        law(again.account.utf8.elementsEqual(uri.account.utf8), "the account stays what it was")
        law((again.issuer ?? "").utf8.elementsEqual((uri.issuer ?? "").utf8), "the issuer stays what it was")
        law(again.seed().lend { seed in uri.seed().lend { constantTimeEqual(seed, $0) } }, "so does the seed")
    }
}
