import Foundation
import RecoveryCrypto
import RecoveryVault

extension Line {
    static func head(of head: AttachmentHead, place: Place, envelope: Data) -> Line {
        .head(
            place: place,
            contentKey: Data(head.contentKey.lend { [UInt8](copying: $0) }),
            messageLength: Data((0..<8).map { UInt8(truncatingIfNeeded: head.messageLength >> (56 - 8 * $0)) }),
            bodyDigest: Data(head.bodyDigest.bytes),
            envelope: envelope
        )
    }

    /// Whether other lines need what this one holds.
    var isKey: Bool {
        switch self {
        case .role, .classKey, .subjectKey: true
        case .field, .head, .tag, .index, .manifest, .mark, .refused, .flipped: false
        }
    }

    /// The same line with other sealed bytes, or `nil` if it has none.
    func changing(_ change: (Data) -> Data) -> Line? {
        switch self {
        case .classKey(let purpose, let version, let wrapped, let checkValue):
            .classKey(purpose: purpose, version: version, wrapped: change(wrapped), checkValue: checkValue)
        case .subjectKey(let tenant, let subject, let keyClass, let version, let wrapped):
            .subjectKey(
                tenant: tenant,
                subject: subject,
                keyClass: keyClass,
                version: version,
                wrapped: change(wrapped)
            )
        case .field(let place, let padClass, let value, let envelope):
            .field(place: place, padClass: padClass, value: value, envelope: change(envelope))
        case .head(let place, let contentKey, let messageLength, let bodyDigest, let envelope):
            .head(
                place: place,
                contentKey: contentKey,
                messageLength: messageLength,
                bodyDigest: bodyDigest,
                envelope: change(envelope)
            )
        case .role, .tag, .index, .manifest, .mark, .refused, .flipped: nil
        }
    }
}
