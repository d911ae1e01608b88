import Foundation
import FuzzDriver
import RecoveryAudit
import RecoveryCrypto

/// A bundle of nine records with one file exchanged. The first byte says which, the rest is what it holds.
enum WholeBundle {
    private static let folder = "Tests/Vectors/audit-log/damaged/23-require-anchor/bundle"
    private static let paths = [
        "checkpoint", "checkpoints/9", "index.jsonl", "log.vkey", "manifest.json", "policy", "private.jsonl",
        "proofs/7.tlog-proof", "tile/0/000.p/9", "tile/entries/000.p/9", "epoch-keys.json",
    ]
    private static let files: [String: [UInt8]] = paths.reduce(into: [:]) { files, path in
        files[path] = (try? Data(contentsOf: URL(fileURLWithPath: folder + "/" + path))).map { [UInt8]($0) }
    }
    private static let verifier = LogVerifier(VerificationOptions(now: UnixTime(seconds: 1_760_100_000)))

    static let target = Target("bundle") { bytes in
        law(files.count == paths.count - 1, "the bundle is there")
        guard let first = bytes.first else { return }
        let path = paths[Int(first) % paths.count]
        var bundle = MemoryBundle(files: files)
        bundle.files[path] = Array(bytes.dropFirst())
        let verdict = verifier.verify(bundle)
        law(verdict.trustworthy <= max(verdict.size, verdict.anchored), "nothing is trusted that was not read")
        law((verdict.outcome == .intact) == (verdict.code == nil), "what is not intact has a code")
        // What the log's signature covers has one form; private values and proofs may be missing or fewer.
        let isSealed = ["checkpoint", "tile/entries/000.p/9", "tile/0/000.p/9"].contains(path)
        law(verdict.outcome != .intact || !isSealed || bundle.files[path] == files[path], "a changed log is not intact")
    }
}
