import Foundation
import RecoveryVault

/// A line of JSON that either implementation writes and the other reads: a key, something sealed, or something derived,
/// with all that it takes to make or open it again. Bytes are base64, row versions their eight bytes.
///
/// Keys stand before what they wrap. All of them were drawn for this file and belong to nobody.
enum Line: Codable {
    case role(code: UInt8, version: UInt32, key: Data, checkValue: Data)
    case classKey(purpose: UInt16, version: UInt32, wrapped: Data, checkValue: Data)
    case subjectKey(tenant: Data, subject: Data, keyClass: UInt16, version: UInt32, wrapped: Data)
    case field(place: Place, padClass: UInt8, value: Value, envelope: Data)
    case head(place: Place, contentKey: Data, messageLength: Data, bodyDigest: Data, envelope: Data)
    case tag(place: Place, keyVersion: UInt32, canonical: Data, tag: Tag)
    case index(tenant: Data, field: UInt16, norm: UInt8, bits: Int, keyVersion: UInt32, canonical: Data, index: UInt32)
    case manifest(tenant: Data, subject: Data, keyVersion: UInt32, epoch: Data, rows: [Row], code: Data)
    case mark(tenant: Data, subject: Data, keyVersion: UInt32, tombstone: Data, canary: Data)
    /// Stands in answers, for the line with this number: why nothing came of it.
    case refused(line: Int, error: String)
    /// Stands in answers: the envelope of that line with one bit changed, and why we refused it, if we did.
    case flipped(line: Int, envelope: Data, error: String?)
}

struct Place: Codable {
    let tenant: Data
    let subject: Data
    let record: UInt16
    let field: UInt16
    let slot: UInt32
    let rowVersion: Data
}

/// Kind, norm and value of Docs/Specs/vault.md §5.2.
struct Value: Codable {
    let kind: UInt8
    let norm: UInt8
    let bytes: Data
}

struct Tag: Codable {
    let algorithm: UInt8
    let norm: UInt8
    let variant: UInt8
    let bytes: Data
}

/// A row of a manifest (§12).
struct Row: Codable {
    let record: UInt16
    let field: UInt16
    let slot: UInt32
    let rowVersion: Data
    let commitment: Data
    let tags: [Tag]
}

/// What is wrong with a file. The vault's own refusals are answers and no faults.
enum LineFault: Error {
    case malformed(String)
}

extension Line {
    /// The bytes of a file as its lines.
    static func read(_ path: String) throws -> [Line] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let decoder = JSONDecoder()
        return try text.components(separatedBy: "\n").dropLast().map {
            try decoder.decode(Line.self, from: Data($0.utf8))
        }
    }

    static func write(_ lines: [Line], to path: String) throws {
        let encoder = JSONEncoder()
        var file = Data()
        for line in lines {
            file += try encoder.encode(line)
            file.append(10)
        }
        try file.write(to: URL(fileURLWithPath: path))
    }
}
