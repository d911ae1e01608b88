import Foundation
import RecoveryTestSupport
import RecoveryVault

/// The vault's side of an exchange with a second implementation, which a stranger's cryptography carries.
///
///     vault-writer write FILE SEED COUNT        keys, COUNT envelopes under them, and what is derived from values
///     vault-writer open FILE ANSWERS SEED COUNT an answer for each line of FILE, in its order; then COUNT envelopes of
///                                               it with one bit changed, and what we said to each
///
///     vault-writer phones FILE ANSWERS          for each line of FILE, a region and a number with a tab between them, the
///                                               number as it would be stored, or why it is refused
///
/// An answer is the line itself, made anew from what was opened, or the refusal. The same seed writes the same file,
/// but for the salts of attachment heads.
@main
struct VaultWriter {
    enum Fault: Error {
        case usage
    }

    static func main() throws {
        let words = CommandLine.arguments.dropFirst()
        if words.first == "phones", words.count == 3 {
            return try Phones.answer(words[words.startIndex + 1], to: words[words.startIndex + 2])
        }
        let numbers = words.suffix(2).compactMap { UInt64($0) }
        guard numbers.count == 2, let count = Int(exactly: numbers[1]) else { throw Fault.usage }
        switch (words.first, words.count) {
        case ("write", 4):
            var cases = try RandomCases(seed: numbers[0])
            try Line.write(cases.lines(count: count), to: words[words.startIndex + 1])
        case ("open", 5):
            let answers = try answers(to: Line.read(words[words.startIndex + 1]), seed: numbers[0], flips: count)
            try Line.write(answers, to: words[words.startIndex + 2])
        default: throw Fault.usage
        }
    }

    private static func answers(to lines: [Line], seed: UInt64, flips: Int) throws -> [Line] {
        var opener = Opener()
        var answers = try zip(1..., lines).map { try opener.answer(to: $1, number: $0) }
        var random = SeededRandom(seed: seed)
        let sealed = zip(1..., lines).filter { $1.changing { $0 } != nil }
        let (keys, values) = (sealed.filter { $1.isKey }, sealed.filter { !$1.isKey })
        for flip in 0..<flips {
            // There are far fewer keys than values.
            let (number, line) = try valid((flip.isMultiple(of: 4) ? keys : values).randomElement(using: &random))
            var envelope = Data()
            let changed = line.changing { bytes in
                envelope = flipped(bytes, using: &random)
                return envelope
            }
            // That we did not refuse is an answer too, and one that the other side knows to be wrong.
            var error: String?
            if case .refused(_, let refusal) = try opener.answer(to: valid(changed), number: number) { error = refusal }
            answers.append(.flipped(line: number, envelope: envelope, error: error))
        }
        return answers
    }

    /// Header, salt, commitment, ciphertext and tag are equally likely, however long the ciphertext is.
    private static func flipped(_ envelope: Data, using random: inout SeededRandom) -> Data {
        let end = envelope.count
        let parts = [0..<16, 16..<40, 40..<72, 72..<end - 16, end - 16..<end]
        let part = parts[Int.random(in: 0..<parts.count, using: &random)]
        var envelope = envelope
        envelope[Int.random(in: part, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        return envelope
    }
}
