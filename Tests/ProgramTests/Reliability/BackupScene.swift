import Foundation
import Testing

/// A desk with two folders for backups, which is broken while it makes one or is restored from one.
struct BackupScene: Sendable {
    let folder: SessionFolder

    static let data = "D"
    private static let folders = ["data", "keys", "scratch"]

    /// - Parameter isBackedUp: whether there is a backup already, and the store it was made of is lost.
    init(isBackedUp: Bool) throws {
        folder = try SessionFolder()
        let desk = try Desk(in: folder, data: Self.data)
        for name in Self.folders { try Self.make(name, in: folder) }
        guard isBackedUp else { return }
        try desk.done(
            "--as",
            "ada",
            "store",
            "backup",
            "--data-to",
            "data",
            "--keys-to",
            "keys",
            "--scratch",
            "scratch"
        )
        try FileManager.default.removeItem(at: folder.place("D/store"))
    }

    private init(copying other: BackupScene) throws {
        folder = try SessionFolder()
        try FileManager.default.removeItem(at: folder.url)
        try FileManager.default.copyItem(at: other.folder.url, to: folder.url)
    }

    /// The same state in a folder of its own.
    func copy() throws -> BackupScene { try BackupScene(copying: self) }

    private static func make(_ name: String, in folder: SessionFolder) throws {
        try FileManager.default.createDirectory(
            at: folder.place(name),
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
    }

    var list: URL { folder.outputs.appending(path: "calls") }

    func backUp(_ fault: Fault? = nil) throws -> Program.Ending {
        try run(
            ["--as", "ada", "store", "backup", "--data-to", "data", "--keys-to", "keys", "--scratch", "scratch"],
            fault
        )
    }

    /// Restores the backup, from which nothing is missing.
    func restore(_ fault: Fault? = nil) throws -> Program.Ending {
        let files = try backups("data").map { "data/" + $0 } + backups("keys").map { "keys/" + $0 }
        try #require(files.count == 2)
        return try run(["store", "restore", "--data-file", files[0], "--keys-file", files[1], "--to", "R"], fault)
    }

    func run(_ words: [String], on data: String = Self.data, _ fault: Fault? = nil) throws -> Program.Ending {
        let environment = try FaultInjector.environment(.all, fault, list: list)
        return try Program(
            Player.programs.appending(path: "recoveryctl"),
            ["--data", data] + words,
            in: Program.Surroundings(
                folder: folder.url,
                outputs: folder.outputs,
                environment: environment.merging(["HOME": folder.url.path]) { first, _ in first }
            ),
            stdin: nil
        ).ending()
    }

    /// The finished files of a folder, the oldest first.
    func backups(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.place(name).path).filter { !$0.hasPrefix(".") }
            .sorted()
    }

    func holds(_ name: String) throws -> Bool { try folder.holds(name) }

    /// Everything that lies in a folder, hidden files as well.
    func everything(_ name: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.place(name).path).sorted()
    }

    // MARK: What must hold after a kill

    /// What is wrong with the backups that are there: each must open to its end, and data must have its keys.
    func brokenBackups() throws -> [String] {
        var broken: [String] = []
        let (data, keys) = (try backups("data"), try backups("keys"))
        for file in data {
            guard let number = file.firstMatch(of: /\d+/)?.output, keys.contains("keys-\(number).rvb") else {
                broken.append("\(file) without its keys")
                continue
            }
            let answer = try run(["store", "verify", "data/\(file)", "keys/keys-\(number).rvb", "--scratch", "scratch"])
                .answer
            if answer.code != 0 { broken.append("\(file): \(answer.stderr)") }
        }
        for file in keys {
            let answer = try run(["store", "verify", "keys/\(file)", "--scratch", "scratch"]).answer
            if answer.code != 0 { broken.append("\(file): \(answer.stderr)") }
        }
        return broken
    }

    /// Files in the scratch folder that others may read, or that say something about the customer.
    func readableScratch() throws -> [String] {
        try everything("scratch").filter { name in
            let place = try folder.place("scratch/" + name)
            let traits = try FileManager.default.attributesOfItem(atPath: place.path)
            let mode = try #require(traits[.posixPermissions] as? NSNumber).intValue
            guard mode & 0o077 == 0 else { return true }
            guard traits[.type] as? FileAttributeType == .typeRegular else { return false }
            let bytes = try Data(contentsOf: place)
            return ["Kim Park", "kim.park@example.org", "u-1001"].contains { bytes.range(of: Data($0.utf8)) != nil }
        }
    }
}
