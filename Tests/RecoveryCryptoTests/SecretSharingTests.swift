import RecoveryTestSupport
import Testing

@testable import RecoveryCrypto

@Suite struct SecretSharingTests {
    struct Vectors: Decodable {
        struct Split: Decodable, CustomTestStringConvertible {
            let name: String
            let threshold: Int
            let secret: String
            let coefficients: String
            let shares: [String]

            var testDescription: String { name }
        }

        let products: String
        let splits: [Split]

        enum CodingKeys: String, CodingKey {
            case products = "products_of_00_01_02_03_53_80_ca_ff"
            case splits
        }
    }

    private static let vectors = try? VectorFile.decode(Vectors.self, from: "ours-shares.json")

    @Test func `multiplies as a table of logarithms does`() throws {
        let products = [UInt8](hex: try #require(Self.vectors).products)
        try #require(products.count == 8 * 256)
        for (row, left) in ([0x00, 0x01, 0x02, 0x03, 0x53, 0x80, 0xca, 0xff] as [UInt8]).enumerated() {
            for right in 0...255 as ClosedRange<UInt8> {
                #expect(Field256.product(left, right) == products[row * 256 + Int(right)])
                #expect(Field256.product(right, left) == products[row * 256 + Int(right)])
            }
        }
        // FIPS 197 §4.2.
        #expect(Field256.product(0x57, 0x13) == 0xfe)
    }

    @Test func `finds the inverse of everything but zero`() {
        #expect((1...255 as ClosedRange<UInt8>).allSatisfy { Field256.product($0, Field256.inverse($0)) == 1 })
        #expect(Field256.inverse(0) == 0)
    }

    @Test(arguments: vectors?.splits ?? []) func `divides a secret as another implementation does`(
        vector: Vectors.Split
    ) {
        let polynomial = SecretPolynomial(
            hiding: SecretKey(hex: vector.secret),
            testOnlyCoefficients: SecretKey(hex: vector.coefficients),
            threshold: vector.threshold
        )
        for (x, share) in zip(UInt8(1)..., vector.shares) {
            #expect(polynomial.share(at: x).hexadecimal == share)
        }
    }

    @Test func `has the divisions of another implementation`() throws {
        #expect(try #require(Self.vectors).splits.map(\.name) == ["2 of 2", "2 of 3", "3 of 5", "16 of 16"])
    }

    /// Every set of at least k of five shares, for each k: any of them gives the secret, and fewer do not.
    @Test(arguments: 2...5) func `gives the secret back from any k shares and from more`(threshold: Int) throws {
        let secret = SecretKey(randomByteCount: 32)
        let polynomial = SecretPolynomial(hiding: secret, threshold: threshold)
        let shares = (1...5).map { SecretShare(x: $0, value: polynomial.share(at: $0)) }
        for chosen in 1..<32 {
            let some = shares.enumerated().filter { chosen >> $0.offset & 1 == 1 }.map(\.element)
            let found = SecretShare.secret(of: some)?.hexadecimal
            #expect((try #require(found) == secret.hexadecimal) == (some.count >= threshold), "shares \(chosen)")
        }
    }

    @Test func `refuses shares that cannot belong together`() {
        func share(_ x: UInt8, _ size: Int) -> SecretShare {
            SecretShare(x: x, value: SecretKey(randomByteCount: size))
        }
        func isRefused(_ shares: [SecretShare]) -> Bool {
            switch SecretShare.secret(of: shares) {
            case .some: false
            case .none: true
            }
        }
        #expect(isRefused([]))
        #expect(isRefused([share(1, 32), share(1, 32)]))
        #expect(isRefused([share(0, 32), share(1, 32)]))
        #expect(isRefused([share(1, 32), share(2, 31)]))
        #expect(!isRefused([share(1, 32), share(2, 32)]))
    }

    /// What one share of a 2-of-n division may be, over every polynomial that `draw` can give, for a secret of one byte.
    private static func values(of secret: UInt8, at x: UInt8, coefficients: [UInt8]) -> [UInt8] {
        coefficients.map { coefficient in
            let polynomial = SecretPolynomial(
                hiding: SecretKey(copying: [secret].span),
                testOnlyCoefficients: SecretKey(copying: [coefficient].span),
                threshold: 2
            )
            return polynomial.share(at: x).lend { $0[0] }
        }.sorted()
    }

    /// Whether every secret gives each share as often: then the share says nothing about the secret.
    private static func saysNothing(coefficients: [UInt8]) -> Bool {
        let secrets: [UInt8] = [0x00, 0x01, 0x42, 0xff]
        return ([1, 2, 16] as [UInt8]).allSatisfy { x in
            secrets.allSatisfy { values(of: $0, at: x, coefficients: coefficients) == Array(0...255) }
        }
    }

    @Test func `says nothing about the secret in k − 1 shares`() {
        #expect(Self.saysNothing(coefficients: Array(0...255)))
    }

    /// The mistake that is made most often: a highest coefficient that is never zero. One share then rules a secret out.
    @Test func `finds a division that never draws zero`() {
        #expect(!Self.saysNothing(coefficients: Array(1...255)))
    }

    /// Three shares demanded, two seen: no two pairs of coefficients give the same two values, so that each secret gives
    /// each pair of values as often. A sixteenth of all pairs.
    @Test func `says nothing about the secret in two of three shares`() {
        for secret in [0x00, 0x5a] as [UInt8] {
            var seen = Set<UInt16>()
            for first in 0...255 as ClosedRange<UInt8> {
                for second in stride(from: 0 as UInt8, through: 240, by: 16) {
                    let polynomial = SecretPolynomial(
                        hiding: SecretKey(copying: [secret].span),
                        testOnlyCoefficients: SecretKey(copying: [first, second].span),
                        threshold: 3
                    )
                    let one = polynomial.share(at: 1).lend { UInt16($0[0]) }
                    let two = polynomial.share(at: 2).lend { UInt16($0[0]) }
                    seen.insert(one << 8 | two)
                }
            }
            #expect(seen.count == 256 * 16)
        }
    }

    /// Coefficients must be drawn for each division anew, and for each byte of the secret.
    @Test func `draws other shares every time, and for every byte`() {
        let secret = SecretKey(copying: [UInt8](repeating: 7, count: 32).span)
        let shares = (0..<8).map { _ in SecretPolynomial(hiding: secret, threshold: 2).share(at: 1).hexadecimal }
        #expect(Set(shares).count == 8)
        #expect(shares.allSatisfy { Set([UInt8](hex: $0)).count > 16 })
    }
}
