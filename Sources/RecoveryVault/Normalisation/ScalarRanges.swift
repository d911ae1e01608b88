/// A set of code points, written down as the ranges of the specification.
struct ScalarRanges: Sendable {
    private let ranges: [ClosedRange<UInt32>]

    init(_ ranges: ClosedRange<UInt32>...) {
        self.ranges = ranges
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) }
    }

    /// Every code point of the set, in order.
    var scalars: some Sequence<Unicode.Scalar> {
        ranges.lazy.flatMap { $0.lazy.compactMap { Unicode.Scalar($0) } }
    }
}

extension ScalarRanges {
    /// Refused: controls other than TAB, LF and CR (Docs/Specs/vault.md §10.1 step 2).
    static let controls = ScalarRanges(0x00...0x08, 0x0B...0x0C, 0x0E...0x1F, 0x7F...0x9F)

    /// Refused: embeddings, overrides and isolates (§10.1 step 2).
    static let bidiControls = ScalarRanges(0x202A...0x202E, 0x2066...0x2069)

    /// Deleted because nobody sees them: soft hyphen, fillers, joiners, variation selectors (§10.1 step 3).
    static let invisible = ScalarRanges(
        0xAD...0xAD,
        0x34F...0x34F,
        0x61C...0x61C,
        0x115F...0x1160,
        0x180B...0x180F,
        0x200B...0x200F,
        0x2060...0x2064,
        0x3164...0x3164,
        0xFE00...0xFE0F,
        0xFEFF...0xFEFF,
        0xFFA0...0xFFA0,
        0xE0100...0xE01EF
    )

    /// What counts as a space (§10.1 step 5).
    static let spaces = ScalarRanges(
        0x09...0x0A,
        0x0D...0x0D,
        0x20...0x20,
        0xA0...0xA0,
        0x1680...0x1680,
        0x2000...0x200A,
        0x2028...0x2029,
        0x202F...0x202F,
        0x205F...0x205F,
        0x3000...0x3000
    )

    /// *Dash* (§10.1).
    static let dashes = ScalarRanges(0x2D...0x2D, 0x2010...0x2015, 0x2212...0x2212)

    /// J: scripts that write a name with or without a space (§10.6).
    static let spaceless = ScalarRanges(
        0x1100...0x11FF,
        0x3005...0x3007,
        0x3041...0x3096,
        0x309D...0x309F,
        0x30A1...0x30FA,
        0x30FC...0x30FF,
        0x3105...0x312F,
        0x31A0...0x31BF,
        0x31F0...0x31FF,
        0x3400...0x4DBF,
        0x4E00...0x9FFF,
        0xA960...0xA97F,
        0xAC00...0xD7A3,
        0xD7B0...0xD7FB,
        0xF900...0xFAFF,
        0x20000...0x3134F
    )

    /// L: Latin, Greek and Cyrillic, whose marks a folded name loses (§10.6).
    static let unmarked = ScalarRanges(
        0x41...0x5A,
        0x61...0x7A,
        0xC0...0x24F,
        0x370...0x3FF,
        0x400...0x52F,
        0x1C80...0x1C8F,
        0x1E00...0x1FFF,
        0x2C60...0x2C7F,
        0xA640...0xA69F,
        0xA720...0xA7FF,
        0xAB30...0xAB64
    )

    /// Apostrophes and points that separate the parts of a name as a space does; dashes do too (§10.6).
    static let nameSeparators = ScalarRanges(
        0x27...0x27,
        0x60...0x60,
        0xB4...0xB4,
        0x2BB...0x2BC,
        0x2018...0x2019,
        0x2C...0x2C,
        0x2E...0x2E,
        0xB7...0xB7,
        0x30FB...0x30FB
    )
}
