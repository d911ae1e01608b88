public import AccountRecovery
import Foundation
import GRDB
import RecoveryCrypto

/// Who was erased, kept outside of the database so that an older copy of it cannot bring anybody back
/// (`Docs/Specs/vault.md` §16). The file `erasures` beside the outside head, one line each:
///
///     RVE1 <tombstone, 32 hexadecimal digits> <Unix seconds>
public struct ErasureJournal: Sendable {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// The journal of a log whose head lies there.
    init(besideHead head: String) {
        path = String(head[..<(head.lastIndex(of: "/") ?? head.startIndex)]) + "/erasures"
    }

    /// The erasures, in the order in which they happened.
    ///
    /// - Throws: ``StoreError/refused(_:)`` where the file is missing or a line of it is none.
    public func read() throws(StoreError) -> [Tombstone] {
        guard let (lines, rest) = try contents() else {
            throw .refused("the erasure journal \(path) is missing: put it back from its copy")
        }
        guard rest.isEmpty else {
            throw .refused("the last line of the erasure journal \(path) is not whole: put it back from its copy")
        }
        return lines
    }

    /// Brings the journal up to the database, which knows everything while it lives: adds what is missing, in order,
    /// and mends a last line that a crash cut off. Where nobody was ever erased, a missing file stays missing.
    ///
    /// - Throws: ``StoreError/rolledBack(_:)`` where the journal knows more than the database: that is an older one.
    func catchUp(with tombstones: [Tombstone]) throws(StoreError) {
        let found = try contents()
        guard let (lines, rest) = found else { return tombstones.isEmpty ? () : try create(tombstones) }
        let stored = Set(tombstones.map(\.mark))
        guard lines.allSatisfy({ stored.contains($0.mark) }) else {
            throw .rolledBack("the journal \(path) knows of an erasure that the store does not")
        }
        if !rest.isEmpty { try cut(to: lines.reduce(0) { $0 + Self.line($1).utf8.count }) }
        let known = Set(lines.map(\.mark))
        try append(tombstones.filter { !known.contains($0.mark) })
    }

    /// Adds lines at the end, and syncs them. They are there when this returns.
    func append(_ tombstones: [Tombstone]) throws(StoreError) {
        guard !tombstones.isEmpty else { return }
        guard FileManager.default.fileExists(atPath: path) else { return try create(tombstones) }
        guard try StoreFolder.requirePrivate(file: path), let file = FileHandle(forUpdatingAtPath: path) else {
            throw .inputOutput("\(path) cannot be opened; start again, and it is written then")
        }
        do {
            try file.seekToEnd()
            try file.write(contentsOf: Data(tombstones.map(Self.line).joined().utf8))
        } catch {
            throw (error as NSError).isFullDisk ? .full : .inputOutput("\(path) cannot be written; start again")
        }
        guard fsync(file.fileDescriptor) == 0 else { throw .inputOutput("\(path) cannot be synced; start again") }
    }

    /// Writes a journal where there is none.
    public func create(_ tombstones: [Tombstone]) throws(StoreError) {
        try StoreFolder.make(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        guard try StoreFolder.makePrivate(file: path) else { throw .refused("\(path) exists already") }
        try append(tombstones)
        try StoreFolder.sync(folderOf: path)
    }

    /// Makes an empty journal, for a log that begins and for one that is older than journals are.
    func createIfMissing() throws(StoreError) {
        if try !StoreFolder.requirePrivate(file: path) { try create([]) }
    }

    static func line(_ tombstone: Tombstone) -> String { "RVE1 \(tombstone.mark.hexadecimal) \(tombstone.at)\n" }

    /// The whole lines, and what stands behind the last newline; `nil` if there is no file.
    private func contents() throws(StoreError) -> (lines: [Tombstone], rest: ArraySlice<UInt8>)? {
        guard try StoreFolder.requirePrivate(file: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .inputOutput("\(path) cannot be read")
        }
        let bytes = [UInt8](data)
        var (lines, start): ([Tombstone], Int) = ([], 0)
        while let end = bytes[start...].firstIndex(of: 0x0a) {
            guard let line = Self.tombstone(bytes[start..<end]) else {
                throw .refused("line \(lines.count + 1) of \(path) is no erasure: put the journal back from its copy")
            }
            lines.append(line)
            start = end + 1
        }
        return (lines, bytes[start...])
    }

    /// Reads one line, which must be written as we write it.
    private static func tombstone(_ bytes: ArraySlice<UInt8>) -> Tombstone? {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let mark = [UInt8](hexadecimal: String(parts[1])), mark.count == 16,
            let at = Int64(parts[2])
        else { return nil }
        let tombstone = Tombstone(mark: mark, at: at)
        return line(tombstone).utf8.dropLast().elementsEqual(bytes) ? tombstone : nil
    }

    private func cut(to size: Int) throws(StoreError) {
        guard let file = FileHandle(forUpdatingAtPath: path), ftruncate(file.fileDescriptor, off_t(size)) == 0,
            fsync(file.fileDescriptor) == 0
        else { throw .inputOutput("\(path) cannot be mended") }
    }
}
