import AccountRecovery
import GRDB
import RecoveryAudit
import RecoveryCrypto

/// What a token of an authority for time stamps came to.
public struct TimeAnchoring: Sendable, Hashable {
    /// How many records the stamped checkpoint covers.
    public let size: UInt64
    /// When they were all there, as `2025-10-09T08:53:20Z`.
    public let time: String
}

/// Why a token is not written into the log.
public enum TokenRefusal: Error, Sendable, Hashable {
    /// What was given as authorities holds no certificate in PEM.
    case authorities
    /// It is no granted response over a SHA-256.
    case malformed
    /// It is over no checkpoint of this log that is kept.
    case foreign
    /// Its signer is not under the authorities, at its time.
    case unknownSigner
    /// Its signature is wrong, or its signer is not one for time stamps.
    case signature
    /// Its time has not come yet.
    case future
}

extension SQLiteStore {
    /// A request for a time stamp of the newest checkpoint (RFC 3161 §2.4.1), and how many records that covers.
    public func timeStampQuery() async throws -> (size: UInt64, query: [UInt8]) {
        let note = try await checkpoint()
        guard let text = SignedNote(parsing: note)?.text, let checkpoint = Checkpoint(parsing: text) else {
            throw StoreError.corrupt("the newest checkpoint cannot be read")
        }
        return (checkpoint.size, TimeStampQuery(imprint: SHA256.digest(of: Array(text.utf8))).bytes)
    }

    /// Takes the response of an authority for time stamps over one checkpoint of this log, and writes it into the log, so
    /// that everything before that checkpoint is older than it says (`Docs/Specs/audit-log.md` §10.5).
    ///
    /// - Parameters:
    ///   - token: the DER of the response.
    ///   - authorities: certificates in PEM. A token that nobody can verify later is not written.
    /// - Throws: ``TokenRefusal``.
    public func anchor(token: [UInt8], authorities: [UInt8]) async throws -> TimeAnchoring {
        guard let authorities = TimeStampAuthorities(pem: authorities) else { throw TokenRefusal.authorities }
        guard let response = TimeStampResponse(parsing: token) else { throw TokenRefusal.malformed }
        let log = VKey(keys.identity)
        let now = options.clock.now()
        return try await writer.exclusively { database, open in
            guard let stamped = try Self.stamped(response.imprint, log, in: database) else {
                throw TokenRefusal.foreign
            }
            let stamp: TimeStamp
            do throws(TimeStampError) {
                stamp = try TimeStamp(verifying: token, of: response.imprint, under: authorities, now: now)
            } catch {
                throw TokenRefusal(error)
            }
            try open.prepare(database)
            try open.recordTimeStamp(token, of: stamped, database)
            return TimeAnchoring(size: stamped.size, time: stamp.time.timestamp)
        }
    }

    /// The newest stored checkpoint that a token is over. The token does not say which.
    private static func stamped(
        _ imprint: Digest256,
        _ log: VKey,
        in database: Database
    ) throws -> VerifiedCheckpoint? {
        for stored in try SQLiteLogReader(database: database).checkpoints(upTo: UInt64(Int64.max)).reversed() {
            guard let note = SignedNote(parsing: stored.note), SHA256.digest(of: Array(note.text.utf8)) == imprint
            else {
                continue
            }
            return try? VerifiedCheckpoint(verifying: stored.note, log: log, witnesses: [])
        }
        return nil
    }
}

extension TokenRefusal {
    fileprivate init(_ error: TimeStampError) {
        switch error {
        case .malformed: self = .malformed
        case .imprint: self = .foreign
        case .authority: self = .unknownSigner
        case .signature: self = .signature
        case .future: self = .future
        }
    }
}
