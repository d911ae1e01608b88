import AccountRecovery
import RecoveryAudit

extension StoreError {
    /// What a refusal of the log means to a caller.
    init(_ error: AuditError) {
        switch error {
        case .epochState(let database, let keyFile):
            let stored = database.map(String.init) ?? "none"
            let kept = keyFile.map(String.init) ?? "none"
            self = .rolledBack("the log's newest epoch is \(stored), the key file is for \(kept)")
        case .epochSecret: self = .rolledBack("the key file holds another secret than the log committed to")
        case .signedBeyondLog: self = .rolledBack("more records were signed than the log has")
        case .inconsistentTail: self = .corrupt("the last records of the log do not belong together")
        case .payload(let type): self = .refused("the log does not take this payload for a record of type \(type)")
        case .payloadTooLarge(let size): self = .refused("a record's payload has \(size) bytes, 32768 are the limit")
        case .recipientKey(let kid): self = .refused("the key of auditor \(kid) is no X25519 key; correct it")
        case .time: self = .refused("the clock shows a time that a record cannot hold; set it")
        case .logKey: self = .refused("the signing key is not the log's; correct the path of the key")
        case .epochFull: self = .refused("a change has more events than an epoch can take")
        case .notAccepting, .epochOpen, .noTransaction, .transactionOpen:
            self = .inputOutput("the log is out of step: \(error)")
        }
    }

    /// Runs `body`; what the log refuses becomes an error of the store.
    static func ofLog<Value: ~Copyable>(_ body: () throws(AuditError) -> Value) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StoreError(error)
        }
    }
}
