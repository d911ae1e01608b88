import Foundation
import RecoveryTestSupport
import Testing

@testable import RecoveryCrypto

@Suite struct ChunkedEncryptionTests {
    private static let key = [UInt8](repeating: 7, count: 32)
    private static let context = Array("context".utf8)

    private static func sealed(_ message: [UInt8], pieces: Int = .max) throws -> [UInt8] {
        let sealer = try ChunkSealer(key: SecretKey(copying: key.span), context: context)
        var bytes = sealer.header
        for start in stride(from: 0, to: message.count, by: pieces) {
            bytes += sealer.seal(message[start..<min(start + pieces, message.count)].span)
            if pieces == .max { break }
        }
        return bytes + sealer.finish()
    }

    /// What was shown, and the fault that it ended with.
    private static func opened(
        _ bytes: [UInt8],
        context: [UInt8] = context,
        pieces: Int = 1_000_000
    ) throws -> (shown: [UInt8], fault: ChunkedEncryption.Fault?) {
        let opener = try ChunkOpener(key: SecretKey(copying: key.span), context: context)
        var shown: [UInt8] = []
        do {
            for start in stride(from: 0, to: bytes.count, by: pieces) {
                try opener.open(bytes[start..<min(start + pieces, bytes.count)].span) { shown.append($0) }
            }
            try opener.finish { shown.append($0) }
            return (shown, nil)
        } catch let fault as ChunkedEncryption.Fault {
            #expect(throws: fault) { try opener.finish { _ in Issue.record("shown after a fault") } }
            return (shown, fault)
        }
    }

    private static func message(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    @Test(arguments: [0, 1, 16_383, 16_384, 16_385, 40_000], [1_000, 16_400, 1_000_000])
    func `opens what it sealed, however it is cut into pieces`(count: Int, pieces: Int) throws {
        let message = Self.message(count)
        let box = try Self.sealed(message, pieces: pieces)
        #expect(box.count == 56 + count + 16 * (count / 16_384 + 1))
        let (shown, fault) = try Self.opened(box, pieces: pieces / 3)
        #expect(fault == nil)
        #expect(shown == message)
    }

    @Test func `finds every truncation, and shows whole chunks before it at most`() throws {
        let message = Self.message(33_000)
        let box = try Self.sealed(message)
        let ends = Array(0..<100) + Array(16_430..<16_480) + Array(32_830..<32_890) + Array(box.count - 60..<box.count)
        for end in ends {
            let (shown, fault) = try Self.opened(Array(box.prefix(end)))
            #expect(fault == .truncated || fault == .tampered, "\(end)")
            #expect(shown.count % 16_384 == 0 && shown.elementsEqual(message.prefix(shown.count)), "\(end)")
        }
    }

    @Test func `finds chunks that were swapped, repeated, left out and appended`() throws {
        let box = try Self.sealed(Self.message(40_000))
        let head = Array(box.prefix(56))
        let (one, two, last) = (Array(box[56..<16_456]), Array(box[16_456..<32_856]), Array(box[32_856...]))
        for changed in [two + one + last, one + one + last, one + last, one + two + last + last, one + two] {
            let (shown, fault) = try Self.opened(head + changed)
            #expect(fault == .tampered || fault == .truncated)
            #expect(shown.count < 40_000)
        }
    }

    @Test func `finds any flipped bit of a short message`() throws {
        let box = try Self.sealed([1, 2, 3])
        for bit in 0..<box.count * 8 {
            var changed = box
            changed[bit / 8] ^= 1 << (bit % 8)
            let (shown, fault) = try Self.opened(changed)
            #expect(fault == (bit < 56 * 8 ? .keyOrContext : .tampered), "\(bit)")
            #expect(shown.isEmpty)
        }
    }

    @Test func `opens under its own context alone`() throws {
        let box = try Self.sealed([1, 2, 3])
        #expect(try Self.opened(box).fault == nil)
        #expect(try Self.opened(box, context: Self.context + [0]).fault == .keyOrContext)
    }
}

/// The vectors lie beside the project; where they are absent, this suite is reported as skipped.
@Suite(.enabled(if: VectorFile.wycheproof != nil, "no folder ../shared/vectors/wycheproof"))
struct ChunkedEncryptionVectorTests {
    private struct File: Decodable {
        struct Group: Decodable {
            let tests: [Case]
        }

        let numberOfTests: Int
        let testGroups: [Group]
    }

    private struct Case: Decodable {
        let tcId: Int
        let key, ctx, ct: String
        let msgLength: Int?
        let msgSha512: String?
        let result: String
        let flags: [String]
    }

    /// Ciphertexts in the file are compressed by zlib, which Python has and Foundation on Linux has not.
    private static func inflated(_ compressed: [String]) throws -> [[UInt8]] {
        let program = """
            import sys, zlib
            for line in sys.stdin:
                box = zlib.decompress(bytes.fromhex(line))
                sys.stdout.buffer.write(len(box).to_bytes(4, "big") + box)
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        let (input, output) = (Foundation.Pipe(), Foundation.Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let text = compressed.joined(separator: "\n") + "\n"
        // All of it fits into the pipe, so nobody waits for anybody.
        try #require(text.utf8.count < 65_536)
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        var (boxes, offset): ([[UInt8]], Int) = ([], 0)
        while offset < answer.count {
            let size = answer[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            boxes.append([UInt8](answer[offset + 4..<offset + 4 + size]))
            offset += 4 + size
        }
        return boxes
    }

    @Test func `seals and opens as the vectors for chunked encryption say`() throws {
        let folder = try #require(VectorFile.wycheproof)
        let name = "c2sp_chunked_encryption_aes_256_gcm_test.json"
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: folder.appending(path: name)))
        let tests = file.testGroups.flatMap(\.tests)
        let boxes = try Self.inflated(tests.map(\.ct))
        try #require(boxes.count == tests.count && tests.count == file.numberOfTests && tests.count == 35)
        for (test, box) in zip(tests, boxes) {
            let (key, context) = ([UInt8](hex: test.key), [UInt8](hex: test.ctx))
            guard !test.flags.contains("InvalidKeySize") else {
                #expect(throws: ChunkedEncryption.Fault.keySize, "\(test.tcId)") {
                    try ChunkOpener(key: SecretKey(copying: key.span), context: context)
                }
                continue
            }
            let opener = try ChunkOpener(key: SecretKey(copying: key.span), context: context)
            var shown: [UInt8] = []
            var fault: ChunkedEncryption.Fault?
            do {
                try opener.open(box.span) { shown.append($0) }
                try opener.finish { shown.append($0) }
            } catch let error as ChunkedEncryption.Fault {
                fault = error
            }
            #expect((fault == nil) == (test.result == "valid"), "\(test.tcId)")
            if test.flags.contains("HeaderFailure") { #expect(fault == .keyOrContext || fault == .truncated) }
            #expect(shown.count == test.msgLength ?? 0, "\(test.tcId)")
            if let hash = test.msgSha512 { #expect(Hash.sha512.digest(of: shown).hexadecimal == hash, "\(test.tcId)") }
            guard test.result == "valid" else { continue }
            let salt = Array(box.prefix(24))
            let sealer = try ChunkSealer(key: SecretKey(copying: key.span), context: context, salt: salt)
            #expect(sealer.header + sealer.seal(shown.span) + sealer.finish() == box, "\(test.tcId)")
        }
        print("wycheproof c2sp_chunked_encryption_aes_256_gcm: \(tests.count) ran, of \(file.numberOfTests)")
    }
}
