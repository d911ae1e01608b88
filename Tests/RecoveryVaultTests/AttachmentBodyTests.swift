import RecoveryCrypto
import RecoveryTestSupport
import Testing

/// The body of an attachment (`Docs/Specs/vault.md` §5.2): C2SP chunked encryption under the key in its head.
@Suite struct AttachmentBodyTests {
    private struct Vectors: Decodable {
        struct Body: Decodable {
            let content_key: String
            let context: String
            let message_length: Int
            let body: String
        }

        let attachment_body: Body
    }

    @Test func `opens the body of the specification, and no body with a bit changed`() throws {
        let vector = try VectorFile.decode(Vectors.self, from: "ours-vault-envelopes.json").attachment_body
        let key = try #require([UInt8](hexadecimal: vector.content_key))
        let context = try #require([UInt8](hexadecimal: vector.context))
        let body = try #require([UInt8](hexadecimal: vector.body))
        func opened(_ body: [UInt8]) throws -> [UInt8] {
            let opener = try ChunkOpener(key: SecretKey(copying: key.span), context: context)
            var shown: [UInt8] = []
            try opener.open(body.span) { span in shown += span.indices.map { span[$0] } }
            try opener.finish { span in shown += span.indices.map { span[$0] } }
            return shown
        }
        #expect(try opened(body) == (0..<vector.message_length).map { UInt8($0 % 251) })
        for place in body.indices {
            var damaged = body
            damaged[place] ^= 1 << UInt8(place % 8)
            #expect(throws: ChunkedEncryption.Fault.self) { try opened(damaged) }
        }
    }
}
