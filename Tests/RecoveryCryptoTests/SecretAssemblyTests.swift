import RecoveryCrypto
import Testing

@Suite struct SecretAssemblyTests {
    private struct Stop: Error, Equatable {}

    private func bytes(_ key: borrowing SecretKey) -> [UInt8] {
        key.lend { key in key.indices.map { key[$0] } }
    }

    @Test func `joins parts, and leaves zeros in what is free`() {
        let key = SecretKey(byteCount: 6) { output in
            output.append(all: [1, 2])
            SecretKey(randomByteCount: 0).lend { output.append(all: $0) }
            output.append(3)
        }
        #expect(bytes(key) == [1, 2, 3, 0, 0, 0])
        #expect(bytes(SecretKey(byteCount: 2) { _ in }) == [0, 0])
    }

    @Test func `passes on the error of whoever writes`() {
        #expect(throws: Stop()) {
            _ = try SecretKey(byteCount: 2) { output throws(Stop) in
                output.append(1)
                throw Stop()
            }
        }
    }

    @Test func `copies a part`() {
        let key = SecretKey(byteCount: 4) { $0.append(all: [1, 2, 3, 4]) }
        #expect(bytes(key.part(1..<3)) == [2, 3])
        #expect(bytes(key.part(2..<2)) == [])
        #expect(bytes(key) == [1, 2, 3, 4])
    }

    @Test func `tells spans apart that differ in one bit or in length`() {
        let left: [UInt8] = Array(0..<32)
        let isSame = constantTimeEqual(left.span, left.span)
        let isPrefix = constantTimeEqual(left.span, left.span.extracting(0..<31))
        #expect(isSame && !isPrefix)
        for bit in 0..<256 {
            var right = left
            right[bit / 8] ^= 1 << UInt8(bit % 8)
            let isEqual = constantTimeEqual(left.span, right.span)
            #expect(!isEqual, "bit \(bit)")
        }
    }
}
