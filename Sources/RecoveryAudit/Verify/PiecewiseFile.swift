/// A file that grows with the log, read from its beginning to its end in pieces of a megabyte.
struct PiecewiseFile {
    /// In bytes. A line that is longer is no line of any file of a bundle.
    static let longestLine = 1 << 24
    private static let pieceSize = 1 << 20

    private let read: (UInt64, Int) -> [UInt8]?
    /// What was read and is not passed yet begins at ``start``.
    private var buffer: [UInt8] = []
    private var start = 0
    private var offset: UInt64 = 0
    private var isComplete = false
    /// Whether a piece could not be read. The file then ends there.
    private(set) var hasFailed = false

    /// - Parameter read: Returns so many bytes from an offset on, fewer only at the end of the file.
    init(_ read: @escaping (UInt64, Int) -> [UInt8]?) {
        self.read = read
    }

    /// The same file from its beginning.
    var fromTheBeginning: PiecewiseFile { PiecewiseFile(read) }

    /// Whether everything was passed.
    mutating func isAtEnd() -> Bool {
        !holds(1)
    }

    /// Goes past `line` and its newline if they come next.
    mutating func skip(_ line: [UInt8]) -> Bool {
        guard holds(line.count + 1), buffer[start + line.count] == UInt8(ascii: "\n"), isNext(line) else {
            return false
        }
        start += line.count + 1
        return true
    }

    private func isNext(_ line: [UInt8]) -> Bool {
        let next = buffer.span.extracting(start..<start + line.count)
        let line = line.span
        for index in line.indices where next[index] != line[index] { return false }
        return true
    }

    /// Shows each line that is left to `body`, without its newline. Returns `false` as soon as `body` does, and for a
    /// file whose last line has no end.
    mutating func forEachLine(_ body: (Span<UInt8>) -> Bool) -> Bool {
        var searched = 0
        while holds(searched + 1) {
            guard let end = buffer[(start + searched)...].firstIndex(of: UInt8(ascii: "\n")) else {
                searched = buffer.count - start
                guard searched <= Self.longestLine else { return false }
                continue
            }
            guard body(buffer.span.extracting(start..<end)) else { return false }
            start = end + 1
            searched = 0
        }
        return start == buffer.count && !hasFailed
    }

    /// Shows each line that is left as an object of canonical JSON. Returns `false` as soon as `body` does, and for a
    /// file that is not canonical JSON Lines (§2.1).
    mutating func forEachObject(_ body: (JSONObject, Span<UInt8>) -> Bool) -> Bool {
        forEachLine { line in
            guard let object = try? CanonicalJSON.parse(line).object else { return false }
            return body(object, line)
        }
    }

    /// Whether so many bytes are left.
    private mutating func holds(_ count: Int) -> Bool {
        while buffer.count - start < count, !isComplete {
            buffer.removeFirst(start)
            start = 0
            guard let piece = read(offset, Self.pieceSize) else {
                hasFailed = true
                isComplete = true
                break
            }
            isComplete = piece.count < Self.pieceSize
            offset += UInt64(piece.count)
            buffer += piece
        }
        return buffer.count - start >= count
    }
}
