import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct AEADTests {
    @Test func `opens what it sealed, and nothing that differs in one bit`() {
        let key = SecretKey(randomByteCount: 32)
        let nonce = Random.bytes(12)
        let message: [UInt8] = [1, 2, 3]
        let box = AESGCM.seal(message.span, key: key, nonce: nonce, authenticating: [9])
        #expect(AESGCM.open(box.span, key: key, nonce: nonce, authenticating: [9])?.lend { $0.count } == 3)
        for bit in 0..<box.count * 8 {
            var damaged = box
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let opened = AESGCM.open(damaged.span, key: key, nonce: nonce, authenticating: [9]) != nil
            #expect(!opened, "bit \(bit)")
        }
    }
}
