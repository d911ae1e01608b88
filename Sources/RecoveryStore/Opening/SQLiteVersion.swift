import AccountRecovery

/// The version of the SQLite library that runs, which may be another than the one at build time.
struct SQLiteVersion: Comparable {
    let parts: [Int]

    /// Reads `3.40.1`.
    init?(_ text: String) {
        let parts = text.split(separator: ".").map { Int($0) }
        guard parts.count >= 3, let major = parts[0], let minor = parts[1], let patch = parts[2] else { return nil }
        self.parts = [major, minor, patch]
    }

    static func < (left: SQLiteVersion, right: SQLiteVersion) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }

    /// STRICT tables came with 3.37.0 (sqlite.org/stricttables.html).
    static let oldestParts = [3, 37, 0]

    /// Refuses a library without STRICT tables.
    ///
    /// Versions with the WAL-reset defect (3.7.0 to 3.51.2 but for 3.44.6 and 3.50.7) are accepted, Debian's 3.40.1
    /// among them: the defect needs two connections to one WAL, and the exclusive lock of the one connection makes
    /// a second impossible. See `Docs/Specs/audit-log.md` §11 no. 2.
    func requireSupport() throws(StoreError) {
        guard !parts.lexicographicallyPrecedes(Self.oldestParts) else {
            let text = parts.map(String.init).joined(separator: ".")
            throw .refused("SQLite \(text) has no STRICT tables; install 3.37.0 or newer")
        }
    }
}
