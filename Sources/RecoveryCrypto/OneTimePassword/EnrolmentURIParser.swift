extension EnrolmentURI {
    /// Why a text is not an enrolment that we would act on. Offsets count bytes from 0. No case holds a value from
    /// the text: the seed stands in it.
    public enum Refusal: Error, Sendable, Hashable {
        case tooLong
        /// A byte that RFC 3986 allows in no path or query: a space, a control, `"`, a character beyond ASCII.
        case illegalByte(offset: Int)
        case notOtpauth
        /// `hotp`: nothing here keeps its counter.
        case counterBased
        case unknownType
        case fragment(offset: Int)
        case badPercentEncoding(offset: Int)
        case notUTF8
        /// A `/` within the label, which belongs to no issuer or account unless it is escaped.
        case pathTooDeep
        case issuerEmpty
        case accountEmpty
        /// More colons than the one between issuer and account.
        case colonInName
        /// A name that begins with a space, which would be lost on the way.
        case spaceBeforeName
        case controlCharacterInName
        case issuerMismatch
        /// A part of the query that is not `name=value`.
        case parameterWithoutValue(offset: Int)
        case unknownParameter(offset: Int)
        case duplicateParameter(Parameter)
        /// A `+` in the query is a space to some and a plus to others.
        case plusSign(offset: Int)
        case secretMissing
        case secretNotBase32
        /// The format says that padding should be omitted; here it must be, so that a seed has one spelling.
        case secretPadded
        case secretTooShort
        case secretTooLong
        case unknownAlgorithm
        case digitsOutOfRange
        case periodOutOfRange
    }

    /// The parameters of a `totp` URI. Names are in lower case, always.
    public enum Parameter: String, Sendable, Hashable, CaseIterable {
        case secret, issuer, algorithm, digits, period
    }

    /// Reads a URI, or says what is wrong with it: first with its form, then with its values.
    ///
    /// Stricter than the format, since what two programs read differently enrols an authenticator that will not fit:
    /// lower-case scheme, type and names; nothing twice; nothing unknown; numbers without sign or leading zero. Only
    /// the seed may be in either case, since issuers write both.
    public init(parsing text: borrowing SecretKey) throws(Refusal) {
        self = try text.lend { (text) throws(Refusal) in try Self.parse(text) }
    }

    private static func parse(_ text: Span<UInt8>) throws(Refusal) -> EnrolmentURI {
        guard text.count <= maximumSize else { throw .tooLong }
        for offset in text.indices {
            guard text[offset] != UInt8(ascii: "#") else { throw .fragment(offset: offset) }
            guard isLegal(text[offset]) else { throw .illegalByte(offset: offset) }
        }
        let start = try afterPrefix(text)
        let end = text.firstOffset(of: UInt8(ascii: "?"), in: start..<text.count) ?? text.count
        let (labelIssuer, account) = try label(text, start..<end)
        let values = try parameters(text, from: min(end + 1, text.count))
        let namedIssuer: String? = if let range = values[.issuer] { try name(unescape(text, range)) } else { nil }
        // By bytes: two spellings that Unicode holds equal are shown as one and stored as two.
        if let labelIssuer, let namedIssuer, !labelIssuer.utf8.elementsEqual(namedIssuer.utf8) {
            throw .issuerMismatch
        }
        guard let secret = values[.secret] else { throw .secretMissing }
        return try EnrolmentURI(
            issuer: namedIssuer ?? labelIssuer,
            account: account,
            seed: seed(text, secret),
            hash: hash(text, values[.algorithm]),
            digits: number(text, values[.digits]).map(Int.init) ?? 6,
            period: number(text, values[.period]) ?? 30
        )
    }

    static let prefix = "otpauth://totp/"

    private static func afterPrefix(_ text: Span<UInt8>) throws(Refusal) -> Int {
        if text.begins(with: prefix) { return prefix.utf8.count }
        if text.begins(with: "otpauth://hotp/") { throw .counterBased }
        throw text.begins(with: "otpauth://") ? .unknownType : .notOtpauth
    }

    /// The label is `account` or `issuer:account`, spaces allowed before the account.
    private static func label(
        _ text: Span<UInt8>,
        _ range: Range<Int>
    ) throws(Refusal) -> (issuer: String?, account: String) {
        guard text.firstOffset(of: UInt8(ascii: "/"), in: range) == nil else { throw .pathTooDeep }
        let label = try unescape(text, range)
        guard let colon = label.firstIndex(of: UInt8(ascii: ":")) else { return (nil, try name(label)) }
        let account = label[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }
        guard colon > 0 else { throw .issuerEmpty }
        return (try name(Array(label[..<colon])), try name(Array(account)))
    }

    /// Where the value of each parameter stands. Values are read in place: one of them is the seed. Only an issuer
    /// needs escapes; in the other values `%` is refused as no letter and no digit.
    private static func parameters(
        _ text: Span<UInt8>,
        from start: Int
    ) throws(Refusal) -> [Parameter: Range<Int>] {
        var values: [Parameter: Range<Int>] = [:]
        var start = start
        while start < text.count {
            let end = text.firstOffset(of: UInt8(ascii: "&"), in: start..<text.count) ?? text.count
            guard let equals = text.firstOffset(of: UInt8(ascii: "="), in: start..<end), equals + 1 < end else {
                throw .parameterWithoutValue(offset: start)
            }
            if let plus = text.firstOffset(of: UInt8(ascii: "+"), in: start..<end) { throw .plusSign(offset: plus) }
            let parameter = Parameter.allCases.first { text.holds($0.rawValue, in: start..<equals) }
            guard let parameter else { throw .unknownParameter(offset: start) }
            guard values[parameter] == nil else { throw .duplicateParameter(parameter) }
            values[parameter] = equals + 1..<end
            // A trailing `&` announces a parameter that is not there.
            guard end + 1 != text.count else { throw .parameterWithoutValue(offset: text.count) }
            start = end + 1
        }
        return values
    }

    private static func seed(_ text: Span<UInt8>, _ range: Range<Int>) throws(Refusal) -> SecretKey {
        let ends = text.holds("=", in: range.upperBound - 1..<range.upperBound)
        let escaped = range.count >= 3 && text.holds("%3D", in: range.upperBound - 3..<range.upperBound)
        guard !ends, !escaped else { throw .secretPadded }
        guard let seed = Base32.decode(seed: text.extracting(range)) else { throw .secretNotBase32 }
        return seed
    }

    private static func hash(_ text: Span<UInt8>, _ range: Range<Int>?) throws(Refusal) -> Hash {
        guard let range else { return .sha1 }
        let hash = Hash.allCases.first { text.holds($0.rawValue.uppercased(), in: range) }
        guard let hash else { throw .unknownAlgorithm }
        return hash
    }

    /// Returns a number without sign or leading zero, and 0, which no range here holds, for whatever is none.
    private static func number(_ text: Span<UInt8>, _ range: Range<Int>?) -> Int64? {
        guard let range else { return nil }
        var number: Int64 = 0
        for offset in range {
            let digit = text[offset]
            guard range.count <= 9, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit),
                offset > range.lowerBound || digit != UInt8(ascii: "0")
            else { return 0 }
            number = number * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return number
    }

    private static func name(_ bytes: [UInt8]) throws(Refusal) -> String {
        guard let name = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return name
    }

    /// Resolves `%XX` (RFC 3986 §2.1), digits in either case.
    private static func unescape(_ text: Span<UInt8>, _ range: Range<Int>) throws(Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        var offset = range.lowerBound
        while offset < range.upperBound {
            if text[offset] != UInt8(ascii: "%") {
                bytes.append(text[offset])
                offset += 1
                continue
            }
            guard offset + 2 < range.upperBound, let high = nibble(text[offset + 1]), let low = nibble(text[offset + 2])
            else { throw .badPercentEncoding(offset: offset) }
            bytes.append(high << 4 | low)
            offset += 3
        }
        return bytes
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        Character(Unicode.Scalar(digit)).hexDigitValue.map { UInt8($0) }
    }

    /// Unreserved, sub-delims, `:` and `@`, `/` and `?`, and the percent sign (RFC 3986 §2, §3.3, §3.4).
    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+,;=:@/?%".utf8.contains(byte)
        }
    }
}

extension Span<UInt8> {
    fileprivate func firstOffset(of byte: UInt8, in range: Range<Int>) -> Int? {
        range.first { self[$0] == byte }
    }

    fileprivate func holds(_ text: String, in range: Range<Int>) -> Bool {
        text.utf8.count == range.count && zip(range, text.utf8).allSatisfy { self[$0] == $1 }
    }

    fileprivate func begins(with text: String) -> Bool {
        count >= text.utf8.count && holds(text, in: 0..<text.utf8.count)
    }
}
