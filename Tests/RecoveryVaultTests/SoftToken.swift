import Foundation
import Glibc
import Testing

@testable import RecoveryVault

/// Tokens of SoftHSM with keys in them, made by the programs of SoftHSM and OpenSC in a folder of the test's own.
final class SoftToken: Sendable {
    static let module = "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"
    static let isInstalled = [module, "/usr/bin/softhsm2-util", "/usr/bin/pkcs11-tool"]
        .allSatisfy { FileManager.default.fileExists(atPath: $0) }
    static let pin = "1234"

    let folder: String
    /// Of the token `recovery`.
    let serial: [UInt8]

    private let scratch: KeyFileRulesTests.Scratch

    init() throws {
        scratch = try KeyFileRulesTests.Scratch()
        folder = scratch.path
        try Data(Self.pin.utf8).write(to: URL(fileURLWithPath: folder + "/pin"))
        try scratch.chmod(0o600, folder + "/pin")
        let made = Process()
        let output = Pipe()
        made.executableURL = URL(fileURLWithPath: "/bin/sh")
        made.arguments = ["-c", Self.script, folder, Self.module]
        made.standardOutput = output
        made.standardError = FileHandle.nullDevice
        try made.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        made.waitUntilExit()
        try #require(made.terminationStatus == 0)
        serial = Array(text.split(whereSeparator: \.isNewline).last ?? "").flatMap(\.utf8)
        try #require(serial.count == 16)
        // The module asks the environment, and this is the one place that sets anything there.
        unsafe setenv("SOFTHSM2_CONF", folder + "/softhsm2.conf", 1)
    }

    private static let script = """
        set -e; umask 077; cd "$0"; mkdir tokens
        printf 'directories.tokendir = %s\\nobjectstore.backend = file\\nlog.level = ERROR\\n' "$PWD/tokens" > softhsm2.conf
        export SOFTHSM2_CONF="$PWD/softhsm2.conf"
        token() { softhsm2-util --init-token --free --label "$1" --pin 1234 --so-pin 12345678 > /dev/null; }
        key() { pkcs11-tool --module "$module" --token-label "$token" --login --pin 1234 --keygen "$@" > /dev/null; }
        module=$1; token=recovery
        token recovery; token double; token double
        key --key-type AES:32 --label kek --id 0a01 --sensitive
        key --key-type AES:32 --label same --id 0a02 --sensitive
        key --key-type AES:32 --label same --id 0a03 --sensitive
        key --key-type AES:32 --label loose --id 0a04 --sensitive --extractable
        pkcs11-tool --module "$module" --list-token-slots | grep -A 8 'label *: recovery' | sed -n 's/.*serial num *: //p'
        """
}
