import CFloors
import RecoveryCrypto
import RecoveryVault

/// P7: one field sealed and opened. P8: details compared, of somebody known and of nobody.
enum VaultBenchmarks {
    private static let times = 10_000
    // The floor needs a key and an AAD of the right size; which, makes no difference to it.
    private static let floorKey = [UInt8](repeating: 7, count: 32)
    private static let floorData = [UInt8](repeating: 8, count: 74)

    static func run(_ report: inout Report) async throws {
        let ring = try keyRing()
        try await runFields(&report, ring)
        try await runDetails(&report, ring)
    }

    /// - Parameter known: nanoseconds of the floor where the target was set.
    private static func floorCause(_ measurement: Measurement, _ known: Double? = nil) -> String {
        "the floor itself takes \(duration(measurement.floor ?? 0)) on this machine"
            + (known.map { ", and took \(duration($0)) where the target was set" } ?? "")
    }

    private static func keyRing() throws -> KeyRing {
        var ring = KeyRing()
        for role in [KeyRole.pii, .match] {
            let key = SecretKey(randomByteCount: 32)
            let check = KeyCheckValue(of: key)
            try ring.load(key, as: KeyName(.role(role), version: 1), state: .active, checkValue: check)
        }
        return ring
    }

    // MARK: P7

    private static func runFields(_ report: inout Report, _ ring: KeyRing) async throws {
        var sealing: [(size: Int, nanoseconds: Double)] = []
        var opening: [(size: Int, nanoseconds: Double)] = []
        for size in [64, 512, 4_096] {
            let isFirst = size == 64
            let (seal, open) = try await measureField(ring, paddedSize: size)
            sealing.append((size, seal.ours))
            opening.append((size, open.ours))
            guard isFirst else { continue }
            for (what, measurement, most, known) in [("seal", seal, 5_000.0, 2_330.0), ("open", open, 3_000, 1_310)] {
                report.add(
                    "P7",
                    what + " a field of 64 B",
                    against: "C, same format",
                    measurement,
                    Target(leastRatio: 0.5, mostNanoseconds: most),
                    cause: floorCause(measurement, known)
                )
            }
        }
        report.addGrowth("P7", "seal, by bytes", sealing)
        report.addGrowth("P7", "open, by bytes", opening)
    }

    private static func measureField(
        _ ring: KeyRing,
        paddedSize: Int
    ) async throws -> (seal: Measurement, open: Measurement) {
        let context = FieldContext(
            tenant: .random(),
            subject: .random(),
            field: .email,
            rowVersion: .first(afterRestores: 0)
        )
        let (key, _) = try ring.makeSubjectKey(
            as: SubjectKeyContext(tenant: context.tenant, subject: context.subject, keyClass: .personal, version: 1)
        )
        let keys = SubjectKeys([key])
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: paddedSize - 4)
        let value = FieldValue.text(Personal(SecretKey(copying: text.span)), rule: 1)
        let envelope = try Vault.seal(value, as: context, padding: .to32, under: key, afterSeals: 0)
        let plain = [UInt8](repeating: 1, count: paddedSize)
        var box = [UInt8](repeating: 0, count: paddedSize + 88)
        try Disagreement.unless(envelope.bytes.count == box.count, "size of an envelope")
        let seal = try await interleaved(
            operations: times,
            floor: { cpuTime { floor_seal(floorKey, floorData, plain, plain.count, &box, UInt64(times)) } },
            ours: {
                try cpuTime {
                    for _ in 0..<times {
                        _ = try Vault.seal(value, as: context, padding: .to32, under: key, afterSeals: 0)
                    }
                }
            }
        )
        var opened = [UInt8](repeating: 0, count: paddedSize + 16)
        let open = try await interleaved(
            operations: times,
            floor: {
                var count: UInt64 = 0
                let time = cpuTime {
                    count = floor_open(floorKey, floorData, box, plain.count, &opened, UInt64(times))
                }
                try Disagreement.unless(count == times && opened.starts(with: plain), "floor of P7")
                return time
            },
            ours: {
                try cpuTime { for _ in 0..<times { _ = try Vault.open(envelope, as: context, with: keys) } }
            }
        )
        return (seal, open)
    }

    // MARK: P8

    /// Five fields with the variants that are on by default: eight tags.
    private static let rules: [(field: FieldCode, rule: FieldRule, claim: String)] = [
        (.dateOfBirth, .date(.dayMonthYear), "1985-02-28"), (.name, .name, "José García"),
        (.nationalID, .nationalID(.unchecked), "12345678Z"), (.phone, .phone(nil), "+447700900123"),
        (.email, .email, "jose.garcia@example.org"),
    ]

    private static func claims() throws -> [FieldCode: CanonicalForms] {
        guard let today = CalendarDate(utc: UnixTime(seconds: 1_760_000_000)) else {
            throw Disagreement(what: "a moment without a date")
        }
        var forms: [FieldCode: CanonicalForms] = [:]
        for (field, rule, claim) in rules {
            forms[field] = try rule.canonicalForms(of: Array(claim.utf8), today: today)
        }
        return forms
    }

    private static func runDetails(_ report: inout Report, _ ring: KeyRing) async throws {
        let comparison = BlindComparison(
            fields: rules.map { .init(field: $0.field, rule: 1, variants: $0.rule.defaultVariants) }
        )
        let tagCount = comparison.fields.reduce(0) { $0 + $1.variants.count }
        let claims = try claims()
        let decoy = try Decoy(for: comparison, keys: ring)
        let place = SubjectKeyContext(tenant: .random(), subject: .random(), keyClass: .matching, version: 1)
        let (key, wrapped) = try ring.makeSubjectKey(as: place)
        let subject = try subject(comparison, claims, place, key)

        var box = [UInt8](repeating: 0, count: 32 + 88)
        floor_seal(floorKey, floorData, [UInt8](repeating: 1, count: 32), 32, &box, 1)
        let floor: Side = {
            cpuTime {
                _ = floor_compare(
                    floorKey,
                    floorData,
                    box,
                    Int32(comparison.fields.count),
                    Int32(tagCount),
                    UInt64(times / 10)
                )
            }
        }
        let known: Side = {
            var passes = 0
            let time = try cpuTime {
                for _ in 0..<times / 10 {
                    let key = try ring.unwrap(wrapped, as: place)
                    passes += try comparison.outcome(of: claims, against: subject, key: key).answer == .pass ? 1 : 0
                }
            }
            try Disagreement.unless(passes == times / 10, "somebody known does not pass")
            return time
        }
        let unknown: Side = {
            var failures = 0
            let time = try cpuTime {
                for _ in 0..<times / 10 {
                    failures += try decoy.outcome(of: claims, by: comparison, keys: ring).answer == .fail ? 1 : 0
                }
            }
            try Disagreement.unless(failures == times / 10, "nobody passes")
            return time
        }
        let what = "5 details, \(tagCount) tags"
        for (who, side) in [("known", known), ("unknown", unknown)] {
            let measurement = try await interleaved(operations: times / 10, floor: floor, ours: side)
            report.add(
                "P8",
                what + ", " + who,
                against: "C, same tags",
                measurement,
                Target(mostNanoseconds: 15_000),
                cause: floorCause(measurement)
            )
        }
        report.add(
            "P8",
            what + ", unknown",
            against: "known",
            try await interleaved(rounds: 41, operations: times / 10, floor: known, ours: unknown),
            Target(alike: 0.9...1.1)
        )
        let reading: Side = { try cpuTime { for _ in 0..<times / 10 { _ = try self.claims() } } }
        report.add(
            "P8",
            "reading the 5 claims before",
            try await interleaved(operations: times / 10, floor: nil, ours: reading)
        )
    }

    private static func subject(
        _ comparison: BlindComparison,
        _ claims: [FieldCode: CanonicalForms],
        _ place: SubjectKeyContext,
        _ key: SubjectKey
    ) throws -> BlindComparison.Subject {
        let version = RowVersion.first(afterRestores: 0)
        let rows = try comparison.fields.map { field in
            let context = FieldContext(
                tenant: place.tenant,
                subject: place.subject,
                field: field.field,
                rowVersion: version
            )
            let tags = try field.variants.map { variant in
                guard let canonical = claims[field.field]?.variants[variant] else {
                    return try MatchTag(of: [UInt8]().span, rule: 1, variant: variant, at: context, key: key)
                }
                return try canonical.reveal { bytes in
                    try MatchTag(of: bytes, rule: 1, variant: variant, at: context, key: key)
                }
            }
            return FieldRow(
                field: field.field,
                rowVersion: version,
                commitment: SHA256.digest(of: [1]),
                tags: tags
            )
        }
        let manifest = try Manifest(of: rows, tenant: place.tenant, subject: place.subject, epoch: version, key: key)
        return BlindComparison.Subject(tenant: place.tenant, subject: place.subject, manifest: manifest, rows: rows)
    }
}
