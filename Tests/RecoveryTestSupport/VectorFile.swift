public import Foundation

/// Known answers in `Tests/Vectors`, and the ones that lie beside the project and are never committed to it.
public enum VectorFile {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// The folder `Tests/Vectors`.
    public static let folder = tests.appending(path: "Vectors")

    /// Wycheproof's files, or `nil` on a machine that has none: tests that need them skip there, and say so.
    public static let wycheproof: URL? = {
        let folder = tests.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "shared/vectors/wycheproof")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// Decodes `Tests/Vectors/NAME`.
    public static func decode<Value: Decodable>(_ type: Value.Type, from name: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: name)))
    }
}

extension [UInt8] {
    /// Reads hexadecimal digits of a vector. Wrong digits are a fault of the vector file, and end the test.
    public init(hex text: String) {
        let digits = text.utf8.map { byte in
            Int(byte) - (byte < 58 ? 48 : byte < 71 ? 55 : 87)
        }
        precondition(digits.count.isMultiple(of: 2) && digits.allSatisfy { (0..<16).contains($0) }, "not hex: \(text)")
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
