import FuzzDriver
import RecoveryAudit
import RecoveryCrypto

@testable import AccountRecovery

/// A grant is only ever written here, never read: whatever its parts are, any JOSE library has to read it as one.
/// The parts stand on lines: issuer, case, digest, purpose, policy, then actions.
enum GrantParts {
    private static let key = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 4, count: 32).span))

    static let target = Target("grant") { bytes in
        let lines = bytes.split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= 5, let recoveryCase = CaseID(lines[1]),
            let name = Pseudonym(bytes: [UInt8](repeating: 8, count: 16))
        else { return }
        let grant = Grant(
            issuer: lines[0],
            identifier: name,
            subject: name,
            recoveryCase: recoveryCase,
            caseDigest: lines[2],
            purpose: lines[3],
            actions: Array(lines.dropFirst(5)),
            policy: lines[4],
            approvers: [],
            issuedAt: UnixTime(seconds: 1_760_000_000),
            expiresAt: UnixTime(seconds: 1_760_000_000 + Grant.longestLife)
        )
        let input = Array(grant.signingInput(for: key.publicKey).utf8)
        let parts = input.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2 else { return law(false, "what is signed has two parts") }
        guard let payload = object(parts[1]) else { return law(false, "what is granted is canonical") }
        law(payload["iss"]?.string == lines[0] && payload["policy"]?.string == lines[4], "words come back as they were")
        law(payload["case"]?.string == recoveryCase.text, "the case is named")
        law(object(parts[0])?["typ"]?.string == Grant.type, "the header says what it is")
        // To sign and to verify takes many times as long as all the rest, and is the same whatever is signed.
        if bytes.reduce(0, &+).isMultiple(of: 64) { requireSignature(of: grant, on: input) }
    }

    private static func requireSignature(of grant: Grant, on input: [UInt8]) {
        let compact = Array(grant.signed(with: key).utf8)
        guard compact.starts(with: input), compact.dropFirst(input.count).first == UInt8(ascii: "."),
            let signature = Base64.decodeURL(String(decoding: compact[(input.count + 1)...], as: UTF8.self))
        else { return law(false, "a signature in base64url follows what is signed") }
        law(key.publicKey.verifies(signature, of: input), "it is on what stands before it")
    }

    private static func object(_ part: ArraySlice<UInt8>) -> JSONObject? {
        Base64.decodeURL(String(decoding: part, as: UTF8.self)).flatMap { try? CanonicalJSON.parse($0).object }
    }
}
