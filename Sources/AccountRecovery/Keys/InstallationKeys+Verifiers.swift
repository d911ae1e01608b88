import RecoveryAudit
import RecoveryCrypto

extension InstallationKeys {
    /// Writes what others check with: `log.vkey`, one line (`Docs/Specs/audit-log.md` §10.1), and `grant.pub`, 64
    /// hexadecimal digits and a newline. Both are public; they are new files.
    public func writeVerifiers(of installation: Installation, to folder: DataFolder) throws(ServiceError) {
        let log = VKey(LogIdentity(origin: installation.origin, publicKey: log.publicKey))
        let files = [folder.logVerifier: log.text, folder.grantVerifier: grants.publicKey.bytes.hexadecimal]
        for (path, line) in files.sorted(by: { $0.key < $1.key }) {
            var bytes = Array((line + "\n").utf8)
            try SecretText(wiping: &bytes).write(toNewFileAt: path)
        }
    }
}
