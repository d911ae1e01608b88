public import RecoveryCrypto

/// A program that prints a key (Docs/Specs/vault.md §4.5): the way to whatever unwraps keys on this machine and has
/// no provider of its own here.
public struct KeyProgram: Sendable, Hashable {
    /// An absolute path, and arguments that everybody may read.
    public let program: SecretProgram
    /// The file that the program gets as its standard input, or `nil` for nothing: mostly the wrapped key.
    public let input: String?

    public init(_ program: SecretProgram, input: String?) {
        self.program = program
        self.input = input
    }

    func key(of name: KeyName, role: KeyRole, rules: KeyFileRules) throws(VaultError) -> SecretKey {
        try rules.requireTrusted(fileAt: program.path, isProgram: true)
        let wrapped =
            if let input {
                try rules.readTrusted(fileAt: input) { $0 <= SecretProgram.largestInput }
            } else {
                SecretKey(byteCount: 0) { _ in }
            }
        do throws(SecretSourceError) {
            return try program.output(byteCount: KeyFile.binarySize, input: wrapped, within: rules.timeLimit)
        } catch {
            throw VaultError(error, name, role)
        }
    }
}

extension VaultError {
    /// What became of a key that was asked for outside of this process.
    init(_ error: SecretSourceError, _ name: KeyName, _ role: KeyRole) {
        switch error {
        case .unavailable: self = .keyUnavailable(name)
        case .late: self = .providerTimeout(role)
        }
    }
}
