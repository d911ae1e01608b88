import Foundation

/// Something that must be nowhere, in every form in which a program might have left it.
struct Needle: Hashable, Sendable {
    /// What it is, such as `email`.
    let kind: String
    let bytes: [UInt8]
    /// Nothing, where the bytes are a key and no text.
    let text: String?
    /// Those in which it is looked for.
    let forms: [Form]

    init(_ kind: String, _ text: String) {
        self.kind = kind
        self.text = text
        bytes = Array(text.utf8)
        forms = Form.allCases
    }

    init(_ kind: String, bytes: [UInt8], forms: [Form] = Form.allCases) {
        self.kind = kind
        self.bytes = bytes
        self.forms = forms
        text = nil
    }

    enum Form: String, CaseIterable, Sendable {
        case raw, utf16, utf16BigEndian, utf32, hexadecimal, hexadecimalCapitals, base64, escaped, escapedCapitals,
            percent
    }

    /// The patterns to look for: one for most forms, three for base64, none where a form is the raw one again.
    func patterns(_ form: Form) -> [[UInt8]] {
        switch form {
        case .raw: [bytes]
        // Of a key, which is no text, the digits are what becomes a string.
        case .utf16: [written.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }]
        case .utf16BigEndian: [written.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }]
        // An array of scalars.
        case .utf32:
            [written.unicodeScalars.flatMap { scalar in (0..<4).map { UInt8(scalar.value >> (8 * $0) & 0xff) } }]
        case .hexadecimal: [hexadecimal("0123456789abcdef")]
        case .hexadecimalCapitals: [hexadecimal("0123456789ABCDEF")]
        case .base64: (0..<3).map(base64)
        case .escaped: escaped { String(format: "\\u%04x", $0) }
        case .escapedCapitals: escaped { String(format: "\\u%04X", $0) }
        case .percent: isASCII ? [] : [Array(bytes.map { String(format: "%%%02X", $0) }.joined().utf8)]
        }
    }

    private var isASCII: Bool { text?.utf8.allSatisfy { $0 < 0x80 } ?? true }

    private var written: String { text ?? String(decoding: hexadecimal("0123456789abcdef"), as: UTF8.self) }

    private func hexadecimal(_ digits: StaticString) -> [UInt8] {
        let digits = Array(digits.description.utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    private func escaped(_ unit: (UInt16) -> String) -> [[UInt8]] {
        guard let text, !isASCII else { return [] }
        return [Array(text.utf16.map { $0 < 0x80 ? String(UnicodeScalar(UInt8($0))) : unit($0) }.joined().utf8)]
    }

    /// The characters that the bytes alone decide, where `offset` other bytes stand in front of them.
    private func base64(at offset: Int) -> [UInt8] {
        var digits = Array(Data([UInt8](repeating: 0, count: offset) + bytes).base64EncodedData())
        while digits.last == 0x3d { digits.removeLast() }
        if (offset + bytes.count) % 3 != 0 { digits.removeLast() }
        return Array(digits.dropFirst([0, 2, 3][offset]))
    }
}

/// Looks for many needles, in all their forms, in one pass.
struct NeedleSearch: Sendable {
    struct Hit: Hashable, Sendable, CustomStringConvertible {
        let needle: Needle
        let form: Needle.Form
        let offset: Int

        var description: String { "\(needle.kind) as \(form) at \(offset)" }
    }

    private struct Pattern {
        let bytes: [UInt8]
        let needle: Needle
        let form: Needle.Form
        /// Where in it the bytes stand by which it is recognised.
        let anchor: Int
    }

    /// Bytes by which a pattern is recognised. Whatever is shorter is found by chance and proves nothing.
    private static let headSize = 8

    private var patterns: [UInt64: [Pattern]] = [:]
    /// Whether any head has this hash: most of what is searched ends here.
    private var heads = [Bool](repeating: false, count: 1 << 22)
    /// How many patterns are looked for.
    private(set) var count = 0

    /// A needle too short to be searched for.
    struct TooShort: Error {
        let kind: String
    }

    init(_ needles: some Collection<Needle>) throws(TooShort) {
        for needle in Set(needles) {
            for form in needle.forms {
                for bytes in needle.patterns(form) {
                    guard bytes.count >= Self.headSize else { throw TooShort(kind: needle.kind) }
                    let anchor = Self.anchor(of: bytes)
                    let head = bytes[anchor..<anchor + Self.headSize].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
                    heads[Self.hash(head)] = true
                    let pattern = Pattern(bytes: bytes, needle: needle, form: form, anchor: anchor)
                    patterns[head, default: []].append(pattern)
                    count += 1
                }
            }
        }
    }

    func hits(in haystack: some Sequence<UInt8>) -> [Hit] {
        let haystack = Array(haystack)
        var hits: [Hit] = []
        var window: UInt64 = 0
        var end = 0
        for byte in haystack {
            window = window << 8 | UInt64(byte)
            end += 1
            guard end >= Self.headSize, heads[Self.hash(window)], let candidates = patterns[window] else { continue }
            for candidate in candidates {
                let start = end - Self.headSize - candidate.anchor
                guard start >= 0, haystack[start...].starts(with: candidate.bytes) else { continue }
                hits.append(Hit(needle: candidate.needle, form: candidate.form, offset: start))
            }
        }
        return hits
    }

    /// The first place, or one of the next where more different bytes stand: a pattern that begins with zeros would be
    /// tried at every zero of the haystack.
    private static func anchor(of bytes: [UInt8]) -> Int {
        func variety(_ place: Int) -> Int { Set(bytes[place..<place + headSize]).count }
        guard bytes.count > headSize, variety(0) < 4 else { return 0 }
        return (0...min(bytes.count - headSize, 16)).max { variety($0) < variety($1) } ?? 0
    }

    private static func hash(_ head: UInt64) -> Int {
        Int(truncatingIfNeeded: (head &* 0x9E37_79B9_7F4A_7C15) >> 42)
    }
}
