/// Up to 256 entries in one file, each as u16(size) ‖ entry (audit-log.md §10.2).
public enum EntryBundle {
    /// Returns the file. An entry has at most 65,535 bytes; records have at most 32,884.
    public static func file(of entries: some Sequence<[UInt8]>) -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes.append(bigEndian: UInt16(entry.count))
            bytes += entry
        }
        return bytes
    }

    /// What was read from a file: the entries that are complete, and whether they fill it exactly.
    public struct Content: Sendable, Hashable {
        public let entries: [[UInt8]]
        public let isExact: Bool
    }

    /// Reads at most `count` entries.
    public static func read(_ file: [UInt8], count: Int) -> Content {
        var entries: [[UInt8]] = []
        var offset = 0
        while entries.count < count, offset + 2 <= file.count {
            let size = Int(file[offset]) << 8 | Int(file[offset + 1])
            guard offset + 2 + size <= file.count else { break }
            entries.append(Array(file[(offset + 2)..<(offset + 2 + size)]))
            offset += 2 + size
        }
        return Content(entries: entries, isExact: entries.count == count && offset == file.count)
    }
}
