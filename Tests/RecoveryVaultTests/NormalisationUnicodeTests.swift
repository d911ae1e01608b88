import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

/// Unicode 14.0 by a second source: `ours-vault-unicode.json` says where it comes from and how its digests are made.
private struct UnicodeVectors: Decodable {
    struct Sequence: Decodable {
        let id: String
        let input: String
        let nfc: String
        let nfd: String
        let nfkc: String
        let fold: String
    }

    let unicode: String
    let digests: [String: String]
    let sequences: [Sequence]

    static func load() throws -> UnicodeVectors {
        try VectorFile.decode(UnicodeVectors.self, from: "ours-vault-unicode.json")
    }
}

@Suite struct UnicodeFourteenTests {
    private static let assigned: [Unicode.Scalar] = (UInt32(0)...0x10FFFF).lazy.compactMap { Unicode.Scalar($0) }
        .filter(\.isAssignedInFourteen)

    @Test(arguments: ["assigned", "letter", "mark", "number", "nonspacing-mark", "decimal-digit"])
    func `puts every character into its category of Unicode 14`(set: String) throws {
        let expected = try #require(UnicodeVectors.load().digests[set])
        var bytes: [UInt8] = []
        for scalar in Self.assigned {
            switch set {
            case "letter" where !scalar.isLetter, "mark" where !scalar.isMark, "number" where !scalar.isNumber,
                "nonspacing-mark" where !scalar.isNonspacingMark, "decimal-digit" where scalar.asciiDigit == nil:
                continue
            case "decimal-digit":
                bytes += scalar.utf8
                if let digit = scalar.asciiDigit { bytes += digit.utf8 }
            default:
                bytes += scalar.utf8
            }
        }
        #expect(Hash.sha256.digest(of: bytes).hexadecimal == expected)
    }

    @Test(arguments: ["nfc", "nfd", "nfkc", "fold", "lower-case"])
    func `maps every character as Unicode 14 does`(map: String) throws {
        let expected = try #require(UnicodeVectors.load().digests[map])
        var bytes: [UInt8] = []
        for scalar in Self.assigned {
            bytes += scalar.utf8
            switch map {
            case "nfc": bytes += [scalar].normalised(to: .nfc).utf8
            case "nfd": bytes += [scalar].normalised(to: .nfd).utf8
            case "nfkc": bytes += [scalar].normalised(to: .nfkc).utf8
            case "fold": bytes += [scalar].folded().utf8
            default: bytes += Array(scalar.properties.lowercaseMapping.utf8)
            }
            bytes.append(0x0A)
        }
        #expect(Hash.sha256.digest(of: bytes).hexadecimal == expected)
    }
}

@Suite struct NormalFormTests {
    /// Foundation's own normal forms fail on some of these: marks out of order, open Hangul syllables, characters lost.
    @Test func `orders and composes sequences as a second source does`() throws {
        let sequences = try UnicodeVectors.load().sequences
        #expect(sequences.count == 401)
        for sequence in sequences {
            let input = try #require(String(validating: [UInt8](hex: sequence.input), as: UTF8.self))
            let scalars = Array(input.unicodeScalars)
            #expect(scalars.normalised(to: .nfc).utf8 == [UInt8](hex: sequence.nfc), "\(sequence.id)")
            #expect(scalars.normalised(to: .nfd).utf8 == [UInt8](hex: sequence.nfd), "\(sequence.id)")
            #expect(scalars.normalised(to: .nfkc).utf8 == [UInt8](hex: sequence.nfkc), "\(sequence.id)")
            #expect(scalars.folded().utf8 == [UInt8](hex: sequence.fold), "\(sequence.id)")
        }
    }

    @Test func `leaves nothing to do for a second pass`() throws {
        for sequence in try UnicodeVectors.load().sequences {
            let input = try #require(String(validating: [UInt8](hex: sequence.input), as: UTF8.self))
            for form in [NormalForm.nfc, .nfd, .nfkc] {
                let once = Array(input.unicodeScalars).normalised(to: form)
                #expect(once.normalised(to: form) == once, "\(sequence.id)")
            }
        }
    }
}

@Suite struct PunycodeTests {
    /// RFC 3492 §7.1, the samples without upper case: (A) Arabic, (B) Chinese simplified, (C) traditional, (E) Hebrew,
    /// (F) Hindi, (G) Japanese, (I) Russian, (M) and (S) mixed with ASCII.
    @Test(arguments: [
        ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
        ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
        ("他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"),
        ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
        ("यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd"),
        ("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
        ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ("そのスピードで", "d9juau41awczczp"),
        ("-> $1.00 <-", "-> $1.00 <--"),
    ])
    func `encodes the samples of the standard`(label: String, encoded: String) {
        #expect(Punycode.encode(Array(label.unicodeScalars)).utf8 == Array(encoded.utf8))
    }
}
