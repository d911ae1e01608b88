import RecoveryCrypto
import Testing

@Suite struct TranscriptTests {
    @Test func `writes lengths and numbers as eight big-endian bytes`() {
        var transcript = Transcript(label: "x")
        transcript.append([7, 8])
        transcript.append("é")
        transcript.append(UInt64(0x0102_0304_0506_0708))
        #expect(
            transcript.bytes.hexadecimal
                == "0000000000000001" + "78" + "0000000000000002" + "0708" + "0000000000000002" + "c3a9"
                + "0102030405060708"
        )
    }

    /// All lists of up to three parts of up to two bytes from a small alphabet, which holds what lengths are made of.
    @Test func `gives different bytes to different lists`() {
        let parts: [[UInt8]] = [[], [0], [1], [0, 0], [0, 1], [1, 0], [1, 1]]
        var lists: [[[UInt8]]] = [[]]
        for length in 1...3 {
            lists += lists.filter { $0.count == length - 1 }.flatMap { list in parts.map { list + [$0] } }
        }
        #expect(lists.count == 1 + 7 + 49 + 343)
        let encodings = lists.map { list in
            list.reduce(into: Transcript(label: "lists")) { $0.append($1) }.bytes
        }
        #expect(Set(encodings).count == lists.count)
    }

    @Test func `keeps uses with different labels apart`() {
        #expect(Transcript(label: "a").bytes != Transcript(label: "b").bytes)
        var short = Transcript(label: "a")
        short.append([UInt8(ascii: "b")])
        #expect(short.bytes != Transcript(label: "ab").bytes)
    }
}
