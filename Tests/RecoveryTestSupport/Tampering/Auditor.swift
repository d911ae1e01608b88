import Foundation
import RecoveryAudit
import RecoveryCrypto

/// What an auditor brings along: for the verifier in memory, and as the words and files of the command line.
struct Auditor: Sendable {
    /// Who is given epoch keys in the log itself: the name, and the private key in hex.
    struct Recipient {
        let kid: String
        let key: String
    }

    var logKey: VKey?
    var heads: [[UInt8]] = []
    var state: HeadState?
    /// A file of epoch keys.
    var epochKeys: [UInt8]?
    var sealedTo: Recipient?
    var requiresAnchor = false
    var requiresMACs = false
    var requiresPrivate = false
    /// After everything in the vectors.
    var now = UnixTime(seconds: 1_760_100_000)

    func options() throws -> VerificationOptions {
        var options = VerificationOptions(now: now)
        options.logKey = logKey
        options.heads = heads
        options.state = state ?? HeadState()
        options.epochKeys = try epochKeys.map { try need(EpochKeyFile(parsing: $0)) }
        options.auditor = sealedTo.map { recipient in
            let key = SecretKey(copying: [UInt8](hex: recipient.key).span)
            return AuditorKey(kid: recipient.kid, key: X25519.PrivateKey(bytes: key))
        }
        options.requiresAnchor = requiresAnchor
        options.requiresMACs = requiresMACs
        options.requiresPrivate = requiresPrivate
        return options
    }

    /// The options of `recovery-audit verify` that say the same. Their files are made in `folder`.
    func words(in folder: URL) throws -> [String] {
        func file(_ name: String, _ bytes: [UInt8]) throws -> String {
            let file = folder.appending(path: name)
            try Data(bytes).write(to: file)
            return file.path
        }
        var words = ["--now", "\(now.seconds)"]
        if let logKey { words += ["--vkey", try file("trusted.vkey", Array((logKey.text + "\n").utf8))] }
        for (index, head) in heads.enumerated() { words += ["--head", try file("head-\(index)", head)] }
        if let state { words += ["--state", try file("state", state.bytes)] }
        if let epochKeys { words += ["--epoch-keys", try file("epoch-keys", epochKeys)] }
        if let sealedTo {
            words += ["--auditor-key", try file("auditor-key", Array((sealedTo.key + "\n").utf8))]
            words += ["--auditor-kid", sealedTo.kid]
        }
        if requiresAnchor { words.append("--require-anchor") }
        if requiresMACs { words.append("--require-macs") }
        if requiresPrivate { words.append("--require-private") }
        return words
    }
}
