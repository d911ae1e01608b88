/// Whether a payload has exactly the fields of its record type, each of its kind (audit-log.md §6, §7, §9).
public enum PayloadSchema {
    /// Says nothing about what the fields mean: hashes may be wrong, agents unknown, signatures forged.
    public static func check(type: RecordType, payload: JSONValue) -> Bool {
        guard case .object(let object) = payload else { return false }
        return check(type: type, payload: object)
    }

    /// The same for an object.
    public static func check(type: RecordType, payload: JSONObject) -> Bool {
        shape(of: type, payload: payload)?.admits(payload) ?? false
    }

    private static func shape(of type: RecordType, payload: JSONObject) -> PayloadShape? {
        switch type {
        case .genesis: genesis
        case .epochOpen: epochOpen
        case .epochSeal: epochSeal
        case .agentKeyAdd: agentKeyAdd
        case .agentKeyRevoke: agentKeyRevoke
        case .erase: erase
        case .anchor: payload["kind"]?.string.flatMap { anchors[$0] }
        case .prune: prune
        case .clock: clock
        case .event: payload["event"]?.string.flatMap { EventCatalogue.event(named: $0)?.shape }
        }
    }

    private static let opening: [String: ValueKind] = [
        "boot_id": .psn, "commit": .hash, "next_commit": .hash, "sealed": .list(0...16, of: .sealedKeys),
    ]

    private static let genesis = PayloadShape(
        required: opening.merging([
            "reason": .oneOf(["start"]), "origin": .origin, "log_key": .base64(32), "schema": .oneOf(["rva/v1"]),
        ]) { $1 },
        optional: [
            "prior": .object(PayloadShape(required: ["checkpoint": .text(upTo: 4096), "origin": .origin]))
        ]
    )

    private static let epochOpen = PayloadShape(
        required: opening.merging(["reason": .oneOf(["start", "rotate", "recover"])]) { $1 }
    )

    private static let epochSeal = PayloadShape(required: ["count": .int(), "next_commit": .hash, "root": .hash])

    private static let agentKeyAdd = PayloadShape(
        required: [
            "agent": .psn, "key": .base64(32), "kid": .ref,
            "role": .oneOf(["agent", "supervisor", "admin", "auditor", "privacy"]),
        ],
        optional: PayloadShape.statement
    )

    private static let agentKeyRevoke = PayloadShape(
        required: PayloadShape.statement.merging(["kid": .ref, "why": .word]) { $1 }
    )

    private static let erase = PayloadShape(required: [
        "approvals": .seqs, "basis": .word, "case": .ref, "fields": .list(1...1024, of: .privateFields),
    ])

    private static let anchors: [String: PayloadShape] = [
        "cosignature": ["cosignatures": ValueKind.list(1...32, of: .cosignatures)],
        "tsa": ["token": .base64(1...24_000)],
        "file": ["target": .ref],
    ].mapValues { fields in
        PayloadShape(required: fields.merging(["kind": .anyText, "size": .int(from: 1), "root": .hash]) { $1 })
    }

    private static let prune = PayloadShape(required: [
        "approvals": .seqs, "case": .ref, "last_mac": .hash, "next_commit": .hash, "policy": .hash, "root": .hash,
        "size": .int(), "to": .int(),
    ])

    private static let clock = PayloadShape(required: [
        "boot_id": .psn, "delta_us": .sint, "kind": .oneOf(["back", "forward", "boot"]), "mono_us": .int(),
    ])
}
