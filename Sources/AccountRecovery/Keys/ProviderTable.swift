import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

/// Which provider serves which version of which key of a role (`Docs/Specs/vault.md` §4.11): the file `providers.json` of
/// the data directory. A version that it does not name lies in a file of `keys/`.
///
///     {"format":"account-recovery/providers/v1","keys":[{"role":"pii","uri":"systemd:pii.key","version":1}]}
struct ProviderTable: Sendable {
    static let format = "account-recovery/providers/v1"
    static let largestFile = 65_536

    private let folder: DataFolder
    private var providers: [KeyName: KeyProvider] = [:]

    /// Reads the file, under the rules for key files: whoever can write it can have any program run.
    ///
    /// - Throws: `sealed`, naming the file and the entry. Nothing in it is passed over.
    init(of folder: DataFolder) throws(ServiceError) {
        self.folder = folder
        let bytes: [UInt8]
        do throws(VaultError) {
            let text = try KeyFileRules(databaseDirectory: nil)
                .read(fileAt: folder.providers) { $0 <= Self.largestFile }
            bytes = text.lend { [UInt8](copying: $0) }
        } catch .keyFileRefused(.notFound) {
            return
        } catch {
            throw HexKeyFile.refusal(of: folder.providers, error)
        }
        let value: JSONValue
        do throws(CanonicalJSONError) {
            value = try CanonicalJSON.parseFile(bytes)
        } catch {
            throw refusal(
                "is not canonical JSON at byte \(error.offset): keys in order, no spaces, one newline at the end"
            )
        }
        guard let members = value.object?.members, members.map(\.key) == ["format", "keys"],
            value["format"]?.string == Self.format, let entries = value["keys"]?.array
        else { throw refusal("has other members than \"format\":\"\(Self.format)\" and \"keys\"") }
        for (index, entry) in entries.enumerated() {
            guard let entry = ProviderEntry(entry) else {
                throw refusal("has an entry, number \(index + 1), that is no provider, or that has a member too many")
            }
            guard providers.updateValue(entry.provider, forKey: entry.name) == nil else {
                throw refusal("names \(entry.name.purpose) version \(entry.name.version) twice")
            }
        }
    }

    /// The provider of a version: what the file says, or else a file of `keys/`.
    func provider(of role: KeyRole, version: UInt32) -> KeyProvider {
        providers[KeyName(.role(role), version: version)]
            ?? .file(path: folder.key(ofRole: role.word, version: version))
    }

    private func refusal(_ what: String) -> ServiceError {
        .sealed("\(folder.providers) \(what)")
    }
}

/// One entry of the table.
private struct ProviderEntry {
    let name: KeyName
    let provider: KeyProvider

    /// - Returns: `nil` where a member is missing, of another kind, or unknown for this provider.
    init?(_ value: JSONValue) {
        guard let word = value["role"]?.string, let role = KeyRole.allCases.first(where: { $0.word == word }),
            let number = value["version"]?.integer, let version = UInt32(exactly: number), version > 0,
            let uri = value["uri"]?.string
        else { return nil }
        name = KeyName(.role(role), version: version)
        var members = Members(value, after: ["role", "uri", "version"])
        let found: KeyProvider? =
            if uri.hasPrefix("exec:") {
                Self.program(uri, &members)
            } else if uri.hasPrefix("pkcs11:") {
                Self.token(uri, &members)
            } else if uri.hasPrefix("https:") {
                Self.transit(uri, &members)
            } else {
                KeyProvider(uri: uri)
            }
        guard let found, members.areAllTaken else { return nil }
        provider = found
    }

    private static func program(_ uri: String, _ members: inout Members) -> KeyProvider? {
        var arguments: [String] = []
        if let list = members.take("arguments") {
            guard let words = list.array, case let texts = words.compactMap(\.string), texts.count == words.count else {
                return nil
            }
            arguments = texts
        }
        let input = members.text("input")
        return .exec(KeyProgram(SecretProgram(path: String(uri.dropFirst(5)), arguments: arguments), input: input))
    }

    private static func token(_ uri: String, _ members: inout Members) -> KeyProvider? {
        let serial = members.text("token_serial").map { TokenCipher.Mark.identifier(Array($0.utf8)) }
        let token = members.text("token_label").map { TokenCipher.Mark.label($0) }
        let label = members.text("key_label").map { TokenCipher.Mark.label($0) }
        let identifier = members.text("key_id").flatMap { [UInt8](hexadecimal: $0) }.map {
            TokenCipher.Mark.identifier($0)
        }
        guard (serial == nil) != (token == nil), (label == nil) != (identifier == nil),
            let token = serial ?? token, let key = label ?? identifier,
            let pin = members.text("pin_file"), let input = members.text("input")
        else { return nil }
        return .pkcs11(
            TokenKey(TokenCipher(module: String(uri.dropFirst(7)), token: token, key: key), pin: pin, input: input)
        )
    }

    private static func transit(_ uri: String, _ members: inout Members) -> KeyProvider? {
        guard let authority = members.text("ca_file"), let certificate = members.text("certificate_file"),
            let privateKey = members.text("key_file"), let token = members.text("token_file"),
            let input = members.text("input")
        else { return nil }
        return .transit(
            TransitKey(
                url: uri,
                authority: authority,
                certificate: certificate,
                privateKey: privateKey,
                token: token,
                input: input
            )
        )
    }
}

/// The members of an entry that nobody has asked for yet. One that is of another kind than was asked for stays.
private struct Members {
    private var left: [String: JSONValue] = [:]

    init(_ value: JSONValue, after taken: Set<String>) {
        for member in value.object?.members ?? [] where !taken.contains(member.key) { left[member.key] = member.value }
    }

    var areAllTaken: Bool { left.isEmpty }

    mutating func take(_ key: String) -> JSONValue? {
        left.removeValue(forKey: key)
    }

    mutating func text(_ key: String) -> String? {
        guard let text = left[key]?.string else { return nil }
        left[key] = nil
        return text
    }
}
