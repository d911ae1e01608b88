public import AccountRecovery
import Foundation
import RecoveryCrypto

/// A backup file being read, in pieces: its manifest, then its content. Nothing is shown that was not authenticated, and
/// whether the file is whole is known at the end.
public struct BackupFile: Sendable {
    public let path: String
    public let facts: BackupFacts
    private let keys: BackupKeys

    /// Opens the file and unwraps its key.
    ///
    /// - Throws: ``ServiceError`` with what is wrong, naming the file.
    public init(_ path: String, keys: BackupKeys) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError.refused("\(path) cannot be read; name a backup file")
        }
        let start = [UInt8](try file.read(upToCount: BackupKeys.headerSize) ?? Data())
        facts = try Self.naming(path) { try keys.opening(start).facts }
        self.path = path
        self.keys = keys
    }

    /// Reads the file to its end.
    ///
    /// - Parameter body: Shown the content behind the manifest.
    /// - Returns: the manifest, once everything was authenticated.
    @discardableResult
    public func read(_ body: (Span<UInt8>) throws -> Void) throws -> BackupManifest {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError.refused("\(path) cannot be read; name a backup file")
        }
        return try Self.naming(path) {
            let start = [UInt8](try file.read(upToCount: BackupKeys.headerSize) ?? Data())
            let opening = try keys.opening(start)
            guard opening.facts == facts else { throw StoreError.corrupt("the backup changed while it was read") }
            var front = Front()
            while let piece = try file.read(upToCount: 1 << 18), !piece.isEmpty {
                try opening.open([UInt8](piece)) { try front.take($0, body) }
            }
            try opening.finish { try front.take($0, body) }
            guard let manifest = front.manifest, manifest.generation == facts.generation else {
                throw StoreError.corrupt("the backup has no manifest of its generation")
            }
            return manifest
        }
    }

    /// Says which file it was.
    private static func naming<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch ServiceError.store(.corrupt(let what)) {
            throw StoreError.corrupt("\(path): \(what)")
        } catch StoreError.corrupt(let what) {
            throw StoreError.corrupt("\(path): \(what)")
        } catch ServiceError.sealed(let what) {
            throw ServiceError.sealed("\(path): \(what)")
        }
    }

    /// The manifest at the beginning of the message, as it comes.
    private struct Front {
        private var bytes: [UInt8] = []
        private(set) var manifest: BackupManifest?

        mutating func take(_ piece: Span<UInt8>, _ body: (Span<UInt8>) throws -> Void) throws {
            guard manifest == nil else { return try body(piece) }
            bytes.append(piece)
            guard bytes.count >= 4 else { return }
            let size = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard size <= BackupManifest.limit else { throw StoreError.corrupt("the manifest is too long") }
            guard bytes.count >= 4 + size else { return }
            guard let manifest = BackupManifest(Array(bytes[4..<4 + size])) else {
                throw StoreError.corrupt("the manifest cannot be read")
            }
            self.manifest = manifest
            try body(bytes.span.extracting((4 + size)..<bytes.count))
            bytes = []
        }
    }
}
