import RecoveryAudit
import RecoveryCrypto

/// Records that begin and end epochs, and anchors, right unless told otherwise.
extension Forgery {
    /// Appends an EPOCH_SEAL.
    mutating func seal(count: Int64? = nil, root: Digest256? = nil, commitment: JSONValue? = nil) throws {
        guard let last = entries.last else { throw ForgeryFault() }
        let record = try AuditRecord(parsing: last)
        try append(
            .epochSeal,
            [
                "count": .integer(count ?? Int64(record.step) + 1),
                "next_commit": commitment ?? self.commitment(of: record.epoch + 1),
                "root": .string((root ?? self.root(entries.count)).hexadecimal),
            ]
        )
    }

    /// Appends the EPOCH_OPEN of epoch 3.
    mutating func open(
        reason: JSONValue = "rotate",
        epoch: UInt32 = 3,
        step: UInt64 = 0,
        commitment: JSONValue? = nil,
        sealed: JSONValue = []
    ) throws {
        try append(
            RecordType.epochOpen.rawValue,
            [
                "boot_id": .string(String(repeating: "b0", count: 16)),
                "commit": commitment ?? self.commitment(of: epoch),
                "next_commit": self.commitment(of: epoch + 1),
                "reason": reason,
                "sealed": sealed,
            ],
            epoch: UInt64(epoch),
            step: step
        )
    }

    /// Appends an ANCHOR with the cosignature of the witness, changed as told.
    mutating func anchor(size: UInt64, root: Digest256, _ change: (inout [UInt8]) -> Void = { _ in }) throws {
        let checkpoint = Checkpoint(origin: identity.origin, size: size, root: root)
        let line = try cosignature(of: checkpoint)
        var bytes = Self.bigEndian(UInt64(line.keyID), 4) + line.signature
        change(&bytes)
        try append(
            .anchor,
            [
                "cosignatures": [["name": .string(line.name), "sig": .string(Base64.encode(bytes))]],
                "kind": "cosignature", "root": .string(root.hexadecimal), "size": .integer(Int64(size)),
            ]
        )
    }

    /// Appends a PRUNE of the records before `to`.
    mutating func prune(to: Int64) throws {
        let hash = JSONValue.string(String(repeating: "ab", count: 32))
        try append(
            .prune,
            [
                "approvals": [21], "case": "E-2", "last_mac": hash, "next_commit": hash, "policy": hash,
                "root": hash, "size": .integer(Int64(entries.count)), "to": .integer(to),
            ]
        )
    }

    /// The row of a private value.
    func privateRow(_ name: String) throws -> JSONObject {
        let rows = try CanonicalJSON.parseLines(bundle.files["private.jsonl"] ?? [])
        guard let row = rows.first(where: { $0["name"] == .string(name) })?.object else { throw ForgeryFault() }
        return row
    }
}

extension JSONObject {
    /// The same object with another value for a field that it has.
    func replacing(_ key: String, by value: JSONValue) -> JSONObject {
        JSONObject(members.map { $0.key == key ? JSONMember(key: key, value: value) : $0 })
    }
}
