/// Why a text is not a policy, and where.
///
/// A struct with a code, since every caller does the same with it: shows it to the author and stops.
public struct PolicyError: Error, Sendable, Hashable {
    public let code: Code
    /// Both from 1; columns count Unicode scalars.
    public let line: Int
    public let column: Int
    /// From the root of the document, such as `purposes.unlock.normal.hold`. Empty for the root, and for what is wrong
    /// before there is a tree.
    public let path: String
    /// What is wrong, for the author.
    public let text: String
    /// What to do about it.
    public let cure: String

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case tooLarge = "too-large"
        case tooDeep = "too-deep"
        case tooManyNodes = "too-many-nodes"
        case character
        case anchor, alias, tag, directive
        case complexKey = "complex-key"
        case syntax
        case severalDocuments = "several-documents"
        case empty
        case duplicateKey = "duplicate-key"
        case unknownKey = "unknown-key"
        case missingKey = "missing-key"
        case wrongShape = "wrong-shape"
        case notAName = "not-a-name"
        case notANumber = "not-a-number"
        case notADuration = "not-a-duration"
        case notAFlag = "not-a-flag"
        case textTooLong = "text-too-long"
        case unknownName = "unknown-name"
        case demandsNothing = "demands-nothing"
        case unsatisfiable
        case duplicateMember = "duplicate-member"
        case tooManyWays = "too-many-ways"
        case unreachable
        case contradiction
    }
}

extension PolicyError: CustomStringConvertible {
    /// `line:column: code: path: text; cure`
    public var description: String {
        "\(line):\(column): \(code.rawValue): " + (path.isEmpty ? "" : path + ": ") + text + "; " + cure
    }
}
