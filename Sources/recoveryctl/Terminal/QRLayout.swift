extension QRCode {
    /// How many codewords a version has, and how they are protected (ISO/IEC 18004, Tables 1, 7 and 9, level M).
    struct Layout {
        let version: Int

        var size: Int { 17 + 4 * version }

        /// Bits of the length.
        var lengthBits: Int { version < 10 ? 8 : 16 }

        /// Bytes of content.
        var capacity: Int { (dataCodewords * 8 - 4 - lengthBits) / 8 }

        var dataCodewords: Int { allCodewords - correction * blocks }

        /// Centres of the alignment patterns, on either axis.
        var alignments: [Int] {
            guard version > 1 else { return [] }
            let count = version / 7 + 2
            let step = (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2
            return [6] + (0..<count - 1).map { size - 7 - $0 * step }.reversed()
        }

        /// Modules that are left when all patterns are drawn, in bytes.
        private var allCodewords: Int {
            var modules = (16 * version + 128) * version + 64
            if version > 1 {
                let count = version / 7 + 2
                modules -= (25 * count - 10) * count - 55
                if version > 6 { modules -= 36 }
            }
            return modules / 8
        }

        /// Codewords of error correction in a block.
        private var correction: Int {
            [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26][version - 1]
        }

        private var blocks: Int {
            [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16][version - 1]
        }

        /// Splits data into blocks, adds the correction of each, and takes one codeword of each in turn (§7.6).
        func interleaved(_ data: [UInt8]) -> [UInt8] {
            let short = data.count / blocks
            let longBlocks = data.count % blocks
            let divisor = ReedSolomon(degree: correction)
            var parts: [(data: ArraySlice<UInt8>, correction: [UInt8])] = []
            var start = 0
            for block in 0..<blocks {
                let length = short + (block >= blocks - longBlocks ? 1 : 0)
                let part = data[start..<start + length]
                parts.append((part, divisor.remainder(of: part)))
                start += length
            }
            var words: [UInt8] = []
            for index in 0...short {
                for part in parts where index < part.data.count {
                    words.append(part.data[part.data.startIndex + index])
                }
            }
            for index in 0..<correction {
                for part in parts { words.append(part.correction[index]) }
            }
            return words
        }
    }
}

/// Error correction over GF(2^8) with the polynomial 0x11d (ISO/IEC 18004 §7.5.2).
private struct ReedSolomon {
    /// Coefficients of the generator, the leading 1 left out.
    private let generator: [UInt8]

    init(degree: Int) {
        var generator = [UInt8](repeating: 0, count: degree - 1) + [1]
        var root: UInt8 = 1
        for _ in 0..<degree {
            for index in 0..<degree {
                generator[index] = Self.product(generator[index], root)
                if index + 1 < degree { generator[index] ^= generator[index + 1] }
            }
            root = Self.product(root, 2)
        }
        self.generator = generator
    }

    func remainder(of data: some Sequence<UInt8>) -> [UInt8] {
        var rest = [UInt8](repeating: 0, count: generator.count)
        for byte in data {
            let factor = byte ^ rest.removeFirst()
            rest.append(0)
            for index in rest.indices { rest[index] ^= Self.product(generator[index], factor) }
        }
        return rest
    }

    private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product = 0
        for bit in (0..<8).reversed() {
            product = product << 1 ^ (product >> 7) * 0x11d
            product ^= Int(right >> bit & 1) * Int(left)
        }
        return UInt8(product)
    }
}
