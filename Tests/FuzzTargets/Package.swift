// swift-tools-version: 6.2
import PackageDescription

let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// A program with the targets that need these modules.
func fuzzer(_ name: String, of modules: String...) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["FuzzDriver"] + modules.map { .product(name: $0, package: "account-recovery") },
        swiftSettings: house
    )
}

// A package of its own: it is built with sanitizers, which are flags of a whole build. Scripts/fuzz gives them.
let package = Package(
    name: "FuzzTargets",
    dependencies: [.package(name: "account-recovery", path: "../..")],
    targets: [
        .systemLibrary(name: "CLibFuzzer"),
        .target(name: "FuzzDriver", dependencies: ["CLibFuzzer"], swiftSettings: house),
        fuzzer("fuzz-audit", of: "RecoveryAudit", "RecoveryCrypto"),
        fuzzer("fuzz-vault", of: "RecoveryCrypto", "RecoveryVault"),
        fuzzer("fuzz-policy", of: "RecoveryPolicy"),
        fuzzer("fuzz-desk", of: "AccountRecovery", "RecoveryAudit", "RecoveryCrypto", "RecoveryVault"),
    ],
    swiftLanguageModes: [.v6]
)
