import RecoveryAudit
import RecoveryCrypto

extension Forgery {
    /// A log of `size` records, several epochs and more than one file of entries, in order throughout.
    static func long(_ size: Int, epochEvery epochSize: Int = 150) throws -> Forgery {
        var forgery = try Forgery()
        // The good bundle ends in epoch 2.
        var epoch: UInt32 = 3
        while forgery.entries.count < size {
            if forgery.entries.count.isMultiple(of: epochSize) {
                try forgery.seal()
                try forgery.open(epoch: epoch)
                epoch += 1
            } else {
                try forgery.append(.event, ["event": "audit.full", "free": 1])
            }
        }
        try forgery.publish()
        return forgery
    }

    /// The keys of epochs 0 to `last`, as whoever was told them gives them on.
    func epochKeys(through last: UInt32) -> [UInt8] {
        let members = (0...last).map { epoch in
            let digits = authenticationKey(of: epoch).lend { key in key.indices.map { key[$0] } }.hexadecimal
            return JSONMember(key: "\(epoch)", value: .string(digits))
        }
        return CanonicalJSON.writeLine(.object(JSONObject(members)))
    }
}
