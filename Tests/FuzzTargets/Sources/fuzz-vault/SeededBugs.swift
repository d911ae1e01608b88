import FuzzDriver

/// Programs with a known fault each: a run of the fuzzer that does not find them finds nothing.
enum SeededBugs {
    /// Reads one byte behind the input. Four bytes that nobody guesses stand before it: only coverage leads there.
    static let overrun = Target("seeded-overrun") { bytes in
        guard bytes.count >= 4, bytes[0] == 0x52, bytes[1] == 0x56, bytes[2] == 0x4c, bytes[3] == 0x31 else { return }
        let storage = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        defer { unsafe storage.deallocate() }
        _ = unsafe storage.initialize(from: bytes)
        // What is read has to matter, or the compiler leaves the reading out.
        if let behind = unsafe storage.baseAddress?.advanced(by: bytes.count).pointee, behind == bytes[0] {
            print("behind the input stands its first byte again")
        }
    }

    /// A reader that takes more than its writer writes: white space around a number.
    static let leniency = Target("seeded-leniency") { bytes in
        let digits = bytes.filter { $0 != 0x20 }
        guard !digits.isEmpty, digits.count < 10, let number = Int(String(decoding: digits, as: UTF8.self)) else {
            return
        }
        law(Array(String(number).utf8) == bytes, "what is accepted is written back the same")
    }

    /// Never comes back from one byte.
    static let hang = Target("seeded-hang") { bytes in
        var rounds: UInt64 = 0
        while bytes.first == 0x52 {
            rounds &+= 1
            law(rounds != .max, "nobody waits so long")
        }
    }

    /// Believes a length that the input states.
    static let memory = Target("seeded-memory") { bytes in
        guard bytes.first == 0x52 else { return }
        let storage = [UInt8](repeating: 1, count: 600 << 20)
        law(storage.last == 1, "what was written is read")
    }
}
