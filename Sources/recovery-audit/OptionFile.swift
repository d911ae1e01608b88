import ArgumentParser
import Foundation
import RecoveryCrypto

/// A file that an option names. Unlike a file of the bundle it is the caller's own: links and pipes are welcome, and
/// what cannot be read is a mistake in the command, not a finding about the log.
struct OptionFile {
    let path: String
    let bytes: [UInt8]

    init(_ path: String) throws {
        self.path = path
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            bytes = [UInt8](try file.readToEnd() ?? Data())
        } catch {
            throw ValidationError("\(path) cannot be read.")
        }
    }

    /// Whether anything lies there, be it readable or not.
    static func exists(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path)) != nil
    }

    func parsed<Value>(as description: String, _ parse: ([UInt8]) -> Value?) throws -> Value {
        guard let value = parse(bytes) else { throw ValidationError("\(path) does not hold \(description).") }
        return value
    }
}

extension SecretKey {
    /// Reads 64 hexadecimal digits on one line, or refuses.
    init?(hexadecimalLine file: [UInt8]) {
        let digits = file.last == UInt8(ascii: "\n") ? file.dropLast() : file[...]
        guard var bytes = [UInt8](hexadecimal: String(decoding: digits, as: UTF8.self)), bytes.count == 32 else {
            return nil
        }
        self.init(wiping: &bytes)
    }
}

extension X25519.PrivateKey {
    convenience init?(file: [UInt8]) {
        guard let key = SecretKey(hexadecimalLine: file) else { return nil }
        self.init(bytes: key)
    }
}

extension Ed25519.PrivateKey {
    convenience init?(file: [UInt8]) {
        guard let key = SecretKey(hexadecimalLine: file) else { return nil }
        self.init(seed: key)
    }
}
