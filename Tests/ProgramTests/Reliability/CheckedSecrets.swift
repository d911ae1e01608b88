import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import Testing

@testable import AccountRecovery
@testable import RecoveryVault
@testable import recoveryctl

/// The keys of an installation, as its files have them, and all that follows from the secret of its next epoch.
struct CheckedKeys {
    private(set) var needles: [Needle] = []

    /// More records than any run of these proofs writes into one epoch.
    private static let steps: UInt32 = 4096
    /// Of so many keys.
    private static let forms: [Needle.Form] = [.raw, .hexadecimal, .base64]

    /// To be taken before the process starts: it consumes the epoch's secret.
    static func of(_ desk: CheckedDesk) async throws -> CheckedKeys {
        let data = DataFolder(desk.desk.folder.url.path + "/D")
        return try CheckedKeys(of: desk, inTheVault: try await vaultKeys(data))
    }

    private init(of desk: CheckedDesk, inTheVault vaultKeys: [Needle]) throws {
        let folder = desk.desk.folder
        needles = vaultKeys
        needles.append(Needle("unwrapped key", bytes: desk.wrapped))
        for role in ["pii", "match", "auth", "sys"] {
            let words = try folder.text(ofNewestAt: "D/keys/\(role).key").split(separator: " ")
            let key = try #require(Data(base64Encoded: String(words[3])))
            needles.append(Needle("KEK \(role)", bytes: Array(key)))
        }
        for (kind, file) in [
            ("staff key", "people/mia.key"), ("log seed", "keys/log.key"), ("grant seed", "keys/grant.key"),
        ] {
            needles.append(Needle(kind, bytes: try Self.hexadecimal(folder, file)))
        }
        let file = Array(try folder.bytes(of: "D/keys/epoch.key"))
        try #require(file.count == EpochSecret.fileSize)
        let epoch = file.prefix(4).reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        let secret = Array(file.dropFirst(4))
        var seed = try Self.hexadecimal(folder, "keys/log.key")
        let origin = try #require(Origin("recovery.example/demo"))
        let log = LogIdentity(origin: origin, publicKey: Ed25519.PrivateKey(seed: SecretKey(wiping: &seed)).publicKey)
        needles.append(Needle("epoch secret", bytes: secret))
        needles += Self.chain(from: secret, context: KeySchedule.epochContext(log.logID, epoch: epoch))
    }

    /// All that follows from the secret of an epoch.
    private static func chain(from bytes: [UInt8], context: [UInt8]) -> [Needle] {
        let secret = SecretKey(copying: bytes.span)
        var needles = [Needle("next epoch secret", of: KeySchedule.nextSecret(after: secret, context: context))]
        var ratchet = KeySchedule.authenticationKey(of: secret, context: context)
        for step in 0..<steps {
            needles.append(Needle("ratchet", of: ratchet, forms: forms))
            let key = KeySchedule.recordKey(of: ratchet, context: context, step: step)
            needles.append(Needle("record key", of: key, forms: forms))
            let next = KeySchedule.nextRatchet(after: ratchet, context: context, step: step)
            ratchet = next
        }
        return needles
    }

    /// The keys that lie wrapped in the store: those of classes, and those of every subject.
    private static func vaultKeys(_ folder: DataFolder) async throws -> [Needle] {
        try await OpenInstallation.with(folder) { open in
            let vault = open.parts.vault
            let ring = try vault.ring(adding: [.pii, .auth])
            var needles: [Needle] = []
            for classKey in ClassKey.allCases {
                let kind = classKey.wrappedBy == .sys ? "class key" : "seeds key"
                try ring.lend(KeyName(.classKey(classKey), version: 1)) { key in
                    needles.append(Needle(kind, of: key))
                }
            }
            let subjects = try await open.store.read { reader in
                try reader.vault.subjects(after: nil, limit: 100).map { try SubjectRows($0, from: reader) }
            }
            for subject in subjects {
                for keyClass in SubjectKeyClass.allCases {
                    for key in try subject.unwrapped(keyClass, with: ring, tenant: vault.tenant) {
                        needles.append(Needle("subject key", of: key.box.bytes))
                    }
                }
            }
            return needles
        }
    }

    /// Orders by which a handler comes to know one of each kind.
    var notes: [String] {
        var kinds: Set<String> = []
        return needles.filter { kinds.insert($0.kind).inserted }.map { "note 0 " + $0.bytes.hexadecimal }
    }

    private static func hexadecimal(_ folder: SessionFolder, _ file: String) throws -> [UInt8] {
        let text = try folder.text(ofNewestAt: "D/" + file).trimmingCharacters(in: .newlines)
        return try #require([UInt8](hexadecimal: text))
    }
}

extension Needle {
    init(_ kind: String, of key: borrowing SecretKey, forms: [Form] = Form.allCases) {
        self.init(kind, bytes: key.lend { [UInt8](copying: $0) }, forms: forms)
    }
}

extension CheckedDesk {
    /// What passed through the process, in forms of eight bytes and more.
    var needles: [Needle] {
        var needles = seeds.map { Needle("TOTP seed", bytes: $0) }
        needles += seedLetters.map { Needle("TOTP seed", $0) }
        needles += savedCodes.map { Needle("saved code", $0) }
        needles += savedCodes.map { Needle("saved code", String($0.dropFirst(2).filter { $0 != "-" })) }
        needles += issuedCodes.map { Needle("issued code", $0) }
        needles += longCodes.map { Needle("long code", $0) }
        needles += Set(details).map { Needle("detail", $0) }
        needles.append(Needle("passphrase", passphrase))
        needles.append(Needle("marker", marker))
        for code in totpCodes { needles += Self.unmistakable(code) }
        return needles
    }

    /// What six digits look like where a program keeps them, with the bytes that stand around them there: each form
    /// is ten bytes or more, and no chance.
    static func unmistakable(_ code: String) -> [Needle] {
        let digits = Array(code.utf8)
        // A short string is its letters, zeros to fifteen bytes, and its length with the mark of ASCII.
        let string: [UInt8] = digits + [UInt8](repeating: 0, count: 9) + [0xe6]
        // An array is its count and its capacity, eight bytes each, twice the capacity in fact, and the elements.
        let arrays: [[UInt8]] = (6...24).map { capacity in
            [6, 0, 0, 0, 0, 0, 0, 0, UInt8(2 * capacity), 0, 0, 0, 0, 0, 0, 0] + digits
        }
        // The line by which it came.
        let lines: [[UInt8]] = (0..<8).map { Array("totp \($0) ".utf8) + digits }
        let wide: [UInt8] = digits.flatMap { [$0, 0] as [UInt8] }
        let wider: [UInt8] = digits.flatMap { [$0, 0, 0, 0] as [UInt8] }
        let hexadecimal: [UInt8] = Array(digits.map { String($0, radix: 16) }.joined().utf8)
        let forms: [[UInt8]] = [string, wide, wider, hexadecimal] + arrays + lines
        return forms.map { Needle("totp code", bytes: $0, forms: [.raw]) }
    }
}
