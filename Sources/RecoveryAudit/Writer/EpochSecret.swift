public import RecoveryCrypto

/// S_e: the secret from which every key of epoch e and of all later epochs follows. Exists in the file `epoch.key`
/// until the epoch is opened, and nowhere after (audit-log.md §5).
public struct EpochSecret: ~Copyable, Sendable {
    /// The size of `epoch.key` in bytes: u32(e) ‖ S_e.
    public static let fileSize = 36

    /// e.
    public let epoch: UInt32
    let secret: SecretKey

    /// Draws S_0 for a new log.
    public init() {
        self.init(epoch: 0, secret: SecretKey(randomByteCount: Digest256.byteCount))
    }

    /// Reads the content of `epoch.key` and wipes the array; `nil` unless it has 36 bytes.
    public init?(wiping file: inout [UInt8]) {
        defer { file.wipe() }
        guard file.count == EpochSecret.fileSize else { return nil }
        let bytes = file.span
        self.init(epoch: bytes.bigEndian(UInt32.self, at: 0), secret: SecretKey(copying: bytes.extracting(4..<36)))
    }

    init(epoch: UInt32, secret: consuming SecretKey) {
        precondition(secret.byteCount == Digest256.byteCount, "an epoch secret has 32 bytes")
        self.epoch = epoch
        self.secret = secret
    }

    /// The content of `epoch.key`, 36 bytes.
    public borrowing func file() -> SecretKey {
        var file: [UInt8] = []
        // Room for all of it at once, so that no part is left behind where the array grew out of.
        file.reserveCapacity(EpochSecret.fileSize)
        file.append(bigEndian: epoch)
        secret.lend { secret in
            for index in secret.indices { file.append(secret[index]) }
        }
        return SecretKey(wiping: &file)
    }

    /// Returns A_e, C_e, S_(e+1) and C_(e+1).
    borrowing func keys(of logID: LogID) -> OpeningKeys {
        let context = KeySchedule.epochContext(logID, epoch: epoch)
        let authenticationKey = KeySchedule.authenticationKey(of: secret, context: context)
        let commitment = KeySchedule.commitment(to: authenticationKey, context: context)
        let next = EpochSecret(epoch: epoch + 1, secret: KeySchedule.nextSecret(after: secret, context: context))
        let nextContext = KeySchedule.epochContext(logID, epoch: next.epoch)
        let nextKey = KeySchedule.authenticationKey(of: next.secret, context: nextContext)
        return OpeningKeys(
            context: context,
            authenticationKey: authenticationKey,
            commitment: commitment,
            nextCommitment: KeySchedule.commitment(to: nextKey, context: nextContext),
            next: next
        )
    }
}

/// What follows from one epoch secret and is needed to open its epoch.
struct OpeningKeys: ~Copyable {
    let context: [UInt8]
    let authenticationKey: SecretKey
    let commitment: Digest256
    let nextCommitment: Digest256
    let next: EpochSecret
}
