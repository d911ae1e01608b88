import RecoveryCrypto

/// The keys of staff, and what was signed with them (§9.1 to §9.5, §9.7; `agent-key-duplicate` to `agent-replay`).
struct StaffChecks {
    private struct Key {
        let agent: String
        let role: String
        let publicKey: Ed25519.PublicKey
    }

    private struct Nonce: Hashable {
        let kid: String
        let nonce: String
    }

    private let origin: Origin?
    /// Whether every record before was read, so that a key that was not seen is none.
    private let knowsAllKeys: Bool
    // References are ASCII by their schema, so Swift's equality of strings is equality of bytes.
    private var keys: [String: Key] = [:]
    private var revoked: Set<String> = []
    private var nonces: Set<Nonce> = []
    /// While only GENESIS and first keys of admins were read (§9.7).
    private var isBootstrap: Bool

    /// Whether any statement was read.
    private(set) var hasStatements = false

    init(origin: Origin?, knowsAllKeys: Bool = true) {
        self.origin = origin
        self.knowsAllKeys = knowsAllKeys
        isBootstrap = knowsAllKeys
    }

    /// Passes over a record that has no frame: what it was is unknown, so the bootstrap is over.
    mutating func skipRecord() {
        isBootstrap = false
    }

    /// Returns the statement of a record if everything about it holds: only such a one is counted as an approval.
    mutating func check(_ read: ReadRecord, _ findings: inout Findings) -> ProvenStatement? {
        var continuesBootstrap = read.type == .genesis
        defer { isBootstrap = isBootstrap && continuesBootstrap }
        guard read.isWellFormed, let payload = read.payload, let carrier = StatementCarrier(read) else { return nil }

        let kid = payload["kid"]?.string ?? ""
        if carrier == .agentKeyAdd, keys[kid] != nil { findings.add(.agentKeyDuplicate, seq: read.index) }
        var proven: ProvenStatement?
        if let statement = payload["stmt"].flatMap({ StaffStatement($0) }) {
            hasStatements = true
            proven = check(statement, carrier, payload, read, &findings)
        } else if carrier == .agentKeyAdd {
            continuesBootstrap = isBootstrap && payload["role"] == "admin"
            if !continuesBootstrap { findings.add(.agentKeyUnauthorised, seq: read.index) }
        }
        switch carrier {
        case .agentKeyAdd: add(kid, payload)
        case .agentKeyRevoke: revoked.insert(kid)
        case .approvalGive, .appealDecide, .checkResult, .adminApprove: break
        }
        return proven
    }

    /// Adds a key. A kid keeps its first meaning.
    private mutating func add(_ kid: String, _ payload: JSONObject) {
        guard keys[kid] == nil, let agent = payload["agent"]?.string, let role = payload["role"]?.string,
            let publicKey = payload["key"]?.string.flatMap({ Base64.decode($0) })
                .flatMap({ Ed25519.PublicKey(bytes: $0) })
        else { return }
        keys[kid] = Key(agent: agent, role: role, publicKey: publicKey)
    }

    private mutating func check(
        _ statement: StaffStatement,
        _ carrier: StatementCarrier,
        _ payload: JSONObject,
        _ read: ReadRecord,
        _ findings: inout Findings
    ) -> ProvenStatement? {
        var faults: [FindingCode] = []
        let key = keys[statement.kid]
        if let key {
            if revoked.contains(statement.kid) { faults.append(.agentRevoked) }
            let signature = payload["sig"]?.string.flatMap { Base64.decode($0) } ?? []
            if !statement.isSigned(signature, by: key.publicKey) { faults.append(.agentSignature) }
            let revokesItself = carrier == .agentKeyRevoke && payload["kid"] == .string(statement.kid)
            if !carrier.admits(role: key.role), !revokesItself { faults.append(.agentRole) }
        } else if knowsAllKeys {
            faults.append(.agentUnknown)
        }
        if let origin, !statement.log.hasSameBytes(as: origin.text) { faults.append(.agentLog) }
        if payload[carrier.subject] != .string(statement.caseReference)
            || carrier.namesActor && payload["actor"] != .string(statement.kid)
        {
            faults.append(.agentCase)
        }
        if !carrier.admits(action: statement.action) { faults.append(.agentAction) }
        // In whole seconds, rounded up: 2^53 seconds have no spelling in microseconds.
        let seconds = read.record.timeMicroseconds / 1_000_000
        let isWhole = read.record.timeMicroseconds.isMultiple(of: 1_000_000)
        if seconds + (isWhole ? 0 : 1) > UInt64(statement.notAfter) { faults.append(.agentExpired) }
        if let evidence = carrier.evidence(in: payload),
            statement.decision != .approve || statement.evidence != evidence.hexadecimal
        {
            faults.append(.agentEvidence)
        }
        if !nonces.insert(Nonce(kid: statement.kid, nonce: statement.nonce)).inserted { faults.append(.agentReplay) }

        for fault in faults { findings.add(fault, seq: read.index) }
        guard faults.isEmpty, let key else { return nil }
        return ProvenStatement(statement: statement, agent: key.agent, seq: read.index)
    }
}

/// A statement that its author signed, with a key that was valid there, for a purpose that its role admits.
struct ProvenStatement {
    let statement: StaffStatement
    /// The person. Two keys of one person are one agent.
    let agent: String
    let seq: UInt64

    fileprivate init(statement: StaffStatement, agent: String, seq: UInt64) {
        self.statement = statement
        self.agent = agent
        self.seq = seq
    }
}
