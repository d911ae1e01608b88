import AccountRecovery
import CFloors
import Foundation
import RecoveryPolicy

/// P9 and P10: customers with eight members are imported, as an operator does it, and then looked up by what callers say.
///
/// The short form stops at 100,000 customers. With `RECOVERY_LONG_TESTS=1` it goes on to a million.
enum ImportBenchmark {
    private static let sizes =
        ProcessInfo.processInfo.environment["RECOVERY_LONG_TESTS"] == "1"
        ? [10_000, 100_000, 1_000_000] : [10_000, 50_000, 100_000]
    private static let lookUps = 60
    /// Customers in one import: a change that is larger than what is left of an epoch is refused, and within one process
    /// an epoch ends when 4,096 records are left (`Docs/Decisions/0011-an-epoch-for-every-command.md`).
    private static let batch = 4_000

    static func run(_ report: inout Report) async throws {
        try await Machine.withScratch { folder in
            let installation = try await EmbeddedInstallation(in: folder + "/D")
            let agents = try await [
                installation.admit("mia", as: .agent), installation.admit("noa", as: .agent),
            ]
            var imports: [(size: Int, nanoseconds: Double)] = []
            var times: [(size: Int, nanoseconds: Double)] = []
            var (count, spent) = (0, UInt64(0))
            for size in sizes {
                while count < size {
                    let end = min(count + Self.batch, size)
                    let batch = (count..<end).map(customer)
                    spent += try await wallTime {
                        _ = try await installation.admin.desk.importAccounts(batch, skippingBad: false) { _ in }
                    }
                    count = end
                }
                imports.append((size, Double(spent)))
                let median = try await lookUp(in: installation, by: agents, among: size)
                times.append((size, median))
                let load = try await installation.admin.desk.indexes()
                let crowd = load.indexes.first { $0.field == "email" }
                report.count(
                    "P9",
                    "customers of one value of the e-mail index, of \(size)",
                    crowd.map { "\($0.bits ?? 0) bits; \($0.least) to \($0.greatest)" } ?? "–",
                    "by the specification",
                    "–"
                )
            }
            add(imports, times, to: &report, try floor(in: folder))
            try await raise(installation, agents, &report)
            try await RotationBenchmark.run(installation, agents, customers: sizes[sizes.count - 1], &report)
            weigh(folder, customers: sizes[sizes.count - 1], &report)
        }
    }

    /// What the plan of the specification costs, and what an operator gets who raises its bits.
    private static func raise(
        _ installation: EmbeddedInstallation,
        _ agents: [EmbeddedInstallation.Member],
        _ report: inout Report
    ) async throws {
        let size = sizes[sizes.count - 1]
        let renewal = try await wallTime {
            _ = try await installation.admin.desk.renewIndexes(raisingBitsBy: 3) { _ in }
        }
        let filling = Measurement(ours: Double(renewal) / Double(size), floor: nil, ratio: nil, spread: nil)
        report.add("P9", "one customer listed anew in all three indexes", filling)
        installation.clock.move(seconds: 2 * 86_400)
        let median = try await lookUp(in: installation, by: agents, among: size)
        report.add(
            "P9",
            "case opened by e-mail among \(size), 3 bits raised, median",
            Measurement(ours: median, floor: nil, ratio: nil, spread: nil),
            Target(mostNanoseconds: 20e6)
        )
    }

    private static func add(
        _ imports: [(size: Int, nanoseconds: Double)],
        _ times: [(size: Int, nanoseconds: Double)],
        to report: inout Report,
        _ floor: Double
    ) {
        guard let last = imports.last, let slowest = times.last else { return }
        let each = last.nanoseconds / Double(last.size)
        report.add(
            "P10",
            "customer imported, of \(last.size): 7 fields, tags, 3 indexes, log",
            against: "plain SQLite, 6 fields",
            Measurement(ours: each, floor: floor, ratio: floor / each, spread: nil),
            Target(mostNanoseconds: 200_000),
            cause: "it seals with fresh keys, and a customer is some thirty rows; the floor is one"
        )
        report.addGrowth("P10", "customers imported, time on the wall, by customers", imports)
        report.add(
            "P9",
            "case opened by e-mail among \(slowest.size), median",
            Measurement(ours: slowest.nanoseconds, floor: nil, ratio: nil, spread: nil),
            Target(mostNanoseconds: 20e6),
            cause: "every customer of the value is tested, and the plan gives more of them the more customers there are"
        )
        report.addGrowth("P9", "case opened by e-mail, time on the wall, by customers", times)
    }

    private static func floor(in folder: String) throws -> Double {
        let count: Int32 = 20_000
        var reading: UInt64 = 0
        let row = [UInt8](repeating: UInt8(ascii: "x"), count: 64 * 6)
        return Double(floor_customers(folder + "/floor.db", row, 64, count, 0, &reading)) / Double(count)
    }

    /// What a customer takes on the disk, log and indexes included, beside a row of six fields of 64 bytes.
    private static func weigh(_ folder: String, customers: Int, _ report: inout Report) {
        func bytes(_ path: String) -> Int {
            ["", "-wal"].map { suffix in
                let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
                return (attributes?[.size] as? NSNumber)?.intValue ?? 0
            }.reduce(0, +)
        }
        let ours = bytes(folder + "/D/store/recovery.db") / customers
        let row = [UInt8](repeating: UInt8(ascii: "x"), count: 64 * 6)
        var others: [String] = []
        for (name, isCiphered) in [("plain SQLite", Int32(0)), ("SQLCipher", 1)] {
            guard isCiphered == 0 || peer_sqlcipher_is_present() == 1 else { continue }
            let (path, count): (String, Int32) = (folder + "/weighed-\(isCiphered).db", 20_000)
            var reading: UInt64 = 0
            _ = floor_customers(path, row, 64, count, isCiphered, &reading)
            others.append("\(bytes(path) / Int(count)) in \(name)")
        }
        let beside = others.joined(separator: ", ")
        report.count(
            "P10",
            "bytes a customer: 7 padded fields, tags, 3 indexes, keys, log",
            "\(ours); \(beside)",
            "–",
            "–"
        )
    }

    /// The median time on the wall in which a case is opened by an address that somebody has.
    private static func lookUp(
        in installation: EmbeddedInstallation,
        by agents: [EmbeddedInstallation.Member],
        among size: Int
    ) async throws -> Double {
        var times: [Double] = []
        for number in 0..<lookUps {
            let address = "kim.\((number * 7919 + size / 3) % size)@example.org"
            let request = OpenCase(claim: .email(said(address)), purpose: .unlock, channel: .phone)
            let desk = agents[number % agents.count].desk
            times.append(Double(try await wallTime { _ = try await desk.openCase(request) }))
        }
        return median(times)
    }

    private static func customer(_ number: Int) -> NewAccount {
        let day = String(format: "%04d-%02d-%02d", 1940 + number % 60, 1 + number % 12, 1 + number % 28)
        let fields = [
            "account": "u-\(1_000_000 + number)", "name": "Kim Park \(number % 1000)", "date_of_birth": day,
            "email": "kim.\(number)@example.org", "phone": "+4477\(10_000_000 + number)",
            "national_id": "QX\(10_000_000 + number)",
            "address": "\(number % 200) Mill Lane, Leeds",
        ]
        return NewAccount(
            line: number + 1,
            fields: fields.mapValues(said),
            country: "GB",
            language: "en",
            stake: Int64(number % 1000)
        )
    }
}
