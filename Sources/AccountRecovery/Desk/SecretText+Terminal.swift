import RecoveryCrypto

extension SecretText {
    /// Asks on the terminal, without showing what is typed. Returns `nil` if the person left instead.
    ///
    /// - Throws: `invalidInput` where there is no terminal.
    public static func asking(_ prompt: String) throws(ServiceError) -> SecretText? {
        do throws(SecretPromptError) {
            return SecretText(try SecretPrompt.read(prompt: prompt))
        } catch .cancelled {
            return nil
        } catch {
            throw .invalidInput("there is no terminal to ask on")
        }
    }

    /// Reads all that an open descriptor gives, and removes one newline at its end, nothing else. Returns `nil` where
    /// that is more than `limit` bytes. Nothing of it is copied to where it is not wiped.
    public static func reading(_ descriptor: Int32, atMost limit: Int) throws(ServiceError) -> SecretText? {
        do throws(SecretFileError) {
            guard let key = try SecretStream.read(descriptor, atMost: limit) else { return nil }
            let endsInNewline = key.lend { !$0.isEmpty && $0[$0.count - 1] == 10 }
            return SecretText(endsInNewline ? key.part(0..<key.byteCount - 1) : key)
        } catch {
            throw .store(.inputOutput("what was to be read cannot be read"))
        }
    }

    public var isEmpty: Bool { key.byteCount == 0 }

    /// Whether both have the same bytes. Takes as long wherever they differ.
    public func isSame(as other: SecretText) -> Bool {
        key.lend { mine in other.key.lend { constantTimeEqual(mine, $0) } }
    }

    /// Writes the text to a new file that its owner alone may read (0600). Nothing is overwritten, no link is followed.
    ///
    /// - Parameter path: Absolute. After a crash there is the whole file or none.
    public func write(toNewFileAt path: String) throws(ServiceError) {
        do throws(SecretFileError) {
            try SecretDirectory(ofFileAt: path).write(key, replacing: false)
        } catch {
            switch error {
            case .exists: throw .exists("\(path) exists already, and nothing is overwritten; name another file")
            case .notFound: throw .invalidInput("the folder of \(path) does not exist")
            case .symlink, .notAbsolute: throw .invalidInput("\(path) is no place for a secret: name it without links")
            case .io(let number) where number == Self.noSpace: throw .store(.full)
            case .io(let number): throw .store(.inputOutput("\(path) cannot be written: error \(number) of the system"))
            }
        }
    }

    /// `ENOSPC`.
    private static let noSpace: Int32 = 28
}
