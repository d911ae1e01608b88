import FuzzDriver
import RecoveryPolicy

/// A policy as somebody wrote it.
enum PolicyText {
    static let target = Target("policy") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(PolicyError) {
            let policy = try PolicyDocument.read(text)
            law(!policy.explanation.isEmpty, "what can be read can be explained")
            law(PolicyLint.findings(in: policy) == PolicyLint.findings(in: policy), "findings have one order")
            law((try? PolicyDocument.read(text)) == policy, "a text is one policy")
        } catch {
            law(error.line >= 1 && error.column >= 1 && !error.cure.isEmpty, "a refusal has a place and a cure")
            let path = error.path.unicodeScalars
            law(path.allSatisfy { $0.properties.generalCategory != .control }, "a path can be printed")
        }
    }
}
