public import RecoveryAudit
import RecoveryCrypto

/// Private values of one case that an auditor shall see.
public struct DisclosureRequest: Sendable {
    public let recoveryCase: CaseID
    /// Private names, such as `note`; none means all.
    public let fields: Set<String>
    /// Why, in a word that the log keeps: small letters, digits and hyphens, such as `audit`.
    public let purpose: String
    /// The number of records in the bundle that the values go with: later ones stand in no record of it.
    public let size: UInt64

    public init(recoveryCase: CaseID, fields: Set<String> = [], purpose: String = "audit", size: UInt64) {
        self.recoveryCase = recoveryCase
        self.fields = fields
        self.purpose = purpose
        self.size = size
    }
}

/// Opened private values, to be handed to one auditor. Personal data.
public struct Disclosed: Sendable {
    /// The lines of `disclosed.jsonl` (`Docs/Specs/audit-log.md` §12).
    public let lines: SecretText
    public let count: Int
    /// The names that were opened, in order.
    public let fields: [String]
    /// The log's length after it: the disclosure stands in it.
    public let position: UInt64
}

/// Opens private values for a complete export. Made for whoever may disclose them.
public struct PrivateOpener: Sendable {
    let vault: SubjectVault

    /// Opens rows in the state of the store in which they were read.
    ///
    /// - Throws: an error of the store for a value that its key does not open.
    public func open(_ rows: [SealedPrivateRow], in reader: any StoreReader) throws(StoreError) -> [PrivateRow] {
        do {
            return rows.isEmpty ? [] : try vault.opened(rows, in: reader)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .refused("a private value cannot be opened (\(error)): look at the key files")
        }
    }
}

extension RecoveryService {
    /// Opens private values of one case, and writes down which and why before anybody sees them.
    ///
    /// - Throws: `notFound` where the case has none of the names among the first records.
    public func disclose(_ request: DisclosureRequest) async throws(ServiceError) -> Disclosed {
        try await perform(.disclose) {
            guard Self.isReason(request.purpose) else {
                throw ServiceError.invalidInput("a purpose is small letters, digits and hyphens, such as audit")
            }
            return try await store.commit { transaction in
                let value = try load(request.recoveryCase, from: transaction)
                let rows = try transaction.vault.privateRows(ofCase: value.id).filter {
                    $0.reference.seq < request.size
                        && (request.fields.isEmpty || request.fields.contains($0.reference.name))
                }
                guard !rows.isEmpty else { throw ServiceError.notFound }
                let names = Set(rows.map(\.reference.name)).sorted()
                var lines = try vault.opened(rows, in: transaction).flatMap { CanonicalJSON.writeLine($0.json) }
                var work = try CaseWork(value, in: transaction, at: clock.now())
                for name in names {
                    work.note(
                        "pii.reveal",
                        [
                            "actor": .string(caller.name.text), "field": .word(name),
                            "purpose": .word(request.purpose),
                        ]
                    )
                }
                let disclosed = Disclosed(
                    lines: SecretText(wiping: &lines),
                    count: rows.count,
                    fields: names,
                    position: work.nextPosition
                )
                return try work.finish(disclosed, in: transaction)
            }
        }
    }

    /// What opens every private value for an export, for whoever may disclose them. The export itself is recorded by the
    /// store that makes it.
    public func privateOpener() async throws(ServiceError) -> PrivateOpener {
        try await perform(.disclose) { PrivateOpener(vault: vault) }
    }
}
