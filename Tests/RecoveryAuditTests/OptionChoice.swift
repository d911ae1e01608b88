import RecoveryAudit
import RecoveryCrypto

@testable import RecoveryTestSupport

/// Options that an auditor may give, right and wrong ones.
struct OptionChoice {
    var noise: Noise
    var said: [String] = []

    init(noise: Noise) {
        self.noise = noise
    }

    mutating func options(_ forgery: Forgery) -> ComparedOptions {
        var options = ComparedOptions(now: 1_760_100_000)
        if noise.once(in: 3) { return options }
        let files = forgery.bundle.files
        let trusted = VKey(forgery.identity)
        if noise.once(in: 3) {
            let other = Forgery.signingKey(String(repeating: "02", count: 32)).publicKey
            let origin = Origin("audit.example.org/other") ?? forgery.identity.origin
            let keys = [
                trusted, trusted, VKey(LogIdentity(origin: forgery.identity.origin, publicKey: other)),
                VKey(LogIdentity(origin: origin, publicKey: forgery.identity.publicKey)),
            ]
            options.vkey = line(noise.pick(keys).text)
            say("vkey", options.vkey)
        }
        if noise.once(in: 3) {
            options.policy = noise.pick([
                files["policy"] ?? [], WitnessPolicy.withoutWitnesses(log: trusted), policy(forgery),
            ])
            say("policy", options.policy)
        }
        if noise.once(in: 3) {
            var keys: [JSONMember] = []
            for epoch in 0..<UInt32(4) where !noise.once(in: 4) {
                let key = forgery.authenticationKey(of: noise.once(in: 12) ? epoch + 1 : epoch)
                let digits = key.lend { key in key.indices.map { key[$0] } }.hexadecimal
                keys.append(JSONMember(key: String(epoch), value: .string(digits)))
            }
            options.epochKeys = CanonicalJSON.writeLine(.object(JSONObject(keys)))
            say("keys", options.epochKeys)
        }
        if noise.once(in: 4) {
            options.auditorKey = [UInt8](
                hex: noise.once(in: 6) ? String(repeating: "07", count: 32) : forgery.secrets.auditor_private
            )
            options.auditorKid = noise.pick(["auditor-1", "auditor-1", "auditor-1", "auditor-2"])
            said.append("auditor")
        }
        for _ in 0..<(noise.once(in: 3) ? 1 + noise.below(2) : 0) { options.heads.append(head(forgery)) }
        if noise.once(in: 6) {
            let note = String(decoding: head(forgery), as: UTF8.self)
            let digest = SHA256.digest(of: Array(trusted.text.utf8)).hexadecimal
            options.state = stateFile([digest: note])
        }
        options.requiresAnchor = noise.once(in: 4)
        options.requiresMACs = noise.once(in: 4)
        options.requiresPrivate = noise.once(in: 4)
        if noise.once(in: 8) { options.now = Forgery.cosignatureTime.seconds + noise.pick([-301, -300, 0]) }
        said.append("now \(options.now)")
        return options
    }

    /// A policy with groups, in which the witness of the vectors is one of two.
    private func policy(_ forgery: Forgery) -> [UInt8] {
        let other = Forgery.signingKey(String(repeating: "09", count: 32)).publicKey
        let witness = Forgery.signingKey(forgery.secrets.witness_seed).publicKey
        let keys = [(Forgery.witnessName, witness), ("witness.example.net/w2", other)].compactMap {
            VKey(name: $0.0, kind: .witness, publicKey: $0.1)?.text
        }
        return Array("witness a \(keys[0])\nwitness b \(keys[1]) https://b.example\ngroup g 1 a b\nquorum g\n".utf8)
    }

    private mutating func head(_ forgery: Forgery) -> [UInt8] {
        let files = forgery.bundle.files
        let choice = noise.below(6)
        said.append("head \(choice)")
        switch choice {
        case 0: return files["checkpoints/9"] ?? []
        case 1: return files["checkpoints/19"] ?? []
        case 2: return files["checkpoint"] ?? []
        case 3: return (try? forgery.note(size: 40, root: forgery.root(27)).bytes) ?? []
        case 4: return (try? forgery.note(size: 8, root: forgery.root(9)).bytes) ?? []
        default:
            var note = files["checkpoint"] ?? [0]
            note[noise.below(note.count)] ^= 1
            return note
        }
    }

    private func stateFile(_ heads: [String: String]) -> [UInt8] {
        let members = heads.map { JSONMember(key: $0.key, value: .string($0.value)) }
        return CanonicalJSON.writeLine(["format": "rva/v1/state", "heads": .object(JSONObject(members))])
    }

    private func line(_ text: String) -> [UInt8] {
        Array((text + "\n").utf8)
    }

    private mutating func say(_ option: String, _ file: [UInt8]?) {
        said.append("\(option) \(String(decoding: file ?? [], as: UTF8.self).prefix(300))")
    }
}
