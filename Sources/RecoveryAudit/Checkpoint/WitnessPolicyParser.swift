import RecoveryCrypto

/// Reads a C2SP tlog-policy line by line: names are defined before they are used, so there are no circles.
struct WitnessPolicyParser {
    private(set) var logs: [WitnessPolicy.Party] = []
    private(set) var witnesses: [WitnessPolicy.Party] = []
    // By octets: "é" in two spellings is two names (tlog-policy, "Character set").
    private var defined: [[UInt8]: Int] = [:]
    private var members: Set<[UInt8]> = []
    private var quorum = Quorum()
    private var hasQuorum = false

    /// Returns the quorum of the file; `nil` if any line is wrong or the quorum line is missing.
    mutating func quorum(of bytes: [UInt8]) -> Quorum? {
        guard bytes.last == CanonicalJSON.newline, text(of: bytes) != nil else { return nil }
        for line in bytes.dropLast().split(separator: CanonicalJSON.newline, omittingEmptySubsequences: false) {
            guard line.allSatisfy({ $0 == UInt8(ascii: "\t") || $0 >= 0x20 && $0 != 0x7f }), accept(line) else {
                return nil
            }
        }
        return hasQuorum ? quorum : nil
    }

    private mutating func accept(_ line: ArraySlice<UInt8>) -> Bool {
        let items = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map(Array.init)
        guard let keyword = items.first, keyword[0] != UInt8(ascii: "#") else { return true }
        switch text(of: keyword) {
        case "log":
            guard (2...3).contains(items.count), let party = party(items[1...]), party.key.kind == .log else {
                return false
            }
            return Self.add(party, to: &logs)
        case "witness":
            guard (3...4).contains(items.count), let party = party(items[2...]), party.key.kind == .witness else {
                return false
            }
            return define(items[1], .witness(party.key)) && Self.add(party, to: &witnesses)
        case "group":
            return items.count >= 4 && acceptGroup(items[1], threshold: items[2], of: Array(items[3...]))
        case "quorum":
            guard items.count == 2, !hasQuorum else { return false }
            quorum.decisive = defined[items[1]]
            hasQuorum = quorum.decisive != nil || items[1] == Self.none
            return hasQuorum
        default: return false
        }
    }

    private mutating func acceptGroup(_ name: [UInt8], threshold: [UInt8], of names: [[UInt8]]) -> Bool {
        var places: [Int] = []
        for name in names {
            guard let place = defined[name], members.insert(name).inserted else { return false }
            places.append(place)
        }
        let count: Int?
        switch text(of: threshold) {
        case "any": count = 1
        case "all": count = names.count
        case let text: count = text.flatMap { decimal($0) }.map { Int($0) }
        }
        guard let count, 1...names.count ~= count else { return false }
        return define(name, .group(threshold: count, members: places))
    }

    private mutating func define(_ name: [UInt8], _ meaning: Quorum.Rule) -> Bool {
        guard name != Self.none, defined[name] == nil else { return false }
        defined[name] = quorum.add(meaning)
        return true
    }

    /// Two lines with one public key would let one party count twice, whatever the names say.
    private static func add(_ party: WitnessPolicy.Party, to parties: inout [WitnessPolicy.Party]) -> Bool {
        guard !parties.contains(where: { $0.key.publicKey == party.key.publicKey }) else { return false }
        parties.append(party)
        return true
    }

    private func party(_ items: ArraySlice<[UInt8]>) -> WitnessPolicy.Party? {
        let texts = items.compactMap { text(of: $0) }
        guard let key = texts.first.flatMap({ VKey(parsing: $0) }) else { return nil }
        return WitnessPolicy.Party(key: key, url: texts.count == 2 ? texts[1] : nil)
    }

    private static let none = Array("none".utf8)
}
