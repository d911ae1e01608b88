import RecoveryCrypto
import RecoveryTestSupport

extension SecretKey {
    /// Takes the digits of a published vector.
    init(hex text: String) {
        let bytes = [UInt8](hex: text)
        self.init(copying: bytes.span)
    }

    /// Takes the UTF-8 bytes of a published vector.
    init(text: String) {
        let bytes = Array(text.utf8)
        self.init(copying: bytes.span)
    }

    /// The bytes, for comparison with a published vector.
    var hexadecimal: String {
        lend { [UInt8](copying: $0).hexadecimal }
    }

    /// The bytes read as UTF-8, for comparison with a published vector.
    var text: String {
        lend { String(decoding: [UInt8](copying: $0), as: UTF8.self) }
    }
}
