import AccountRecovery
import GRDB
import RecoveryAudit
import RecoveryCrypto

/// What is written into the open epoch, and what is signed.
extension OpenLog {
    /// Writes that the log is exported, up to and including this record.
    ///
    /// - Parameter format: `bundle`, or `bundle.private` for one with every private value.
    func recordExport(actor: String, format: String, _ database: Database) throws {
        try alone(database) {
            // Of the bundle: with this record, and with the seal that ends its epoch.
            let size = Int64(clamping: writer.size + 2)
            try append(
                ["event": "audit.export", "actor": .string(actor), "format": .string(format), "size": .integer(size)],
                database
            )
        }
    }

    /// Writes what witnesses said back into the log, and keeps it with their checkpoint, in one transaction.
    func recordAnchor(_ cosigned: VerifiedCheckpoint, by lines: [NoteSignature], _ database: Database) throws {
        let items = lines.map { line -> JSONValue in
            ["name": .string(line.name), "sig": .string(line.keyIDAndSignature)]
        }
        try alone(database) {
            try LogTables(database: database).store(cosigned.note.bytes, size: cosigned.size)
            let payload: JSONValue = [
                "cosignatures": .array(items), "kind": "cosignature", "root": .string(cosigned.root.hexadecimal),
                "size": .integer(Int64(clamping: cosigned.size)),
            ]
            try append(AuditEvent(.anchor, payload), database)
        }
    }

    /// Writes the response of an authority for time stamps over a checkpoint back into the log.
    func recordTimeStamp(_ token: [UInt8], of stamped: VerifiedCheckpoint, _ database: Database) throws {
        try alone(database) {
            let payload: JSONValue = [
                "kind": "tsa", "root": .string(stamped.root.hexadecimal),
                "size": .integer(Int64(clamping: stamped.size)), "token": .string(Base64.encode(token)),
            ]
            try append(AuditEvent(.anchor, payload), database)
        }
    }

    /// Adds the record of an event, inside the transaction that is open.
    func append(_ event: AuditEvent, _ database: Database) throws {
        guard let payload = event.payload.object else { throw StoreError.refused("an event's payload is no object") }
        var privates: [PrivateValue] = []
        for (name, value) in event.privates.sorted(by: { $0.key < $1.key }) {
            guard let value = PrivateValue(name: name, value: value.value, salt: value.salt) else {
                throw StoreError.refused("the salt of a private value has not \(PrivateField.saltSize) bytes")
            }
            privates.append(value)
        }
        let record = try StoreError.ofLog { () throws(AuditError) in
            try writer.append(event.type, payload, privates: privates, now: now())
        }
        try LogTables(database: database).append(record, sealing: event.privates)
        lastTime = record.index.timeMicroseconds
        if event.type == .erase {
            let fields = payload["fields"]?.array ?? []
            let references = fields.compactMap { PrivateFieldReference($0) }
            guard references.count == fields.count else { throw StoreError.erasesNothing }
            try LogTables(database: database).erase(references)
        }
    }

    func append(_ payload: JSONObject, _ database: Database) throws {
        try append(AuditEvent(.event, .object(payload)), database)
    }

    func appendSeal(_ database: Database) throws {
        let seal = try StoreError.ofLog { () throws(AuditError) in try writer.sealEpoch(now: now()) }
        try insert(seal, database)
    }

    func insert(_ record: SealedRecord, _ database: Database) throws {
        try LogTables(database: database).append(record)
        lastTime = record.index.timeMicroseconds
    }

    /// Signs a checkpoint over all records, keeps it, and then shows it to the outside head.
    ///
    /// The note that is kept already is used where it covers everything: to look at a log changes nothing.
    func checkpoint(_ database: Database) throws -> [UInt8] {
        let tables = LogTables(database: database)
        if let kept = try tables.newestNote(), try tables.newestNoteSize() == writer.size { return kept }
        let note = try StoreError.ofLog { () throws(AuditError) in try writer.checkpoint(signedBy: keys.signingKey) }
            .bytes
        try database.transaction { try tables.store(note, size: writer.size) }
        try OutsideHead(path: keys.headFile).write(note)
        return note
    }
}
