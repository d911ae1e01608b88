import CFloors
import RecoveryCrypto
import RecoveryVault

/// P7: customers of six fields of 64 bytes, sealed one by one and kept in plain SQLite, against SQLCipher, which seals
/// pages; and single fields against AES-GCM of a Python library.
enum CustomerBenchmark {
    private static let customers = 2_000
    private static let fields: [FieldCode] = [.dateOfBirth, .name, .nationalID, .phone, .email, .address]
    private static let size = 64

    static func run(_ report: inout Report) async throws {
        try await comparePython(&report)
        guard peer_sqlcipher_is_present() == 1 else {
            report.skip("P7", "customers against SQLCipher", because: "libsqlcipher.so.0 is not installed")
            return
        }
        let place = try SealingPlace()
        let sealed = try place.seal(fields)
        let bytes = sealed.flatMap(\.envelope.bytes)
        let envelopeSize = sealed[0].envelope.bytes.count
        let plain = [UInt8](repeating: UInt8(ascii: "x"), count: size * fields.count)
        try await Machine.withScratch { folder in
            var (ourReading, theirReading): (UInt64, UInt64) = (0, 0)
            func ours() throws -> (inserting: UInt64, reading: UInt64) {
                let count = Int32(customers)
                var inserting = try cpuTime { for _ in 0..<customers { _ = try place.seal(fields) } }
                inserting += floor_customers(folder + "/plain.db", bytes, envelopeSize, count, 0, &ourReading)
                let opening = try cpuTime { for _ in 0..<customers { try place.open(sealed) } }
                return (inserting, opening + ourReading)
            }
            func theirs() -> UInt64 {
                floor_customers(folder + "/ciphered.db", plain, size, Int32(customers), 1, &theirReading)
            }
            let inserting = try await interleaved(
                rounds: 5,
                operations: customers,
                floor: { theirs() },
                ours: { try ours().inserting }
            )
            report.add("P7", "customer of 6 fields sealed and inserted", against: "SQLCipher, raw key", inserting)
            let reading = try await interleaved(
                rounds: 5,
                operations: customers,
                floor: {
                    _ = theirs()
                    return theirReading
                },
                ours: { try ours().reading }
            )
            report.add("P7", "customer of 6 fields read and opened", against: "SQLCipher, raw key", reading)
        }
    }

    private static func comparePython(_ report: inout Report) async throws {
        if let reason = Peers.missing("cryptography") {
            report.skip("P7", "fields against cryptography of PyPI", because: reason)
            return
        }
        let place = try SealingPlace()
        let sealed = try place.seal([.email])
        let count = 10_000
        for what in ["seal", "open"] {
            let measurement = try await interleaved(
                rounds: 3,
                operations: count,
                floor: {
                    let (time, answer) = try Peers.run("fields.py", [what, String(size), String(count)])
                    try Disagreement.unless(answer == [String(count)], "fields.py")
                    return time
                },
                ours: {
                    try cpuTime {
                        for _ in 0..<count {
                            if what == "seal" { _ = try place.seal([.email]) } else { try place.open(sealed) }
                        }
                    }
                }
            )
            let peer = "cryptography (PyPI), AES-GCM under one kept key"
            report.add("P7", what + " a field of 64 B", against: peer, measurement)
        }
    }

    /// A subject with a key, whose fields are sealed in their places.
    private struct SealingPlace {
        private let tenant = TenantID.random()
        private let subject = SubjectID.random()
        private let key: SubjectKey
        private let keys: SubjectKeys
        private let value: FieldValue

        init() throws {
            var ring = KeyRing()
            let role = SecretKey(randomByteCount: 32)
            let check = KeyCheckValue(of: role)
            try ring.load(role, as: KeyName(.role(.pii), version: 1), state: .active, checkValue: check)
            (key, _) = try ring.makeSubjectKey(
                as: SubjectKeyContext(tenant: tenant, subject: subject, keyClass: .personal, version: 1)
            )
            keys = SubjectKeys([key])
            let text = [UInt8](repeating: UInt8(ascii: "x"), count: size - 4)
            value = .text(Personal(SecretKey(copying: text.span)), rule: 1)
        }

        func seal(_ fields: [FieldCode]) throws -> [(context: FieldContext, envelope: Envelope)] {
            try fields.map { field in
                let version = RowVersion.first(afterRestores: 0)
                let context = FieldContext(tenant: tenant, subject: subject, field: field, rowVersion: version)
                return (
                    context, try Vault.seal(value, as: context, padding: .to32, under: key, afterSeals: 0)
                )
            }
        }

        func open(_ sealed: [(context: FieldContext, envelope: Envelope)]) throws {
            for (context, envelope) in sealed { _ = try Vault.open(envelope, as: context, with: keys) }
        }
    }
}
