import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct SecretKeyTests {
    @Test func `takes bytes over and wipes where they were`() {
        var bytes: [UInt8] = [1, 2, 3]
        let key = SecretKey(wiping: &bytes)
        #expect(bytes.isEmpty)
        #expect(key.byteCount == 3)
        #expect(key.hexadecimal == "010203")
    }

    @Test func `has a second owner only of a copy`() {
        let key = SecretKey(hex: "0a0b")
        #expect(key.copy().hexadecimal == "0a0b")
        #expect(key.hexadecimal == "0a0b")
    }

    @Test(arguments: [0, 1, 31, 32, 33, 100_000]) func `holds as many bytes as it was given`(count: Int) {
        let bytes = [UInt8](repeating: 0xa5, count: count)
        let key = SecretKey(copying: bytes.span)
        #expect(key.byteCount == count)
        #expect(key.lend { [UInt8](copying: $0) } == bytes)
    }

    @Test func `has nothing but zeros after it was cleared`() {
        var key = SecretKey(hex: "0a0b")
        key.clear()
        #expect(key.hexadecimal == "0000")
    }

    @Test func `appends a span to an array`() {
        var bytes: [UInt8] = [1]
        SecretKey(hex: "0203").lend { bytes.append($0) }
        #expect(bytes == [1, 2, 3])
    }

    @Test(
        arguments: [
            (0, 5, 5), (-5, 5, 0), (.max, 1, .max), (.min, -1, .min), (.max, .min, -1), (1, .max, .max),
        ] as [(Int64, Int64, Int64)]
    ) func `adds to time up to its ends`(time: Int64, seconds: Int64, sum: Int64) {
        #expect(UnixTime(seconds: time) + seconds == UnixTime(seconds: sum))
    }
}
