internal import RecoveryCrypto

/// The plaintext inside envelopes of types 01 and 04 (Docs/Specs/vault.md §5.2).
///
/// ```
/// kind 1 | rule 1 | length 2 | value | zeros up to the bucket
/// ```
enum Padding {
    static let prefixSize = 4
    static let largestValue = EnvelopeHeader.largestPlaintext - prefixSize

    /// The first of 32, 64, 128, 256, 512, 1024 that is at least `size`; above that the next multiple of 1024.
    static func bucket(_ size: Int) -> Int {
        if size > 1024 { return (size + 1023) / 1024 * 1024 }
        var bucket = 32
        while bucket < size { bucket *= 2 }
        return bucket
    }

    /// Returns the padded plaintext, or `nil` if the value is longer than 65,532 bytes.
    static func pad(_ value: FieldValue, _ padClass: PadClass) -> SecretKey? {
        switch value {
        case .absent: pad(kind: 0, rule: 0, nil, padClass)
        case .text(let text, let rule): pad(kind: 1, rule: rule, text, padClass)
        case .bytes(let bytes, let rule): pad(kind: 2, rule: rule, bytes, padClass)
        }
    }

    private static func pad(kind: UInt8, rule: UInt8, _ value: Personal?, _ padClass: PadClass) -> SecretKey? {
        precondition((kind == 0) == (rule == 0), "rule versions start at 1")
        let length = value?.byteCount ?? 0
        guard length <= largestValue else { return nil }
        return SecretKey(byteCount: bucket(max(prefixSize + length, padClass.leastSize))) { padded in
            padded.append(all: [kind, rule] + bigEndian(UInt16(length)))
            value?.reveal { padded.append(all: $0) }
        }
    }

    /// Step 7 of §7: reads the value out, or refuses what these rules would not have written.
    ///
    /// Only somebody with the key can have made such a plaintext, so this guards against our own mistakes.
    static func unpad(_ padded: borrowing SecretKey, _ padClass: PadClass) throws(VaultError) -> FieldValue {
        let (kind, rule, length) = padded.lend { ($0[0], $0[1], Int($0[2]) << 8 | Int($0[3])) }
        let end = prefixSize + length
        guard padded.byteCount == bucket(max(end, padClass.leastSize)),
            padded.lend(to: { padded in (end..<padded.count).allSatisfy { padded[$0] == 0 } })
        else { throw .badPadding }
        switch kind {
        case 0 where rule == 0 && length == 0: return .absent
        case 1 where rule > 0: return .text(Personal(padded.part(prefixSize..<end)), rule: rule)
        case 2 where rule > 0: return .bytes(Personal(padded.part(prefixSize..<end)), rule: rule)
        default: throw .badPadding
        }
    }
}
