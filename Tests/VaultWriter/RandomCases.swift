import Foundation
import RecoveryCrypto
import RecoveryTestSupport

@testable import RecoveryVault

/// Draws what the vault can be asked to seal or to compute: every field code, pad class, kind and key version, and
/// lengths on both sides of every bucket, from nothing to the longest.
struct RandomCases {
    var random: SeededRandom
    let keys: DrawnKeys

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        keys = try DrawnKeys(using: &random)
    }

    /// The keys, so many envelopes, and a tenth as many of what is derived.
    mutating func lines(count: Int) throws -> [Line] {
        var lines = keys.lines
        for number in 0..<count { lines.append(number % 10 == 9 ? try head() : try field()) }
        for number in 0..<count / 10 {
            lines.append(try tag(slow: number % 50 == 0))
            lines.append(try index())
        }
        for _ in 0..<count / 50 { lines.append(try manifest()) }
        for owner in keys.owners {
            for version in DrawnKeys.classVersions { lines.append(try mark(of: owner, version)) }
        }
        return lines
    }

    private mutating func field() throws -> Line {
        let owner = random.pick(keys.owners)
        let context = context(owner, random.pick(RecordKind.allCases))
        let key = random.pick(owner.keys.filter { $0.keyClass == context.record.keyClass })
        let padClass = random.pick(PadClass.allCases)
        let value = value()
        let envelope = try Vault.seal(
            value.fieldValue,
            as: context,
            padding: padClass,
            under: key,
            testOnlySalt: random.bytes(24)
        )
        return .field(
            place: Place(context),
            padClass: padClass.rawValue,
            value: value,
            envelope: Data(envelope.bytes)
        )
    }

    /// Sealed as callers seal it, and therefore under a salt that no seed gives again.
    private mutating func head() throws -> Line {
        let owner = random.pick(keys.owners)
        let context = context(owner, .attachments)
        let head = AttachmentHead(
            contentKey: SecretKey(copying: random.bytes(32).span),
            messageLength: random.pick([0, 1, .max, random.next()]),
            bodyDigest: try valid(Digest256(random.bytes(32)))
        )
        let key = random.pick(owner.keys.filter { $0.keyClass == .personal })
        let envelope = try Vault.seal(head, as: context, under: key, afterSeals: 0)
        return .head(of: head, place: Place(context), envelope: Data(envelope.bytes))
    }

    mutating func context(_ owner: DrawnKeys.Owner, _ record: RecordKind) -> FieldContext {
        FieldContext(
            tenant: owner.tenant,
            subject: owner.subject,
            record: record,
            field: FieldCode(rawValue: random.pick(Array(1...9) + [256, .max, random.any(in: 256...(.max))])),
            slot: random.pick([0, 1, .max, random.any(in: 0...(.max))]),
            rowVersion: rowVersion()
        )
    }

    mutating func rowVersion() -> RowVersion {
        let edges: [UInt64] = [1, 0xffff_ffff, 1 << 32 | 1, .max]
        // Its low half is zero once in four thousand million draws, and that is no version.
        let drawn = RowVersion(rawValue: random.next()) ?? .first(afterRestores: 0)
        return random.pick(edges.compactMap(RowVersion.init(rawValue:)) + [drawn])
    }

    private mutating func value() -> Value {
        if random.happens(onceIn: 10) { return Value(kind: 0, norm: 0, bytes: Data()) }
        let count = length()
        let norm: UInt8 = random.pick([1, 2, 255, random.any(in: 1...255)])
        if random.happens(onceIn: 2) { return Value(kind: 2, norm: norm, bytes: Data(random.bytes(count))) }
        var text: [UInt8] = []
        while text.count < count {
            let next = Array(random.pick(["a", "é", "한", "𠮷", "\n", "\0"]).utf8)
            // A character that does not fit any more would be cut, and then this were no text.
            text += text.count + next.count <= count ? next : [0x78]
        }
        return Value(kind: 1, norm: norm, bytes: Data(text))
    }

    /// Both sides of the edge of a bucket, or anything; the longest of all now and then.
    private mutating func length() -> Int {
        if random.happens(onceIn: 300) { return Padding.largestValue - random.any(in: 0...1) }
        if random.happens(onceIn: 100) { return random.any(in: 0...Padding.largestValue) }
        if random.happens(onceIn: 2) { return random.any(in: 0...100) }
        let edge = random.pick([32, 64, 128, 256, 512, 1024, 2048, 3072]) - Padding.prefixSize
        return edge + random.any(in: -1...1)
    }
}
