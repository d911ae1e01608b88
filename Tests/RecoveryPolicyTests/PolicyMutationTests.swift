import RecoveryPolicy
import Testing

/// The shipped policy, damaged at random.
@Suite struct PolicyMutationTests {
    @Test(.timeLimit(.minutes(30))) func `whatever happens to the text, it is a policy or it is refused`() throws {
        let original = Array(try PolicyFile.standardText().utf8)
        var seeded = SeededGenerator(seed: 20_260_301)
        var (read, refused) = (0, [PolicyError.Code: Int]())
        for _ in 0..<5000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &seeded) { Self.damage(&bytes, &seeded) }
            do {
                let policy = try PolicyDocument.read(String(decoding: bytes, as: UTF8.self))
                read += 1
                // What can be read can be evaluated, linted and explained.
                if read.isMultiple(of: 20) {
                    _ = PolicyLint.findings(in: policy)
                    #expect(!policy.explanation.isEmpty)
                }
            } catch {
                #expect(error.line >= 1 && error.column >= 1 && !error.cure.isEmpty)
                refused[error.code, default: 0] += 1
            }
        }
        // The damage reached the readers of many kinds of value, and not the first byte each time.
        #expect(read >= 100, "\(read)")
        #expect(refused.count >= 12, "\(refused)")
    }

    private static func damage(_ bytes: inout [UInt8], _ seeded: inout SeededGenerator) {
        let index = Int.random(in: 0..<bytes.count, using: &seeded)
        let other = Int.random(in: 0..<bytes.count, using: &seeded)
        let length = min(Int.random(in: 1...12, using: &seeded), bytes.count - index - 1)
        switch Int.random(in: 0..<7, using: &seeded) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &seeded)
        case 1: bytes[index] = Array("[]{},:-#'\"&*!?|>%@0 9az\n".utf8).randomElement(using: &seeded) ?? 0
        case 2: bytes.removeSubrange(index..<(index + length))
        case 3: bytes.insert(contentsOf: Array(bytes[index..<(index + length)]), at: other)
        case 4: bytes.swapAt(index, other)
        case 5: bytes.removeLast(min(length * 20, bytes.count - 1))
        default: swapLines(&bytes, &seeded)
        }
    }

    private static func swapLines(_ bytes: inout [UInt8], _ seeded: inout SeededGenerator) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let (first, second) = (lines.indices.randomElement(using: &seeded), lines.indices.randomElement(using: &seeded))
        if let first, let second { lines.swapAt(first, second) }
        bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }
}
