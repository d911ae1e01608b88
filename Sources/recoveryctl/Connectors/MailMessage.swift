import AccountRecovery
import Foundation

/// A message as a mail system takes it: RFC 5322, with UTF-8 in the body (8bit) and encoded words in the subject.
struct MailMessage {
    /// The whole message, lines ended by a newline alone as in a file.
    let text: SecretText
    /// The address, for whoever needs it apart.
    let isDeliverable: Bool

    /// - Parameters:
    ///   - host: what stands behind the `@` of the sender and of the message's name.
    ///   - now: Unix seconds.
    init(_ message: borrowing Message, from host: String, name: String, at now: Int64) {
        let subject = Self.encodedWords(message.subject)
        let channel = message.channel
        var isDeliverable = true
        text = message.lend { address, body in
            var bytes: [UInt8] = []
            // Room for all of it at once: an array that grows leaves its old bytes behind.
            bytes.reserveCapacity(1024 + 4 * subject.utf8.count + address.count + body.count)
            bytes += "From: Account recovery <no-reply@\(host)>\n".utf8
            bytes += "To: ".utf8
            for index in address.indices { bytes.append(address[index]) }
            // A number is no address; gateways know it by the domain.
            if channel != .email { bytes += "@\(channel.rawValue).invalid".utf8 }
            isDeliverable = !address.isEmpty && address.indices.allSatisfy { Self.mayStandInAddress(address[$0]) }
            bytes += "\nSubject: \(subject)\n".utf8
            bytes += "Date: \(Self.date(now))\n".utf8
            bytes += "Message-ID: <\(name)@\(host)>\n".utf8
            bytes += "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n".utf8
            bytes += "Content-Transfer-Encoding: 8bit\nAuto-Submitted: auto-generated\n\n".utf8
            for index in body.indices { bytes.append(body[index]) }
            if bytes.last != 10 { bytes.append(10) }
            return SecretText(wiping: &bytes)
        }
        self.isDeliverable = isDeliverable
    }

    /// No space, no control character, nothing that would begin another header or another recipient.
    static func mayStandInAddress(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7f && !Array(",;:<>()\"\\".utf8).contains(byte)
    }

    /// The text as it is if it is printable ASCII, otherwise as encoded words (RFC 2047 §2): base64 of UTF-8, each word
    /// of at most 75 characters and of whole characters.
    static func encodedWords(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ 0x20...0x7e ~= $0 }) else { return text }
        var words: [String] = []
        var part: [UInt8] = []
        for character in text.unicodeScalars {
            let bytes = Array(String(character).utf8)
            if part.count + bytes.count > longestPart {
                words.append(encoded(part))
                part = []
            }
            part += bytes
        }
        words.append(encoded(part))
        return words.joined(separator: "\n ")
    }

    /// Bytes in one encoded word: 60 characters of base64, and 12 of wrapping.
    private static let longestPart = 45

    private static func encoded(_ bytes: [UInt8]) -> String {
        "=?UTF-8?B?\(Data(bytes).base64EncodedString())?="
    }

    /// Such as `Sun, 01 Mar 2026 14:32:07 +0000` (RFC 5322 §3.3).
    static func date(_ seconds: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }
}
