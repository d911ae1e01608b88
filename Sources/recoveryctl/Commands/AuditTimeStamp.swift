import AccountRecovery
import RecoveryStore

/// The part of `audit anchor` that is about time stamps.
struct TimeStampAnchor {
    let global: GlobalOptions

    private struct Answer: Encodable {
        let size: UInt64
        let time: String
    }

    /// Writes the token of one file into the log, if it verifies under the authorities of the other.
    func write(_ token: String, under authorities: String) async throws {
        let (tokenBytes, authorityBytes) = (try contents(ofFileAt: token), try contents(ofFileAt: authorities))
        let anchoring = try await global.atLog { open, _ in
            do {
                return try await open.store.anchor(token: tokenBytes, authorities: authorityBytes)
            } catch let refusal as TokenRefusal {
                throw Failure(refusal, token: token, authorities: authorities)
            }
        }
        try global.answer(Answer(size: anchoring.size, time: anchoring.time)) {
            try Terminal.answer("time-stamped: the first \(anchoring.size) records, by \(anchoring.time)")
        }
    }
}

extension Failure {
    fileprivate init(_ refusal: TokenRefusal, token: String, authorities: String) {
        switch refusal {
        case .authorities:
            self.init(
                .usage,
                "not-that",
                "\(authorities) does not hold certificates in PEM",
                cure: "name the file with the certificates that the authority publishes"
            )
        case .malformed:
            self.init(
                .failed,
                "no-time-stamp",
                "\(token) is no granted time stamp over a SHA-256, in DER",
                cure: """
                    openssl ts -reply -in FILE -text shows what was answered, and -out NEW in place of -text writes it \
                    as DER; audit head --time-stamp-query asks again
                    """
            )
        case .foreign:
            self.init(
                .failed,
                "foreign-time-stamp",
                "\(token) is over no checkpoint of this log",
                cure: "send what audit head --time-stamp-query writes here, as it is, and take the answer to that"
            )
        case .unknownSigner:
            self.init(
                .failed,
                "unknown-authority",
                "who signed \(token) was not under \(authorities) at its time",
                cure: "name the root certificate of the authority that was asked"
            )
        case .signature:
            self.init(
                .failed,
                "bad-time-stamp",
                "\(token) is signed wrongly, or with a certificate that is not one for time stamps",
                cure: "save the answer as it comes and try again; if it stays so, ask another authority"
            )
        case .future:
            self.init(
                .failed,
                "future-time-stamp",
                "\(token) is of a time that has not come yet",
                cure: "set the clock right (timedatectl), or ask another authority"
            )
        }
    }
}
