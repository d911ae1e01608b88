// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target, so that no file has to wonder which dialect it is written in.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let targets: [Target] = [
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    // Declarations alone: which module is loaded, the configuration says.
    .systemLibrary(name: "CPKCS11"),
    .target(name: "RecoveryCrypto", dependencies: ["COpenSSL", "CPKCS11"], swiftSettings: house),
    .target(name: "RecoveryAudit", dependencies: ["RecoveryCrypto"], swiftSettings: house),
    .target(name: "RecoveryVault", dependencies: ["RecoveryCrypto"], swiftSettings: house),
    .target(
        name: "RecoveryPolicy",
        dependencies: [.product(name: "Yams", package: "Yams")],
        swiftSettings: house
    ),
    .target(
        name: "AccountRecovery",
        dependencies: ["RecoveryAudit", "RecoveryCrypto", "RecoveryPolicy", "RecoveryVault"],
        swiftSettings: house
    ),
    .target(
        name: "RecoveryStore",
        dependencies: [
            "AccountRecovery", "RecoveryAudit", "RecoveryCrypto", .product(name: "GRDB", package: "GRDB.swift"),
        ],
        swiftSettings: house
    ),
    .executableTarget(
        name: "recoveryctl",
        dependencies: ["AccountRecovery", "RecoveryStore", "RecoveryPolicy", "RecoveryAudit", argumentParser],
        resources: [.embedInCode("Resources/standard.yaml"), .embedInCode("Resources/verify.py")],
        swiftSettings: house
    ),
    .executableTarget(
        name: "recovery-audit",
        dependencies: ["RecoveryAudit", "RecoveryCrypto", argumentParser],
        swiftSettings: house
    ),
    .target(
        name: "RecoveryTestSupport",
        dependencies: ["AccountRecovery", "RecoveryAudit", "RecoveryCrypto"],
        path: "Tests/RecoveryTestSupport",
        swiftSettings: house
    ),
    // Loaded into a program that a test breaks, by LD_PRELOAD: nothing of ours links it.
    .target(name: "FaultInjector", path: "Tests/FaultInjector", linkerSettings: [.linkedLibrary("dl")]),
    .testTarget(
        name: "RecoveryCryptoTests",
        dependencies: ["RecoveryCrypto", "RecoveryTestSupport"],
        swiftSettings: house
    ),
    .testTarget(
        name: "RecoveryAuditTests",
        dependencies: ["RecoveryAudit", "RecoveryCrypto", "RecoveryTestSupport"],
        swiftSettings: house
    ),
    .testTarget(
        name: "RecoveryVaultTests",
        dependencies: ["RecoveryVault", "RecoveryCrypto", "RecoveryTestSupport"],
        swiftSettings: house
    ),
    .testTarget(
        name: "RecoveryPolicyTests",
        dependencies: ["RecoveryPolicy", "RecoveryTestSupport"],
        swiftSettings: house
    ),
    .testTarget(
        name: "AccountRecoveryTests",
        dependencies: ["AccountRecovery", "RecoveryAudit", "RecoveryCrypto", "RecoveryPolicy", "RecoveryTestSupport"],
        swiftSettings: house
    ),
    .testTarget(
        name: "RecoveryctlTests",
        dependencies: [
            "recoveryctl", "AccountRecovery", "RecoveryCrypto", "RecoveryPolicy", "RecoveryTestSupport", argumentParser,
        ],
        swiftSettings: house
    ),
    .testTarget(
        name: "RecoveryStoreTests",
        dependencies: [
            "AccountRecovery", "RecoveryAudit", "RecoveryCrypto", "RecoveryStore", "RecoveryTestSupport",
            .product(name: "GRDB", package: "GRDB.swift"),
        ],
        swiftSettings: house
    ),
    .testTarget(
        name: "ProgramTests",
        dependencies: [
            "AccountRecovery", "RecoveryAudit", "RecoveryCrypto", "RecoveryPolicy", "RecoveryStore", "RecoveryVault",
            "RecoveryTestSupport", "CheckingProcess", "StoreWriter", "recovery-audit", "recoveryctl",
            .product(name: "GRDB", package: "GRDB.swift"),
        ],
        exclude: ["Scripts"],
        swiftSettings: house
    ),
    // A library that proofs load into the programs, and a program that proofs start. Neither is linked into anything.
    .target(name: "WriteRecorder", path: "Tests/WriteRecorder"),
    .executableTarget(
        name: "StoreWriter",
        dependencies: [
            "AccountRecovery", "RecoveryAudit", "RecoveryStore", .product(name: "GRDB", package: "GRDB.swift"),
        ],
        path: "Tests/StoreWriter",
        swiftSettings: house
    ),
    // Programs that make what Scripts/strangers asks strangers about.
    .executableTarget(
        name: "TreeWriter",
        dependencies: ["RecoveryAudit", "RecoveryCrypto"],
        path: "Tests/TreeWriter",
        swiftSettings: house
    ),
    .executableTarget(
        name: "VaultWriter",
        dependencies: ["RecoveryCrypto", "RecoveryTestSupport", "RecoveryVault"],
        path: "Tests/VaultWriter",
        swiftSettings: house
    ),
    .executableTarget(
        name: "CheckingProcess",
        dependencies: [
            "AccountRecovery", "RecoveryAudit", "RecoveryCrypto", "RecoveryPolicy", "RecoveryStore", "RecoveryVault",
        ],
        path: "Tests/CheckingProcess",
        swiftSettings: house
    ),
    .testTarget(name: "HouseTests", dependencies: ["recovery-audit"], swiftSettings: house),
]

let products: [Product] = [
    .library(name: "AccountRecovery", targets: ["AccountRecovery"]),
    // What Benchmarks/ measures. Whoever embeds the service needs the first alone.
    .library(name: "RecoveryAudit", targets: ["RecoveryAudit"]),
    .library(name: "RecoveryCrypto", targets: ["RecoveryCrypto"]),
    .library(name: "RecoveryPolicy", targets: ["RecoveryPolicy"]),
    .library(name: "RecoveryStore", targets: ["RecoveryStore"]),
    .library(name: "RecoveryVault", targets: ["RecoveryVault"]),
    // What proofs of reliability load into a program. Each has to lie beside the programs.
    .library(name: "FaultInjector", type: .dynamic, targets: ["FaultInjector"]),
    .library(name: "WriteRecorder", type: .dynamic, targets: ["WriteRecorder"]),
    .executable(name: "recoveryctl", targets: ["recoveryctl"]),
    .executable(name: "recovery-audit", targets: ["recovery-audit"]),
]

/// The suites that a build for a sanitizer is for, by `RECOVERY_SUITES`. Such a build leaves out every other suite, the
/// programs, and what is loaded into programs: they would double it. Without the variable there is nothing to leave out.
let chosen = Context.environment["RECOVERY_SUITES"].map { Set($0.split(separator: " ").map(String.init)) }
let programs: Set = [
    "recoveryctl", "recovery-audit", "StoreWriter", "TreeWriter", "VaultWriter", "FaultInjector", "WriteRecorder",
]

func isBuilt(_ name: String, isTest: Bool = false) -> Bool {
    guard let chosen else { return true }
    return isTest ? chosen.contains(name) : !programs.contains(name)
}

let package = Package(
    name: "account-recovery",
    products: products.filter { isBuilt($0.name) },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: targets.filter { isBuilt($0.name, isTest: $0.type == .test) },
    swiftLanguageModes: [.v6]
)
