import ArgumentParser
import Foundation
import Glibc
import RecoveryAudit
import RecoveryCrypto

/// What a witness saw, in a file: read, judged and written again by one process at a time.
struct WitnessedHeads {
    private let path: String

    init(at path: String) {
        self.path = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Gives `judge` what was seen, and keeps what it returns before the answer is given back.
    func judging(_ judge: (HeadState) -> (answer: Witness.Answer, state: HeadState)) throws -> Witness.Answer {
        let lock = try lock()
        defer { try? lock.close() }
        var seen = HeadState()
        if OptionFile.exists(path) {
            seen = try OptionFile(path).parsed(as: "what a witness saw") { HeadState(parsing: $0) }
        }
        let (answer, state) = judge(seen)
        guard state != seen else { return answer }
        do throws(SecretFileError) {
            try SecretDirectory(ofFileAt: path).write(SecretKey(copying: state.bytes.span), replacing: true)
        } catch {
            Terminal.say("recovery-audit: nothing was signed: \(path) cannot be written (\(error))")
            throw ProgramExit.inputOutput
        }
        return answer
    }

    /// A lock beside the file, which is itself replaced. The system releases it if the process dies.
    private func lock() throws -> FileHandle {
        let name = path + ".lock"
        if !OptionFile.exists(name) {
            // Never in the place of another: two files of one name, each locked by one process, would be two locks.
            let nothing: [UInt8] = []
            _ = try? SecretDirectory(ofFileAt: name).write(SecretKey(copying: nothing.span), replacing: false)
        }
        guard let file = FileHandle(forUpdatingAtPath: name), flock(file.fileDescriptor, LOCK_EX) == 0 else {
            throw ValidationError("\(name) cannot be locked; name a state in a folder that can be written.")
        }
        return file
    }
}
