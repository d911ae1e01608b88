import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryStore

/// What was found out about one or two backup files, all of it authenticated.
struct BackupInspection: Encodable {
    struct File: Encodable {
        let file: String
        let kind: String
        let generation: UInt64
        let restores: UInt32
        /// Unix seconds.
        let created: Int64
        let rows: [String: Int]
        let erasures: Int
        let neededKeys: [String]
        let logSize: UInt64
    }

    /// What only both together tell.
    struct Pair: Encodable {
        let subjects: Int
        let keysTaken: Int
        let keysOfUnknownSubjects: Int
        let subjectsWithoutKeys: Int
        let fieldsOpened: Int
    }

    var files: [File] = []
    var pair: Pair?
    /// In words, what a restore would lack.
    var missing: [String] = []
}

extension BackupInspection.File {
    init(_ file: BackupFile, _ manifest: BackupManifest) {
        self.init(
            file: file.path,
            kind: file.facts.kind == .data ? "data" : "keys",
            generation: file.facts.generation.rawValue,
            restores: file.facts.generation.restores,
            created: file.facts.createdSeconds,
            rows: manifest.rows,
            erasures: manifest.tombstones.count,
            neededKeys: manifest.neededKeys,
            logSize: file.facts.generation.logSize
        )
    }

    var lines: [[String]] {
        [
            [kind, file],
            ["  generation", "\(generation), after \(restores) restores, with \(logSize) records of the log"],
            ["  created", Moment.dateAndTime(created) + " UTC"],
            ["  rows", rows.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")],
            ["  erasures", "\(erasures)"],
            ["  needs", neededKeys.joined(separator: ", ")],
        ]
    }
}
