/// Shamir's secret sharing (Communications of the ACM 22(11), 1979) over GF(2^8): any k of n shares give the secret
/// back, and fewer say nothing about it.
///
/// Each byte of the secret is the value at 0 of a polynomial of degree k − 1 of its own, whose other coefficients are
/// drawn anew; the share at x is its value there. The field is that of AES (FIPS 197 §4.2): x^8 + x^4 + x^3 + x + 1.
/// No table is read at a secret index and no branch depends on a secret.
///
///     coefficients    k rows of the secret's size, the secret first
public struct SecretPolynomial: ~Copyable, Sendable {
    /// How many shares there may be, and how many of them may be demanded.
    public static let shareCounts = 2...16

    /// k: how many shares give the secret back.
    public let threshold: Int

    private let size: Int
    private let coefficients: SecretKey

    /// Draws the polynomials of a secret.
    ///
    /// - Parameter threshold: 2 to 16.
    public init(hiding secret: borrowing SecretKey, threshold: Int) {
        self.init(
            hiding: secret,
            testOnlyCoefficients: SecretKey(randomByteCount: (threshold - 1) * secret.byteCount),
            threshold: threshold
        )
    }

    /// Takes the coefficients of degree 1 to k − 1, each as long as the secret: with coefficients that somebody knows,
    /// one share gives the secret away. Outside this file only known answers call it.
    package init(
        hiding secret: borrowing SecretKey,
        testOnlyCoefficients drawn: borrowing SecretKey,
        threshold: Int
    ) {
        precondition(Self.shareCounts.contains(threshold), "a threshold is 2 to 16")
        precondition(drawn.byteCount == (threshold - 1) * secret.byteCount, "one coefficient for each degree and byte")
        self.threshold = threshold
        size = secret.byteCount
        let (size, count) = (secret.byteCount, threshold * secret.byteCount)
        coefficients = secret.lend { secret in
            drawn.lend { drawn in
                SecretKey(byteCount: count, byte: { $0 < size ? secret[$0] : drawn[$0 - size] })
            }
        }
    }

    /// Returns the share at `x`, as long as the secret.
    ///
    /// - Parameter x: 1 to 16. The value at 0 is the secret.
    public borrowing func share(at x: UInt8) -> SecretKey {
        precondition((1...UInt8(Self.shareCounts.upperBound)).contains(x), "a share has a coordinate from 1 to 16")
        let (size, threshold) = (size, threshold)
        return coefficients.lend { coefficients in
            // Horner's rule, from the highest degree down.
            SecretKey(
                byteCount: size,
                byte: { position in
                    (0..<threshold).reversed().reduce(0) { value, degree in
                        Field256.product(value, x) ^ coefficients[degree * size + position]
                    }
                }
            )
        }
    }
}

/// One share of a secret: where the polynomials were evaluated, and their values there.
public final class SecretShare: Sendable {
    /// 1 to 16. Not secret.
    public let x: UInt8
    /// As long as the secret.
    public let value: SecretKey

    public init(x: UInt8, value: consuming SecretKey) {
        self.x = x
        self.value = value
    }
}

extension SecretShare {
    /// Interpolates the secret of shares: its bytes if they are k or more of one secret, and noise otherwise. Only a
    /// check value of the secret can tell.
    ///
    /// Returns `nil` without shares, for shares of several sizes, for x = 0, and where two have one x.
    public static func secret(of shares: [SecretShare]) -> SecretKey? {
        guard let size = shares.first?.value.byteCount, shares.allSatisfy({ $0.value.byteCount == size && $0.x > 0 }),
            Set(shares.map(\.x)).count == shares.count
        else { return nil }
        var sum = SecretKey(byteCount: size, byte: { _ in 0 })
        for share in shares {
            // Lagrange's basis at 0 rests on coordinates alone, which are public.
            let weight = shares.filter { $0.x != share.x }.reduce(1) { weight, other in
                Field256.product(weight, Field256.product(other.x, Field256.inverse(other.x ^ share.x)))
            }
            let next = share.value.lend { value in
                sum.lend { sum in
                    SecretKey(byteCount: size, byte: { sum[$0] ^ Field256.product(value[$0], weight) })
                }
            }
            sum = next
        }
        return sum
    }
}

/// The field of AES (FIPS 197 §4.2): addition is exclusive or.
enum Field256 {
    /// Multiplies in the same steps whatever the factors are.
    static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product: UInt8 = 0
        var power = left
        for bit in 0..<8 as Range<UInt8> {
            product ^= power & (0 &- (right >> bit & 1))
            power = power << 1 ^ (0x1b & (0 &- (power >> 7)))
        }
        return product
    }

    /// The inverse, a^254; that of 0 is 0.
    static func inverse(_ value: UInt8) -> UInt8 {
        var result: UInt8 = 1
        var power = value
        // 254 is 11111110 in binary: every square but the first.
        for _ in 1..<8 {
            power = product(power, power)
            result = product(result, power)
        }
        return result
    }
}
