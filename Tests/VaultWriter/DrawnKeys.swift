import Foundation
import RecoveryCrypto
import RecoveryTestSupport

@testable import RecoveryVault

/// An installation of two tenants with four subjects each: every key in several versions, drawn from a seed.
///
/// Keys come from the generator everywhere else. Here the same seed has to give the same file, so that a case that
/// somebody disagrees with can be made again.
struct DrawnKeys {
    struct Owner {
        let tenant: TenantID
        let subject: SubjectID
        var keys: [SubjectKey] = []
    }

    private(set) var ring = KeyRing()
    private(set) var owners: [Owner] = []
    /// The lines of the keys, each behind that of the key that wraps it.
    private(set) var lines: [Line] = []

    static let roleVersions: [UInt32] = [1, 2, 7, .max]
    static let classVersions: [UInt32] = [1, 300, .max]
    static let subjectVersions: [UInt32] = [1, 2, 65_536, .max]

    init(using random: inout SeededRandom) throws {
        for role in KeyRole.allCases {
            for version in Self.roleVersions { try addRole(role, version, &random) }
        }
        for classKey in ClassKey.allCases {
            for version in Self.classVersions { try addClassKey(classKey, version, &random) }
        }
        for _ in 0..<2 {
            let tenant = try valid(TenantID(bytes: random.bytes(16)))
            for _ in 0..<4 { try addOwner(tenant, &random) }
        }
    }

    private mutating func addRole(_ role: KeyRole, _ version: UInt32, _ random: inout SeededRandom) throws {
        let bytes = random.bytes(32)
        let key = SecretKey(copying: bytes.span)
        let checkValue = KeyCheckValue(of: key)
        try ring.load(key, as: KeyName(.role(role), version: version), state: .draining, checkValue: checkValue)
        lines.append(
            .role(code: role.rawValue, version: version, key: Data(bytes), checkValue: Data(checkValue.bytes))
        )
    }

    private mutating func addClassKey(_ classKey: ClassKey, _ version: UInt32, _ random: inout SeededRandom) throws {
        let key = SecretKey(copying: random.bytes(32).span)
        let checkValue = KeyCheckValue(of: key)
        try ring.load(key, as: KeyName(.classKey(classKey), version: version), state: .draining, checkValue: checkValue)
        let wrapping = try wrapping(.role(classKey.wrappedBy), Self.roleVersions, &random)
        let wrapped = try wrapping.rewrap(classKey, version: version, testOnlySalt: random.bytes(24))
        lines.append(
            .classKey(
                purpose: classKey.rawValue,
                version: version,
                wrapped: Data(wrapped.bytes),
                checkValue: Data(checkValue.bytes)
            )
        )
    }

    private mutating func addOwner(_ tenant: TenantID, _ random: inout SeededRandom) throws {
        var owner = Owner(tenant: tenant, subject: try valid(SubjectID(bytes: random.bytes(16))))
        for keyClass in SubjectKeyClass.allCases {
            for version in Self.subjectVersions {
                let box = KeyBox(SecretKey(copying: random.bytes(32).span))
                let key = SubjectKey(keyClass: keyClass, version: version, state: .active, box: box)
                let versions = keyClass == .secondFactors ? Self.classVersions : Self.roleVersions
                let context = SubjectKeyContext(
                    tenant: tenant,
                    subject: owner.subject,
                    keyClass: keyClass,
                    version: version
                )
                let wrapping = try wrapping(keyClass.wrappedBy, versions, &random)
                let wrapped = try wrapping.wrap(key, as: context, testOnlySalt: random.bytes(24))
                owner.keys.append(key)
                lines.append(
                    .subjectKey(
                        tenant: Data(tenant.bytes),
                        subject: Data(owner.subject.bytes),
                        keyClass: keyClass.rawValue,
                        version: version,
                        wrapped: Data(wrapped.bytes)
                    )
                )
            }
        }
        owners.append(owner)
    }

    /// The ring as it was while a version of this purpose was the active one.
    private func wrapping(
        _ purpose: KeyPurpose,
        _ versions: [UInt32],
        _ random: inout SeededRandom
    ) throws -> KeyRing {
        let name = KeyName(purpose, version: random.pick(versions))
        var ring = ring
        let key = try ring.key(name).bytes.copy()
        let checkValue = KeyCheckValue(of: key)
        try ring.load(key, as: name, state: .active, checkValue: checkValue)
        return ring
    }
}

extension SeededRandom {
    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            let word = next()
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * shift))) }
        }
        return Array(bytes.prefix(count))
    }

    /// One of a list that is never empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }

    mutating func any<Number: FixedWidthInteger>(in range: ClosedRange<Number>) -> Number {
        .random(in: range, using: &self)
    }

    /// Happens once in so many calls, on average.
    mutating func happens(onceIn count: Int) -> Bool { any(in: 1...count) == 1 }
}
