import CPKCS11
import Synchronization

/// AES-256-GCM with a key that never leaves a token of PKCS #11: a smart card, a module in a machine, or software that
/// plays one.
///
/// Nothing but C_Encrypt and C_Decrypt is asked of the key, and that only if the token says of it that it is sensitive
/// and not extractable.
public struct TokenCipher: Sendable, Hashable {
    /// By what a token or a key is found. There must be exactly one.
    public enum Mark: Sendable, Hashable {
        case label(String)
        /// Of a token: its serial number. Of a key: its `CKA_ID`.
        case identifier([UInt8])
    }

    static let nonceSize = 12
    static let tagSize = 16

    /// The absolute path of the module. Loading it runs it, with all rights of this process: whether it may be trusted
    /// is for the caller to find out first.
    public let module: String
    public let token: Mark
    public let key: Mark

    public init(module: String, token: Mark, key: Mark) {
        self.module = module
        self.token = token
        self.key = key
    }

    /// Opens `iv[12] || ciphertext || tag[16]`. The thread waits as long.
    public func open(
        _ box: [UInt8],
        associatedData: [UInt8],
        pin: borrowing SecretKey,
        within limit: Duration
    ) throws(SecretSourceError) -> SecretKey {
        guard box.count >= Self.nonceSize + Self.tagSize else { throw .unavailable }
        return try run(pin: pin, within: limit) { session in
            session.open(
                Array(box[Self.nonceSize...]),
                nonce: Array(box[..<Self.nonceSize]),
                associatedData: associatedData
            )
        }
    }

    /// Seals under a fresh nonce, and returns what ``open(_:associatedData:pin:within:)`` takes.
    public func seal(
        _ secret: borrowing SecretKey,
        associatedData: [UInt8],
        pin: borrowing SecretKey,
        within limit: Duration
    ) throws(SecretSourceError) -> [UInt8] {
        let secret = Held(secret.copy())
        let nonce = Random.bytes(Self.nonceSize)
        let box = try run(pin: pin, within: limit) { session in
            session.seal(secret.key, nonce: nonce, associatedData: associatedData)
        }
        return nonce + box.lend { [UInt8](copying: $0) }
    }

    /// Modules keep their state for the whole process, and not all of them can be used by two threads.
    private static let oneAtATime = Mutex(())

    private func run(
        pin: borrowing SecretKey,
        within limit: Duration,
        _ work: @escaping @Sendable (borrowing TokenSession) -> SecretKey?
    ) throws(SecretSourceError) -> SecretKey {
        let pin = Held(pin.copy())
        return try BoundedThread.answer(within: limit) {
            Self.oneAtATime.withLock { _ -> Held? in
                guard let session = TokenSession(self, pin: pin.key), let answer = work(session) else { return nil }
                return Held(answer)
            }?.key.copy()
        }
    }

    /// A closure that outlives its caller cannot hold what has one owner.
    private final class Held: Sendable {
        let key: SecretKey

        init(_ key: consuming SecretKey) {
            self.key = key
        }
    }
}
