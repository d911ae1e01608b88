import Foundation
import RecoveryPolicy
import RecoveryTestSupport

/// The shipped policy and its cases.
enum PolicyFile {
    static func standard() throws -> Policy { try PolicyDocument.read(standardText()) }

    static func standardCases() throws -> PolicyCases { try PolicyCases.read(text("standard.cases.yaml")) }

    static func standardText() throws -> String { try text("standard.yaml") }

    private static func text(_ name: String) throws -> String {
        let root = VectorFile.folder.deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "Policies").appending(path: name), encoding: .utf8)
    }
}
