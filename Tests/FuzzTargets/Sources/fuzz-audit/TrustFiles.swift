import FuzzDriver
import RecoveryAudit

/// What an auditor brings along: a key, a policy of witnesses, the heads of earlier runs.
enum TrustFiles {
    static let target = Target("trust-files") { bytes in
        if let key = VKey(file: bytes) {
            law(Array(key.text.utf8) + [0x0a] == bytes, "a key is written back the same")
            let policy = WitnessPolicy(parsing: WitnessPolicy.withoutWitnesses(log: key))
            law((policy != nil) == (key.kind == .log), "a log has a policy, and no witness has")
        }
        if let state = HeadState(parsing: bytes) { law(state.bytes == bytes, "heads are written back the same") }
        if let policy = WitnessPolicy(parsing: bytes) {
            law(!policy.isMet(by: [VKey]()), "nobody's cosignatures never suffice")
            law(policy.anchors == policy.isMet(by: policy.witnessKeys), "all together suffice where any can")
        }
    }
}
