import RecoveryAudit
import Testing

@Suite struct FindingCodeTests {
    @Test func `names record findings in the order of the two tables`() {
        let tables = """
            frame-length bad-magic-or-suite seq log-id record-type header-flags genesis-link link time-regression
            time-flag epoch-order record-after-seal step epoch-unsealed epoch-reason epoch-commit-chain
            epoch-key-mismatch epoch-key-missing mac non-canonical-payload payload-schema genesis sealed-key-bad
            seal-count seal-root agent-key-duplicate agent-key-unauthorised agent-unknown agent-revoked agent-sig
            agent-log agent-case agent-action agent-role agent-expired agent-evidence agent-replay approval-missing
            approval-duplicate erase-unknown anchor-root anchor-signature anchor-tsa-unchecked case-count
            prune-unsupported private-missing erasure-not-carried-out private-mismatch redacted-authorised
            index-missing index-shadow leaf-mismatch
            """
        let names = tables.split { $0 == " " || $0 == "\n" }.map(String.init)
        #expect(Array(FindingCode.allCases.map(\.rawValue).prefix(names.count)) == names)
    }

    @Test func `names findings about the bundle in the order of the list`() {
        let list = """
            internal-error bundle-malformed bundle-missing policy-malformed manifest-mismatch key-mismatch
            checkpoint-malformed checkpoint-origin checkpoint-signature entries-missing entries-frame
            checkpoint-beyond-log entries-beyond-checkpoint checkpoint-root tile-missing tile-extra tile-width
            tile-hash private-extra index-extra proof-malformed proof-inclusion head-invalid
            truncated-or-rolled-back fork tail-unanchored unanchored macs-not-checked private-not-checked
            """
        let names = list.split { $0 == " " || $0 == "\n" }.map(String.init)
        // Four remarks follow that never decide a verdict, and have no place in the list.
        #expect(Array(FindingCode.allCases.map(\.rawValue).suffix(names.count + 4).dropLast(4)) == names)
    }
}
