import Foundation
import RecoveryAudit

/// Writes the state so that there is always one whole file: the old or the new.
enum StateFile {
    static func write(_ state: HeadState, to path: String) throws {
        let file = URL(fileURLWithPath: path)
        try Data(state.bytes).write(to: file, options: .atomic)
        // A power cut before this may leave an empty file. The next run refuses it: only a file that is missing means
        // that nothing is remembered.
        let handle = try FileHandle(forUpdating: file)
        try handle.synchronize()
        try handle.close()
    }
}
