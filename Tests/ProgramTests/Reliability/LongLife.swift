import Foundation
import Testing

/// Work that no command of `recoveryctl` does: see `Tests/StoreWriter`.
extension RecordedWork {
    /// An installation whose making nobody records, and the disk that holds it.
    func installed() throws -> DiskModel {
        let words = ["--data", "D", "init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera"]
        try run("recoveryctl", words, recorded: false)
        return try DiskModel(holding: root)
    }

    /// One process that owns the store for long, and commits as SQLite's `synchronous` says.
    func longLife(synchronous setting: String) throws {
        let said = try run("StoreWriter", [root.appending(path: "D").path, setting])
        try #require(said.hasSuffix("closed\n"))
    }
}
