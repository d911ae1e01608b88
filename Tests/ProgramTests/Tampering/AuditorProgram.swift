import Foundation

/// `recovery-audit` in the folder of a session, with an empty environment unless it is broken on purpose.
enum AuditorProgram {
    static func start(
        _ words: [String],
        in folder: SessionFolder,
        environment: [String: String] = [:]
    ) throws -> Program {
        try Program(
            Player.programs.appending(path: "recovery-audit"),
            words,
            in: .init(folder: folder.url, outputs: folder.outputs, environment: environment),
            stdin: nil
        )
    }

    static func answer(_ words: [String], in folder: SessionFolder) throws -> Program.Answer {
        try start(words, in: folder).answer()
    }
}
