import Foundation
import Testing

@testable import recoveryctl

@Suite struct QRCodeTests {
    /// ISO/IEC 18004, Table 7: bytes at level M, versions 1 to 20.
    static let capacities = [
        14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666,
    ]

    @Test func `takes the smallest version that holds the bytes`() throws {
        #expect(Self.capacities.count == 20)
        for (index, capacity) in Self.capacities.enumerated() {
            let full = try #require(QRCode([UInt8](repeating: 65, count: capacity)))
            #expect(full.size == 21 + 4 * index)
            let more = QRCode([UInt8](repeating: 65, count: capacity + 1))
            #expect(more?.size == (index == 19 ? nil : 25 + 4 * index))
        }
    }

    @Test(arguments: [0, 4, 6, 9, 12, 19]) func `is read back by zbarimg`(index: Int) throws {
        // Letters and digits of a URI, in every version a different text.
        let text = String((0..<Self.capacities[index]).map { Array("otpauth:/?=&ABCDEF234567")[($0 * 7 + index) % 24] })
        let code = try #require(QRCode(Array(text.utf8)))
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).png")
        try Data(code.png).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let reader = Process()
        reader.executableURL = URL(fileURLWithPath: "/usr/bin/zbarimg")
        reader.arguments = ["--quiet", "--raw", file.path]
        let output = Pipe()
        reader.standardOutput = output
        reader.standardError = FileHandle.nullDevice
        try reader.run()
        let read = try output.fileHandleForReading.readToEnd() ?? Data()
        reader.waitUntilExit()
        #expect(String(decoding: read, as: UTF8.self) == text + "\n")
    }

    @Test func `keeps four white modules around itself in every picture`() throws {
        let code = try #require(QRCode(Array("otpauth://totp/x".utf8)))
        let side = code.size + 8
        let lines = code.lines(.ascii)
        #expect(lines.count == side)
        #expect(lines.allSatisfy { $0.count == 2 * side })
        #expect((lines.prefix(4) + lines.suffix(4)).allSatisfy { $0.allSatisfy { $0 == " " } })
        #expect(lines.dropFirst(4).dropLast(4).allSatisfy { $0.hasPrefix(String(repeating: " ", count: 8)) })
        #expect(code.lines(.half).allSatisfy { Table.width(of: $0) == side })
        #expect(code.lines(.full).allSatisfy { Table.width(of: $0) == 2 * side })
        #expect(code.lines(.none).isEmpty)
    }

    @Test(arguments: ["", "png", "png:", "svg:", "Half", "file"]) func `refuses a form it does not know`(word: String) {
        #expect(QRForm(argument: word) == nil)
    }
}
