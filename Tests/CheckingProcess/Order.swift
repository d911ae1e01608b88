import AccountRecovery
import Glibc
import RecoveryCrypto

/// One line of standard input: `VERB`, or `VERB CUSTOMER VALUE`. The value is secret.
struct Order {
    let verb: String
    let customer: Int
    let value: SecretText

    private static let longest = 512

    /// The next line, or nothing at the end.
    ///
    /// Read byte by byte into memory that does not move and is wiped: what this program finds of a secret in itself
    /// shall have been left by the product.
    static func next() -> Order? {
        var line: [UInt8] = []
        line.reserveCapacity(longest)
        defer { line.wipe() }
        var byte: UInt8 = 0
        while unsafe read(STDIN_FILENO, &byte, 1) == 1 {
            guard byte != 10, line.count < longest else { return Order(line.span) }
            line.append(byte)
        }
        return nil
    }

    private init(_ line: Span<UInt8>) {
        let spaces = line.indices.filter { line[$0] == 0x20 }
        let first = spaces.first ?? line.count
        let second = spaces.dropFirst().first ?? line.count
        verb = Self.text(line.extracting(0..<first))
        customer = Int(Self.text(line.extracting(min(first + 1, second)..<second))) ?? 0
        var value = [UInt8](copying: line.extracting(min(second + 1, line.count)..<line.count))
        self.value = SecretText(wiping: &value)
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
