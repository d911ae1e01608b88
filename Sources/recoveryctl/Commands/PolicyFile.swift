import Foundation
import RecoveryPolicy

/// Policies as files.
enum PolicyFile {
    /// The policy that comes with the program: `Policies/standard.yaml`.
    static var standard: String { String(decoding: PackageResources.standard_yaml, as: UTF8.self) }

    /// Reads a file of text.
    static func text(of path: String) throws -> String { try text(of: path, what: "policy") }

    /// Reads a file of text that is no policy, but is as large at most.
    static func text(of path: String, what: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path), data.count <= largest else {
            throw Failure(.usage, "no-file", "\(path) cannot be read, or is no \(what)")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw Failure(.usage, "not-text", "\(path) is not UTF-8")
        }
        return text
    }

    /// Reads a policy, or says where it cannot be read.
    static func policy(of text: String, from path: String) throws -> Policy {
        do throws(PolicyError) {
            return try PolicyDocument.read(text)
        } catch {
            throw unreadable(error, path)
        }
    }

    /// The cases beside a policy: `NAME.cases.yaml` for `NAME.yaml`.
    static func casesPath(beside path: String) -> String {
        (path.hasSuffix(".yaml") ? String(path.dropLast(5)) : path) + ".cases.yaml"
    }

    static func cases(of path: String) throws -> PolicyCases {
        let text = try text(of: path)
        do throws(PolicyError) {
            return try PolicyCases.read(text)
        } catch {
            throw unreadable(error, path)
        }
    }

    static func unreadable(_ error: PolicyError, _ path: String) -> Failure {
        let place = "\(path):\(error.line):\(error.column)"
        let what = error.path.isEmpty ? error.text : "\(error.path): \(error.text)"
        return Failure(.failed, error.code.rawValue, "\(place): \(what)", cure: error.cure)
    }

    /// Bytes. The reader has a limit of its own; this one keeps it from being handed a disk.
    private static let largest = 1 << 20
}
