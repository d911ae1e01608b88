import Foundation
import FuzzDriver
import RecoveryPolicy

/// Examples beside a policy, and their run.
enum CasesText {
    private static let policy = (try? String(contentsOfFile: "Policies/standard.yaml", encoding: .utf8)).flatMap {
        try? PolicyDocument.read($0)
    }

    static let target = Target("cases") { bytes in
        law(policy != nil, "the shipped policy can be read")
        guard let policy else { return }
        do throws(PolicyError) {
            let cases = try PolicyCases.read(String(decoding: bytes, as: UTF8.self))
            let report = cases.run(against: policy)
            law(report.ran == cases.cases.count && report.failures.count <= report.ran, "each case comes to something")
            law((0...100).contains(report.percent), "a share is a share")
        } catch {
            law(error.line >= 1 && error.column >= 1 && !error.cure.isEmpty, "a refusal has a place and a cure")
        }
    }
}
