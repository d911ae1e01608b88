// swift-tools-version: 6.2
import PackageDescription

let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let ours = [
    "AccountRecovery", "RecoveryAudit", "RecoveryCrypto", "RecoveryPolicy", "RecoveryStore", "RecoveryVault",
    // Built beside the benchmarks, which start them.
    "recoveryctl", "recovery-audit",
]

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "account-recovery", path: "..")],
    targets: [
        .target(
            name: "CFloors",
            linkerSettings: [.linkedLibrary("crypto"), .linkedLibrary("sqlite3"), .linkedLibrary("dl")]
        ),
        .executableTarget(
            name: "Benchmarks",
            dependencies: ["CFloors"] + ours.map { .product(name: $0, package: "account-recovery") },
            swiftSettings: house
        ),
    ],
    swiftLanguageModes: [.v6]
)
