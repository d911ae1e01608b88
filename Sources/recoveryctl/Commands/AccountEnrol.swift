import AccountRecovery
import ArgumentParser

struct AccountEnrol: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol",
        abstract: "Bind a customer's first authenticator, or give them their first codes to keep. Shown once.",
        discussion:
            "recoveryctl account enrol ACCOUNT totp --uri-file FILE; … codes --out FILE. Files are new and 0600."
    )

    enum Kind: String, CaseIterable {
        case totp, codes
    }

    @OptionGroup var global: GlobalOptions
    @OptionGroup var input: AccountInput
    @OptionGroup var place: FactorOutput
    @Argument(help: ArgumentHelp("The reference, then totp or codes.", valueName: "account kind")) var words: [String]
    @Option(help: ArgumentHelp("For codes: a new file for them.", valueName: "file")) var out: String?

    func run() async throws {
        guard let kind = words.last.flatMap(Kind.init(rawValue:)), words.count == (input.accountStdin ? 1 : 2) else {
            throw ValidationError("Name the account and what to enrol: totp or codes.")
        }
        let reference = try input.reference(input.accountStdin ? nil : words.first)
        switch kind {
        case .totp: try await enrolTOTP(reference)
        case .codes: try await enrolCodes(reference)
        }
    }

    private func enrolTOTP(_ reference: SecretText) async throws {
        guard out == nil else { throw ValidationError("--out goes with codes; for totp it is --uri-file.") }
        try place.requirePlace(global)
        let factor = try await global.atDesk { session in
            let made = MadeFiles()
            return try await made.keepingIfDone {
                try await session.desk.enrolTOTP(reference) { try place.hand(over: $0, made) }
            }
        }
        try global.answer(NewFactorAnswer(factor: "totp", count: 1, position: factor.position)) {
            try Terminal.answer("second factor: none → totp, log position \(factor.position)")
        }
    }

    private func enrolCodes(_ reference: SecretText) async throws {
        guard place.uriFile == nil else { throw ValidationError("--uri-file goes with totp; for codes it is --out.") }
        let file = try out.map(NewFile.init)
        guard file != nil || (Terminal.isTalkOnTerminal && !global.json) else {
            throw Failure(
                .usage,
                "no-place-for-codes",
                "codes are shown on a terminal only, and there is none",
                cure: "name a new file for them: --out FILE"
            )
        }
        let codes = try await global.atDesk { session in
            let made = MadeFiles()
            return try await made.keepingIfDone {
                try await session.desk.enrolCodes(reference) { text in
                    if let file { try made.write(text, to: file.path) } else { Terminal.talk(text.shown) }
                }
            }
        }
        try global.answer(NewFactorAnswer(factor: "saved-codes", count: codes.count, position: codes.position)) {
            try Terminal.answer("saved codes: none → \(codes.count), log position \(codes.position)")
        }
    }
}

/// What came of an enrolment, without the secret.
struct NewFactorAnswer: Encodable {
    let factor: String
    let count: Int
    let position: UInt64
}

/// Where a new authenticator's URI goes: a new file, or a QR code. Both are as good as the factor itself.
struct FactorOutput: ParsableArguments {
    @Option(help: ArgumentHelp("A new file for the otpauth URI, 0600.", valueName: "file")) var uriFile: String?
    @Option(help: "full, half, ascii, png:FILE, svg:FILE or none. Default: half on a terminal.") var qr: QRForm?

    /// Looks for a place before anything is made that cannot be shown twice.
    func requirePlace(_ global: GlobalOptions) throws {
        if let uriFile { _ = try NewFile(uriFile) }
        if let file = qr?.file { _ = try NewFile(file) }
        if let qr, qr.file == nil, qr != .none, !Terminal.isResultOnTerminal || global.json {
            throw Failure(
                .usage,
                "no-terminal",
                "a QR code of a secret is shown on a terminal only",
                cure: "write it to a file: --qr png:FILE or --uri-file FILE"
            )
        }
        guard uriFile != nil || qr?.file != nil || (Terminal.isResultOnTerminal && qr != QRForm.none && !global.json)
        else {
            throw Failure(
                .usage,
                "no-place-for-factor",
                "the new factor is shown on a terminal only, and there is none",
                cure: "name a new file for it: --uri-file FILE"
            )
        }
    }

    func hand(over uri: SecretText, _ made: MadeFiles) throws {
        if let uriFile { try made.write(uri.withNewline, to: absolutePath(of: uriFile)) }
        let form = qr ?? (Terminal.isResultOnTerminal ? .half : .none)
        guard form != .none else { return }
        let text = uri.lend { span in span.indices.map { span[$0] } }
        guard let code = QRCode(text) else {
            guard uriFile != nil else {
                throw Failure(.fault, "qr", "the URI is too long for a QR code", cure: "use --uri-file FILE next time")
            }
            return Terminal.talk("recoveryctl: the URI is too long for a QR code; it is in the file")
        }
        if let file = form.file {
            var bytes = form.isVector ? code.svg : code.png
            try made.write(SecretText(wiping: &bytes), to: absolutePath(of: file))
        } else {
            try Terminal.answer(lines: code.lines(form))
        }
    }
}

extension SecretText {
    /// The text as a line of a file.
    var withNewline: SecretText {
        var bytes = lend { span in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(span.count + 1)
            for index in span.indices { bytes.append(span[index]) }
            if bytes.last != 10 { bytes.append(10) }
            return bytes
        }
        return SecretText(wiping: &bytes)
    }

    /// The text for the terminal of whoever it belongs to.
    var shown: String {
        lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
    }
}
