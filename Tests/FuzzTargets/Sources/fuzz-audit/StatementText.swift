import FuzzDriver
import RecoveryAudit
import RecoveryCrypto

/// A signature of 64 bytes, and the statement that it is said to be on.
enum StatementText {
    private static let signer = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 0x10, count: 32).span))
    private static let label = Array("rva/v1/agent-statement\n".utf8)

    static let target = Target("statement") { bytes in
        guard bytes.count > Ed25519.signatureSize else { return }
        let signature = Array(bytes.prefix(Ed25519.signatureSize))
        let text = Array(bytes.dropFirst(Ed25519.signatureSize))
        guard let json = try? CanonicalJSON.parse(text), let statement = StaffStatement(json) else { return }
        law(statement.signedBytes == label + text, "what is signed is what was read")
        // A verification takes a hundred times as long as all the rest: the signature's own first byte chooses few.
        guard signature[0].isMultiple(of: 32) else { return }
        let isSigned = statement.isSigned(signature, by: signer.publicKey)
        law(!isSigned || signature == signer.signature(of: label + text), "a statement has one signature")
    }
}
