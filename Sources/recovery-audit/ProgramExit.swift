import Foundation
import RecoveryAudit

/// What the program exits with: part of its interface (Docs/Specs/audit-log.md §13.7), and never left to a framework.
enum ProgramExit: Int32, Error {
    case intact = 0
    case tampered = 1
    case incomplete = 2
    case unverifiable = 3
    /// An unknown option, a folder that is none, an option file that cannot be read. Nothing is on standard output.
    case usage = 64
    /// The verdict stands, but the state file could not be written.
    case inputOutput = 74

    init(_ outcome: Outcome) {
        switch outcome {
        case .intact: self = .intact
        case .tampered: self = .tampered
        case .incomplete: self = .incomplete
        case .unverifiable: self = .unverifiable
        }
    }

    static func end(_ code: ProgramExit) -> Never {
        exit(code.rawValue)
    }
}

/// Results go to standard output, talk to standard error.
enum Terminal {
    static func answer(_ bytes: [UInt8]) {
        FileHandle.standardOutput.write(Data(bytes))
    }

    static func answer(_ text: String) {
        answer(Array(text.utf8))
    }

    static func say(_ text: String, isLine: Bool = true) {
        FileHandle.standardError.write(Data((text + (isLine ? "\n" : "")).utf8))
    }
}
