import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import RecoveryTestSupport

@Suite struct HeadStateTests {
    @Test func `remembers the head of an intact log under the hash of its key`() throws {
        let bundle = try VectorFile.bundle("bundle")
        let head = try #require(LogVerifier(.vectors).verification(of: bundle).head)
        let state = HeadState().remembering(head)
        let object = try CanonicalJSON.parseFile(state.bytes)
        let line = (bundle.files["log.vkey"] ?? []).dropLast()
        let name = SHA256.digest(of: Array(line)).hexadecimal
        #expect(object["format"] == "rva/v1/state")
        let note = String(decoding: bundle.files["checkpoint"] ?? [], as: UTF8.self)
        #expect(object["heads"]?[name] == .string(note))
        #expect(HeadState(parsing: state.bytes) == state)
        #expect(state.remembering(head) == state)
    }

    @Test func `keeps the heads of other logs`() throws {
        let other = #"{"format":"rva/v1/state","heads":{"\#(String(repeating: "00", count: 32))":"note\n"}}"#
        let state = try #require(HeadState(parsing: Array((other + "\n").utf8)))
        let head = try #require(LogVerifier(.vectors).verification(of: try VectorFile.bundle("bundle")).head)
        let heads = try CanonicalJSON.parseFile(state.remembering(head).bytes)["heads"]?.object?.members
        #expect(heads?.count == 2)
        #expect(heads?.first?.value == "note\n")
    }

    @Test(arguments: [
        "01-payload-bit", "30-fork", "35-missing-epoch-key",
    ])
    func `has nothing to remember of a log that is not intact`(name: String) throws {
        var options = VerificationOptions.vectors
        options.heads = [try VectorFile.bundle("bundle").files["checkpoint"] ?? []]
        let head = LogVerifier(options).verification(of: try VectorFile.bundle("damaged/\(name)/bundle")).head
        #expect(head == nil)
    }

    @Test(arguments: [
        "", "{}\n", #"{"format":"rva/v1/state","heads":{}}"#, #"{"format":"rva/v2/state","heads":{}}"# + "\n",
        #"{"format":"rva/v1/state","heads":{"00":"note"}}"# + "\n",
        #"{"format":"rva/v1/state","heads":[]}"# + "\n",
        #"{"extra":1,"format":"rva/v1/state","heads":{}}"# + "\n",
        #"{"format":"rva/v1/state","heads":{"\#(String(repeating: "00", count: 32))":1}}"# + "\n",
    ])
    func `refuses a file that is no state`(text: String) {
        #expect(HeadState(parsing: Array(text.utf8)) == nil)
    }

    @Test func `asks for the head of the key that is used, whatever the bundle says`() throws {
        var forgery = try Forgery()
        let head = try #require(LogVerifier(.vectors).verification(of: forgery.bundle).head)
        var options = VerificationOptions.vectors
        options.state = HeadState().remembering(head)
        options.logKey = VKey(forgery.identity)
        // The bundle names another key; the state is found by the trusted one all the same.
        forgery.bundle = try VectorFile.bundle("damaged/25-tail-cut-with-head/bundle")
        let other = Forgery.signingKey(String(repeating: "02", count: 32)).publicKey
        let key = VKey(LogIdentity(origin: forgery.identity.origin, publicKey: other))
        forgery.bundle.files["log.vkey"] = Array((key.text + "\n").utf8)
        let codes = LogVerifier(options).verify(forgery.bundle).findings.map(\.code)
        #expect(codes.contains(.truncatedOrRolledBack) && codes.contains(.keyMismatch))
    }
}

@Suite struct EpochKeyFileTests {
    @Test(arguments: [
        "", "{}", #"{"00":"\#(String(repeating: "00", count: 32))"}"# + "\n",
        #"{"4294967296":"\#(String(repeating: "00", count: 32))"}"# + "\n", #"{"0":"00"}"# + "\n", #"{"0":1}"# + "\n",
        #"{"0":"\#(String(repeating: "0G", count: 32))"}"# + "\n",
    ])
    func `refuses a file that holds no epoch keys`(text: String) {
        let isRefused = EpochKeyFile(parsing: Array(text.utf8)) == nil
        #expect(isRefused)
    }
}
