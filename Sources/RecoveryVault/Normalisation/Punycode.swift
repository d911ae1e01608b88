/// Punycode (RFC 3492), the encoding half.
enum Punycode {
    // RFC 3492 §5.
    private static let base = 36
    private static let leastThreshold = 1
    private static let greatestThreshold = 26
    private static let skew = 38
    private static let damping = 700
    private static let initialBias = 72
    private static let firstCode = 0x80

    /// The ASCII form of a label, without its `xn--`. Total: a label has at most some hundred characters, so the
    /// products below stay far from overflow.
    static func encode(_ label: Scalars) -> Scalars {
        var output = label.filter(\.isASCII)
        let basicCount = output.count
        if basicCount > 0 { output.append("-") }
        var code = firstCode
        var delta = 0
        var bias = initialBias
        var handled = basicCount
        // RFC 3492 §6.3: the characters in order of their codes, each as the distance from the one before.
        for next in Set(label.lazy.map { Int($0.value) }.filter { $0 >= firstCode }).sorted() {
            delta += (next - code) * (handled + 1)
            for scalar in label {
                if scalar.value < next {
                    delta += 1
                } else if scalar.value == next {
                    appendInteger(delta, bias: bias, to: &output)
                    bias = adapted(delta: delta, count: handled + 1, first: handled == basicCount)
                    delta = 0
                    handled += 1
                }
            }
            delta += 1
            code = next + 1
        }
        return output
    }

    /// A generalised variable-length integer (RFC 3492 §3.3).
    private static func appendInteger(_ integer: Int, bias: Int, to output: inout Scalars) {
        var rest = integer
        var position = base
        while true {
            let threshold = min(max(position - bias, leastThreshold), greatestThreshold)
            guard rest >= threshold else { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
        output.append(digit(rest))
    }

    /// a to z are 0 to 25, 0 to 9 are 26 to 35 (RFC 3492 §5).
    private static func digit(_ value: Int) -> Unicode.Scalar {
        Unicode.Scalar(UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26))
    }

    /// RFC 3492 §6.1.
    private static func adapted(delta: Int, count: Int, first: Bool) -> Int {
        var delta = first ? delta / damping : delta / 2
        delta += delta / count
        var steps = 0
        while delta > (base - leastThreshold) * greatestThreshold / 2 {
            delta /= base - leastThreshold
            steps += base
        }
        return steps + (base - leastThreshold + 1) * delta / (delta + skew)
    }
}
