import AccountRecovery
import Foundation
import Synchronization

/// Files with a new secret in them, written before the secret counts.
final class MadeFiles: Sendable {
    private let paths = Mutex<[String]>([])

    /// Writes a new file, 0600.
    func write(_ text: SecretText, to path: String) throws(ServiceError) {
        try text.write(toNewFileAt: path)
        paths.withLock { $0.append(path) }
    }

    /// Runs `work`. If it was refused, the files go again: what is in them counts for nothing. They stay where a disk
    /// failed, since then nobody knows yet whether it counts.
    func keepingIfDone<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch ServiceError.store(.inputOutput(let what)) {
            throw ServiceError.store(.inputOutput(what))
        } catch {
            paths.withLock { paths in
                for path in paths { try? FileManager.default.removeItem(atPath: path) }
                paths = []
            }
            throw error
        }
    }
}
