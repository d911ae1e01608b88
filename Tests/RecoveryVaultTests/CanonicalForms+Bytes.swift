import RecoveryCrypto

@testable import RecoveryVault

extension CanonicalForms {
    init(testing texts: [UInt8: String]) {
        self.init(variants: texts.mapValues { Personal(SecretKey(copying: Array($0.utf8).span)) })
    }

    /// What the product keeps where it is wiped, to compare with.
    var bytes: [UInt8: [UInt8]] {
        variants.mapValues { form in form.reveal { [UInt8](copying: $0) } }
    }
}

extension Scalars {
    var utf8: [UInt8] { canonicalBytes.lend { [UInt8](copying: $0) } }
}
