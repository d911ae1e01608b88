import Foundation
import RecoveryTestSupport
import Testing

@testable import RecoveryCrypto

/// Time stamps, judged together with the authority of another program.
@Suite struct TimeStampTests {
    private static let text = Array("log.example.org/store\n12\nAAAA\n".utf8)
    private static let imprint = SHA256.digest(of: text)
    /// One for all of them: each takes four keys to make.
    private static let authority = Result { try TimeStampingAuthority() }

    private var now: UnixTime { UnixTime(seconds: Int64(Date().timeIntervalSince1970)) }

    /// What is said of a response over the text under an authority: its time, or why not.
    private func judged(
        _ response: [UInt8],
        over text: [UInt8] = Self.text,
        under authority: TimeStampingAuthority,
        now: UnixTime? = nil
    ) -> Result<UnixTime, TimeStampError> {
        Result { () throws(TimeStampError) in
            try TimeStamp(
                verifying: response,
                of: SHA256.digest(of: text),
                under: authority.authorities,
                now: now ?? self.now
            ).time
        }
    }

    private struct Vector: Decodable {
        let authority, text, token: String
        let time, certificateEnds: Int64
    }

    /// Of another shape than those below in whatever may differ, and years old when it is looked at.
    @Test func `verifies a token whose certificate ran out long ago`() throws {
        let vector = try VectorFile.decode(Vector.self, from: "audit-log/ours-time-stamp.json")
        let authorities = try #require(TimeStampAuthorities(pem: Array(vector.authority.utf8)))
        let token = try #require(Base64.decode(vector.token))
        let imprint = SHA256.digest(of: Array(vector.text.utf8))
        let now = UnixTime(seconds: vector.certificateEnds + 20 * 365 * 86_400)
        let stamp = try TimeStamp(verifying: token, of: imprint, under: authorities, now: now)
        #expect(stamp.time == UnixTime(seconds: vector.time) && stamp.imprint == imprint)
        let tail = token.flipping(token.count * 8 - 1)
        #expect(throws: TimeStampError.signature) {
            try TimeStamp(verifying: tail, of: imprint, under: authorities, now: now)
        }
    }

    @Test func `asks in a way that openssl understands, with a nonce of its own each time`() throws {
        let authority = try Self.authority.get()
        let queries = (0..<50).map { _ in TimeStampQuery(imprint: Self.imprint).bytes }
        #expect(Set(queries).count == queries.count)
        #expect(Set(queries.map(\.count)) == [queries[0].count])
        let shown = try authority.shown(query: queries[0])
        #expect(shown.contains("Version: 1\nHash Algorithm: sha256\n"))
        #expect(shown.contains("Certificate required: yes\n"))
        #expect(shown.contains(/Nonce: 0x[4-7][0-9A-F]{15}\n/))
        // The first row of the dump of the imprint.
        let row = Self.imprint.bytes.prefix(16).map { [$0].hexadecimal }
        #expect(shown.contains(row.prefix(8).joined(separator: " ") + "-" + row.suffix(8).joined(separator: " ")))
    }

    @Test func `believes an answer that openssl believes`() throws {
        let authority = try Self.authority.get()
        let before = now
        let response = try authority.response(over: Self.text)
        let time = try judged(response, under: authority).get()
        #expect(before <= time && time <= now)
        #expect(try authority.accepts(response, over: Self.text))
        #expect(TimeStampResponse(parsing: response)?.imprint == Self.imprint)
        #expect(TimeStampResponse(parsing: response)?.time == time)
    }

    @Test func `does not believe an answer over another text, under another authority, or none at all`() throws {
        let authority = try Self.authority.get()
        // The same name above another key: only the signature on the certificate tells.
        let namesake = try TimeStampingAuthority()
        let stranger = try TimeStampingAuthority("Stranger")
        let response = try authority.response(over: Self.text)
        #expect(judged(response, over: Self.text + [0x0a], under: authority) == .failure(.imprint))
        #expect(judged(response, under: stranger) == .failure(.authority))
        #expect(judged(response, under: namesake) == .failure(.authority))
        #expect(judged([], under: authority) == .failure(.malformed))
        #expect(judged(response + [0], under: authority) == .failure(.malformed))
        #expect(judged(response.dropLast(), under: authority) == .failure(.malformed))
        #expect(judged(TimeStampQuery(imprint: Self.imprint).bytes, under: authority) == .failure(.malformed))
        let long = [UInt8](repeating: 0x30, count: TimeStampResponse.maximumSize + 1)
        #expect(judged(long, under: authority) == .failure(.malformed))
    }

    @Test func `does not believe a refusal`() throws {
        let authority = try Self.authority.get()
        #expect(judged(try authority.refusal(over: Self.text), under: authority) == .failure(.malformed))
    }

    /// A token outlives the certificate that it was made with, and none is made with a certificate that ran out.
    @Test func `judges a certificate as of the time in the token`() throws {
        let authority = try Self.authority.get()
        let response = try authority.response(over: Self.text)
        let later = now + 366 * 86_400
        #expect(throws: Never.self) { try judged(response, under: authority, now: later).get() }
        #expect(try !authority.accepts(response, over: Self.text, at: later))
        #expect(try authority.accepts(response, over: Self.text, at: now))

        let late = try TimeStampingAuthority(days: -1)
        #expect(judged(try late.response(over: Self.text), under: late) == .failure(.authority))
    }

    @Test func `does not believe a certificate that is not one for time stamps`() throws {
        let authority = try Self.authority.get()
        let signer = try TimeStampingAuthority(purpose: .codeSigning)
        // Not before either certificate began to hold.
        let information = DER.timeStampInformation(imprint: Self.imprint, time: DateText.now)
        let response = try signer.response(signing: information)
        #expect(judged(response, under: signer) == .failure(.signature))
        #expect(try !signer.accepts(response, over: Self.text))
        // The same words by a certificate that is one.
        let right = try authority.response(signing: information)
        #expect(throws: Never.self) { try judged(right, under: authority).get() }
        // Of whom nobody knows anything, that is not known either.
        #expect(judged(response, under: authority) == .failure(.authority))
    }

    @Test func `does not believe an answer that does not say who signed`() throws {
        let authority = try Self.authority.get()
        let information = DER.timeStampInformation(imprint: Self.imprint, time: DateText.now)
        let response = try authority.response(signing: information, withoutCertificate: true)
        #expect(judged(response, under: authority) == .failure(.authority))
    }

    @Test func `does not believe a time that has not come, and forgives a clock five minutes`() throws {
        let authority = try Self.authority.get()
        let response = try authority.response(over: Self.text)
        let time = try #require(TimeStampResponse(parsing: response)?.time)
        #expect(judged(response, under: authority, now: time + -300) == .success(time))
        #expect(judged(response, under: authority, now: time + -301) == .failure(.future))
    }

    @Test(arguments: [
        ("20261128125429Z", true), ("20261128125429.5Z", true), ("20261128125429.50Z", false), ("202611281254Z", false),
        ("20261128125429", false), ("20261128125429.Z", false), ("20261128135429+0100", false),
        ("20261328125429Z", false), ("20260229125429Z", false), ("20261128125460Z", false), ("2026112812542 Z", false),
    ])
    func `reads times as RFC 3161 writes them`(time: String, isTime: Bool) throws {
        let authority = try Self.authority.get()
        let information = DER.timeStampInformation(imprint: Self.imprint, time: time)
        let read = TimeStampResponse(parsing: try authority.response(signing: information))
        #expect(read?.time == (isTime ? UnixTime(seconds: 1_795_870_469) : nil))
    }

    @Test func `reads version 1 alone`() throws {
        let information = DER.timeStampInformation(imprint: Self.imprint, time: DateText.now, version: 2)
        #expect(TimeStampResponse(parsing: try Self.authority.get().response(signing: information)) == nil)
    }

    /// Not every bit is signed: the status may say "with modifications", and version numbers, names of algorithms that
    /// nobody goes by and the like may change. What has to stay is what is learnt: this text, at this time.
    @Test func `learns nothing else from an answer with any one bit changed`() throws {
        let authority = try Self.authority.get()
        let response = try authority.response(over: Self.text)
        let time = try judged(response, under: authority).get()
        let information = try #require(Data(response).range(of: Data(DER.start(of: Self.imprint))))
        let isSigned = information.lowerBound..<information.upperBound
        var believed: [Int] = []
        var refused: [TimeStampError: Int] = [:]
        for bit in 0..<response.count * 8 {
            switch judged(response.flipping(bit), under: authority) {
            case .success(let moment):
                #expect(moment == time, "bit \(bit)")
                believed.append(bit)
            case .failure(let error):
                refused[error, default: 0] += 1
            }
        }
        #expect(!believed.contains { isSigned.contains($0 / 8) })
        // The signature is the last element of the response, and all of it counts.
        #expect(!believed.contains { $0 / 8 >= response.count - 64 })
        #expect(believed.count < response.count * 8 / 50, "\(believed)")
        // Each way of being wrong was met but for a time to come, which is a signed one.
        #expect(Set(refused.keys).isSuperset(of: [.malformed, .imprint, .authority, .signature]), "\(refused)")
    }

    @Test func `survives bytes of noise, and bytes that begin well`() throws {
        let authority = try Self.authority.get()
        let response = try authority.response(over: Self.text)
        for count in 0..<response.count {
            #expect(judged(Array(response.prefix(count)), under: authority) == .failure(.malformed))
        }
        for _ in 0..<2_000 {
            var bytes = response
            for _ in 0..<8 { bytes[Int.random(in: bytes.indices)] = UInt8.random(in: 0...255) }
            if case .success(let time) = judged(bytes, under: authority) {
                #expect(TimeStampResponse(parsing: response)?.time == time)
            }
        }
    }

    @Test func `takes authorities from a PEM file, with whatever stands around them`() throws {
        let authority = try Self.authority.get()
        let stranger = try TimeStampingAuthority("Stranger")
        let response = try authority.response(over: Self.text)
        let windows = authority.pem.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
        for pem in [stranger.pem + authority.pem, Array("# ours\n".utf8) + windows + [0xff, 0x0a]] {
            let authorities = try #require(TimeStampAuthorities(pem: pem))
            #expect(throws: Never.self) {
                try TimeStamp(verifying: response, of: Self.imprint, under: authorities, now: now)
            }
        }
        var broken = authority.pem
        // The first letter of the base64, and so the tag of the certificate.
        broken[28] ^= 1
        let begin = Array("-----BEGIN CERTIFICATE-----\n".utf8)
        let end = Array("-----END CERTIFICATE-----\n".utf8)
        for pem in [
            [], Self.text, begin, begin + end, begin + Array("AAAA\n".utf8) + end, authority.pem + begin, broken,
        ] {
            #expect(TimeStampAuthorities(pem: pem) == nil)
        }
    }
}

private enum DateText {
    /// Now, as a GeneralizedTime.
    static var now: String {
        let time = UnixTime(seconds: Int64(Date().timeIntervalSince1970)).timestamp
        return time.filter { $0.isNumber } + "Z"
    }
}

extension DER {
    /// An imprint as it stands in a TSTInfo.
    fileprivate static func start(of imprint: Digest256) -> [UInt8] {
        element(0x04, imprint.bytes)
    }
}
