// Foundation has the decompositions of single characters, which the standard library keeps to itself.
internal import Foundation

/// The normalisation forms that the rules need (UAX #15).
///
/// Foundation on Linux is asked about one character at a time and never about a string: over sequences it drops and
/// misorders characters (U+1113 U+1165 becomes U+FFFD; U+AC38 U+11AE is left open). Decompositions of assigned
/// characters never change, so newer tables give the bytes of Unicode 14.0.
enum NormalForm {
    case nfc, nfd, nfkc
}

extension Scalars {
    /// This text in the given form: decompose, order the marks, and for NFC and NFKC compose again (UAX #15 §1.3).
    func normalised(to form: NormalForm) -> Scalars {
        // Below U+00C0 nothing changes under NFC and NFD, and below U+00A0 nothing under NFKC.
        if allSatisfy({ $0.value < 0xA0 }) { return self }
        var scalars: Scalars = []
        scalars.reserveCapacity(count)
        for scalar in self {
            switch form {
            case .nfc, .nfd: scalars += scalar.canonicalDecomposition
            case .nfkc: scalars += scalar.compatibilityDecomposition
            }
        }
        scalars.orderMarks()
        if form != .nfd { scalars.compose() }
        return scalars
    }

    /// Sorts each run of marks by combining class and keeps the order of equals (Unicode 14.0 §3.11, D109).
    private mutating func orderMarks() {
        for index in indices.dropFirst() {
            let mark = self[index]
            let order = mark.combiningClass
            guard order > 0 else { continue }
            var place = index
            while place > 0, self[place - 1].combiningClass > order {
                self[place] = self[place - 1]
                place -= 1
            }
            self[place] = mark
        }
    }

    /// Replaces each pair of a starter and a character that is not blocked from it by their primary composite (D117).
    private mutating func compose() {
        var composed: Scalars = []
        composed.reserveCapacity(count)
        var starter: Int?
        var lastClass: UInt8 = 0
        for scalar in self {
            let order = scalar.combiningClass
            if let place = starter {
                let adjacent = place == composed.count - 1
                if adjacent || lastClass < order, let composite = Composition.of(composed[place], scalar) {
                    composed[place] = composite
                    continue
                }
            }
            if order == 0 { starter = composed.count }
            lastClass = order
            composed.append(scalar)
        }
        self = composed
    }
}

extension Unicode.Scalar {
    fileprivate var combiningClass: UInt8 {
        value < 0x300 ? 0 : properties.canonicalCombiningClass.rawValue
    }

    fileprivate var canonicalDecomposition: Scalars {
        value < 0xC0 ? [self] : Array(String(self).decomposedStringWithCanonicalMapping.unicodeScalars)
    }

    fileprivate var compatibilityDecomposition: Scalars {
        value < 0xA0 ? [self] : Array(String(self).decomposedStringWithCompatibilityMapping.unicodeScalars)
    }
}

/// Pairs of characters and what they compose to.
private enum Composition {
    struct Pair: Hashable {
        let first: Unicode.Scalar
        let second: Unicode.Scalar
    }

    static func of(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        // Nothing below the combining marks is ever the second part.
        if second.value < 0x300 { return nil }
        return hangul(first.value, second.value) ?? pairs[Pair(first: first, second: second)]
    }

    /// Hangul syllables are composed by arithmetic (Unicode 14.0 §3.12).
    private static func hangul(_ first: UInt32, _ second: UInt32) -> Unicode.Scalar? {
        switch (first, second) {
        case (0x1100...0x1112, 0x1161...0x1175):
            Unicode.Scalar(0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28)
        case (0xAC00...0xD7A3, 0x11A8...0x11C2) where (first - 0xAC00).isMultiple(of: 28):
            Unicode.Scalar(first + (second - 0x11A7))
        default:
            nil
        }
    }

    /// Where the 941 primary composites other than Hangul lie. No later version may add a pair of old characters.
    private static let candidates = ScalarRanges(
        0xC0...0x233,
        0x385...0x4F9,
        0x622...0x626,
        0x6C0...0x6D3,
        0x929...0x934,
        0x9CB...0x9CC,
        0xB48...0xBCC,
        0xC48...0xC48,
        0xCC0...0xCCB,
        0xD4A...0xD4C,
        0xDDA...0xDDE,
        0x1026...0x1026,
        0x1B06...0x1B43,
        0x1E00...0x1FFC,
        0x219A...0x22ED,
        0x304C...0x30FE,
        0x1109A...0x110AB,
        0x1112E...0x1112F,
        0x1134B...0x1134C,
        0x114BB...0x114BE,
        0x115BA...0x115BB,
        0x11938...0x11938
    )

    /// A full decomposition is that of a shorter composite and one mark more, so the shorter ones are entered first.
    private static let pairs: [Pair: Unicode.Scalar] = {
        let composites = candidates.scalars.filter { !$0.properties.isFullCompositionExclusion }
            .map { (scalar: $0, parts: $0.canonicalDecomposition) }
            .sorted { $0.parts.count < $1.parts.count }
        var pairs: [Pair: Unicode.Scalar] = [:]
        for (scalar, parts) in composites {
            guard parts.count > 1, let first = parts.first, let last = parts.last else { continue }
            let base = parts.dropFirst().dropLast().reduce(Optional(first)) { base, mark in
                base.flatMap { pairs[Pair(first: $0, second: mark)] }
            }
            if let base { pairs[Pair(first: base, second: last)] = scalar }
        }
        return pairs
    }()
}
