import Foundation
import RecoveryCrypto
import Testing

/// Each test hardens a process of its own: it cannot be undone.
@Suite struct ProcessHardeningTests {
    @Test func `locks the heap of keys, and leaves no core files`() async {
        await #expect(processExitsWith: .success) {
            let outcome = ProcessHardening.apply()
            // Whoever runs this may not be allowed to lock 4 MiB. All else takes no privilege.
            try #require([.complete, .weakened([.heapNotLocked])].contains(outcome))
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let locked = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmLck:") })
            let kibibytes = try #require(Int(locked.split(whereSeparator: \.isWhitespace)[1]))
            #expect((kibibytes >= ProcessHardening.heapSize / 1_024) == (outcome == .complete))
            let limits = try String(contentsOfFile: "/proc/self/limits", encoding: .utf8)
            let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
            #expect(core.split(whereSeparator: \.isWhitespace)[4...5] == ["0", "0"])
        }
    }

    @Test func `gives the same answer twice`() async {
        await #expect(processExitsWith: .success) {
            #expect(ProcessHardening.apply() == ProcessHardening.apply())
        }
    }

    @Test func `marks the heap of keys as not for core files nor forks`() async {
        await #expect(processExitsWith: .success) {
            _ = ProcessHardening.apply()
            let file = try #require(FileHandle(forReadingAtPath: "/proc/self/smaps"))
            let content = try #require(try file.readToEnd())
            let maps = String(decoding: content, as: UTF8.self)
            // dd: not dumped. wf: wiped on fork.
            let flags = maps.split(separator: "\n").filter { $0.hasPrefix("VmFlags:") }
            #expect(flags.contains { $0.contains(" dd") && $0.contains(" wf") })
        }
    }

    /// A full heap once stopped the process: whoever made it open large values could have done that.
    @Test func `keeps keys of any number and size, also when the heap is full`() async {
        await #expect(processExitsWith: .success) {
            _ = ProcessHardening.apply()
            final class Box {
                let key: SecretKey
                init(_ byte: UInt8) {
                    let bytes = [UInt8](repeating: byte, count: 1 << 20)
                    key = SecretKey(copying: bytes.span)
                }
            }
            var boxes = (UInt8(1)...10).map(Box.init)
            for (index, box) in boxes.enumerated() {
                #expect(box.key.lend { $0[0] == UInt8(index + 1) && $0[(1 << 20) - 1] == UInt8(index + 1) })
            }
            boxes.removeAll()
            #expect(Box(7).key.byteCount == 1 << 20)
        }
    }

    /// An import of twenty thousand customers once did it: a thread whose first random bytes were wanted when the heap was
    /// full had no room for a generator, and the process ended.
    @Test func `leaves the generators of other threads room, also when small values fill the heap`() async {
        await #expect(processExitsWith: .success) {
            _ = ProcessHardening.apply()
            final class Box: Sendable {
                let key: SecretKey
                init() { key = SecretKey(copying: [1, 2, 3].span) }
            }
            let boxes = (0..<ProcessHardening.heapSize / 16).map { _ in Box() }
            let drawn = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<64 {
                    group.addTask { Random.bytes(32).count + SecretKey(randomByteCount: 32).byteCount }
                }
                return await group.reduce(0, +)
            }
            #expect(drawn == 64 * 64 && boxes.count == ProcessHardening.heapSize / 16)
        }
    }
}
