public import RecoveryCrypto

/// The keys of a log, from S_0 to the key of every single record (audit-log.md §4).
///
///     S_0 ──next──► S_1 ──next──► S_2 …          epoch secrets, only ever the next one on disk
///      │auth         │auth
///     A_0           A_1                          epoch keys: open the MACs of one epoch
///      ║             ║
///     R_0,0 ─► R_0,1 ─► …                        ratchet, each erased when the next exists
///      │        │
///     k_0,0    k_0,1                             one record each
public enum KeySchedule {
    /// Returns the first 16 bytes of SHA-256(label ‖ u16(size of origin) ‖ origin ‖ public key).
    public static func logID(origin: Origin, publicKey: Ed25519.PublicKey) -> LogID {
        var message = label("rva/v1/log-id")
        message.append(bigEndian: UInt16(origin.text.utf8.count))
        message += origin.text.utf8
        message += publicKey.bytes
        var hash: [UInt8] = []
        SHA256.digest(of: message).append(to: &hash)
        return LogID(reading: hash.span)
    }

    /// Returns ctx_e = log_id ‖ u32(epoch), 20 bytes.
    public static func epochContext(_ logID: LogID, epoch: UInt32) -> [UInt8] {
        var context = logID.bytes
        context.append(bigEndian: epoch)
        return context
    }

    /// Returns A_e of S_e.
    public static func authenticationKey(of secret: borrowing SecretKey, context: [UInt8]) -> SecretKey {
        HKDF.expand(secret, info: label("rva/v1/epoch-auth") + context)
    }

    /// Returns S_(e+1) of S_e.
    public static func nextSecret(after secret: borrowing SecretKey, context: [UInt8]) -> SecretKey {
        HKDF.expand(secret, info: label("rva/v1/epoch-next") + context)
    }

    /// Returns C_e, the public commitment to A_e.
    public static func commitment(to authenticationKey: borrowing SecretKey, context: [UInt8]) -> Digest256 {
        var prefix = label("rva/v1/epoch-commit") + context
        return authenticationKey.lend { key in
            // The array is ours alone and is wiped: the key leaves its own storage for the length of one hash.
            prefix.reserveCapacity(prefix.count + key.count)
            for index in key.indices { prefix.append(key[index]) }
            defer { prefix.wipe() }
            return SHA256.digest(of: prefix)
        }
    }

    /// Returns k_(e,j) of R_(e,j).
    public static func recordKey(of ratchet: borrowing SecretKey, context: [UInt8], step: UInt32) -> SecretKey {
        HKDF.expand(ratchet, info: stepInfo("rva/v1/record-key", context, step))
    }

    /// Returns R_(e,j+1) of R_(e,j).
    public static func nextRatchet(after ratchet: borrowing SecretKey, context: [UInt8], step: UInt32) -> SecretKey {
        HKDF.expand(ratchet, info: stepInfo("rva/v1/record-next", context, step))
    }

    /// Returns the `prev_mac` of record 0.
    public static func genesisLink(_ logID: LogID, commitment: Digest256) -> Digest256 {
        var message = label("rva/v1/genesis") + logID.bytes
        commitment.append(to: &message)
        return SHA256.digest(of: message)
    }

    /// Returns M of `H ‖ P`.
    public static func recordMAC(key: borrowing SecretKey, headerAndPayload: Span<UInt8>) -> Digest256 {
        HMAC.sha256(over: recordLabel, headerAndPayload, key: key)
    }

    static let recordLabel = label("rva/v1/record")

    static func stepInfo(_ name: StaticString, _ context: [UInt8], _ step: UInt32) -> [UInt8] {
        var info = label(name) + context
        info.append(bigEndian: step)
        return info
    }

    /// The ASCII bytes of `name` and a zero byte, so that no label is the beginning of another.
    private static func label(_ name: StaticString) -> [UInt8] {
        Array(name.description.utf8) + [0]
    }
}
