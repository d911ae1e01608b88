/// Who may import whom: the arrows of the package, which point down and never sideways.
///
///     recoveryctl ── HTTP ── recoveryd            recovery-audit
///         │   ╲               ╱  │                      │
///         │     RecoveryStore    │                      │
///         │      ╱               │                      │
///         └─► AccountRecovery ◄──┘                      │
///              ╱     │      ╲                           │
///     RecoveryVault RecoveryPolicy RecoveryAudit ◄──────┤
///              ╲                    ╱                   │
///               ╲─ RecoveryCrypto ─╱ ◄──────────────────┘
///                        │
///               COpenSSL, CPKCS11
enum Walls {
    /// By target: the modules that it may import, and those of the platform. A target that is not here is refused.
    static let imports: [String: (modules: Set<String>, platform: Set<String>)] = [
        "COpenSSL": ([], []),
        "CPKCS11": ([], []),
        "RecoveryCrypto": (["COpenSSL", "CPKCS11"], ["Glibc", "Synchronization"]),
        // The auditor's trusted base: bytes in, a verdict out.
        "RecoveryAudit": (["RecoveryCrypto"], []),
        // Foundation has the case folding of Unicode; Glibc opens key files by descriptor.
        "RecoveryVault": (["RecoveryCrypto"], ["Foundation", "Glibc", "Synchronization"]),
        // Neither clock nor files: a policy means the same on every machine.
        "RecoveryPolicy": (["Yams"], []),
        "AccountRecovery": (
            ["RecoveryAudit", "RecoveryCrypto", "RecoveryPolicy", "RecoveryVault"],
            ["Glibc", "Synchronization"]
        ),
        // RecoveryCrypto: the log is signed and sealed where it is written.
        "RecoveryStore": (
            ["AccountRecovery", "GRDB", "RecoveryAudit", "RecoveryCrypto"],
            ["Foundation", "Glibc", "Synchronization"]
        ),
        "recoveryctl": (
            [
                "AccountRecovery", "ArgumentParser", "AsyncHTTPClient", "RecoveryAudit", "RecoveryPolicy",
                "RecoveryStore",
            ],
            ["Foundation", "Glibc", "Synchronization"]
        ),
        "recoveryd": (
            ["AccountRecovery", "ArgumentParser", "AsyncHTTPClient", "Hummingbird", "RecoveryStore"],
            ["Foundation", "Glibc", "Synchronization"]
        ),
        "recovery-audit": (["ArgumentParser", "RecoveryAudit", "RecoveryCrypto"], ["Foundation", "Glibc"]),
    ]

    /// The only folders in which C is called, or the word `unsafe` may stand.
    static let unsafeFolders = ["Sources/RecoveryCrypto/", "Sources/RecoveryStore/PostgreSQL/"]

    /// What a file of Swift holds that its target's wall keeps out.
    static func findings(in source: String, at path: String) -> [Finding] {
        guard let target = path.split(separator: "/").dropFirst().first, let wall = imports[String(target)] else {
            return [Finding(place: path, what: "belongs to no target with a wall")]
        }
        var findings: [Finding] = []
        for (number, line) in zip(1..., source.split(separator: "\n", omittingEmptySubsequences: false)) {
            let place = "\(path):\(number)"
            if let module = imported(by: line), !wall.modules.contains(module), !wall.platform.contains(module) {
                findings.append(Finding(place: place, what: "imports \(module)"))
            }
            if code(of: line).contains(/\bunsafe\b/), !unsafeFolders.contains(where: path.hasPrefix) {
                findings.append(Finding(place: place, what: "unsafe"))
            }
        }
        return findings
    }

    private static func imported(by line: Substring) -> String? {
        let pattern =
            /^\s*(?:@\w+(?:\(\w+\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)/
        return line.firstMatch(of: pattern).map { String($0.1) }
    }

    /// The line without its comment and without what it quotes: both may speak of what the code must not do.
    private static func code(of line: Substring) -> Substring {
        line.replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"").replacing(/\/\/.*/, with: "")
    }
}
