public import AccountRecovery
import RecoveryCrypto

/// What every courier promises.
public enum CourierPromise: String, Sendable, Hashable, CaseIterable {
    case deliversEveryChannelUnchanged
    case saysWhyItFailed
    case deliversEachOnceUnderAStampede
}

/// A courier, and what arrived at the other end.
public struct CourierUnderTest: Sendable {
    public let courier: any Courier
    /// What arrived: channel, address, subject and body of each message, joined by `|`.
    public let arrived: @Sendable () async throws -> [String]
    /// Makes the next system refuse everything with this code.
    public let breakDown: @Sendable (String) async throws -> Void

    public init(
        courier: any Courier,
        arrived: @escaping @Sendable () async throws -> [String],
        breakDown: @escaping @Sendable (String) async throws -> Void
    ) {
        self.courier = courier
        self.arrived = arrived
        self.breakDown = breakDown
    }
}

/// The suite.
public enum CourierConformance {
    /// Tries one promise on a courier that has delivered nothing yet.
    public static func check(_ promise: CourierPromise, of subject: CourierUnderTest) async throws {
        func require(_ holds: Bool, _ detail: @autoclosure () -> String) throws {
            guard holds else { throw BrokenPromise(promise: promise, detail: detail()) }
        }
        switch promise {
        case .deliversEveryChannelUnchanged:
            let channels: [MessageChannel] = [.email, .sms, .voice, .post]
            for channel in channels {
                let answer = await subject.courier.deliver(message(channel, "Grüße\n" + channel.rawValue))
                try require(answer == .accepted, "\(channel): \(answer)")
            }
            let arrived = try await subject.arrived()
            let sent = channels.map { "\($0.rawValue)|a@example.org|Subject|Grüße\n\($0.rawValue)" }
            try require(arrived == sent, "arrived: \(arrived.count)")
        case .saysWhyItFailed:
            try await subject.breakDown("gateway_down")
            let answer = await subject.courier.deliver(message(.sms, "x"))
            try require(answer == .failed(code: "gateway_down"), "the answer is \(answer)")
            let arrived = try await subject.arrived()
            try require(arrived.isEmpty, "a failed message arrived")
        case .deliversEachOnceUnderAStampede:
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<64 {
                    group.addTask { _ = await subject.courier.deliver(message(.email, "\(number)")) }
                }
            }
            let arrived = try await subject.arrived()
            try require(arrived.count == 64 && Set(arrived).count == 64, "arrived: \(arrived.count)")
        }
    }

    private static func message(_ channel: MessageChannel, _ body: String) -> Message {
        Message(
            channel: channel,
            address: SecretKey(copying: Array("a@example.org".utf8).span),
            subject: "Subject",
            body: SecretKey(copying: Array(body.utf8).span)
        )
    }
}
