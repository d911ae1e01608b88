import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryStore

struct StoreVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Open backup files to their end, and say what is in them. Nothing is written to a disk.",
        discussion: """
            With a data file and its key file, both are put together in memory and fields of 100 random customers are opened. \
            The keys are those of the data directory. Exits 1 if customers have no keys though nobody erased them.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A data file, a key file, or both.") var files: [String]
    @Option(help: ArgumentHelp("A folder in memory to work in. Default: /dev/shm.", valueName: "dir"))
    var scratch: String?

    func validate() throws {
        guard 1...2 ~= files.count else { throw ValidationError("Name a data file, a key file, or one of each.") }
    }

    func run() async throws {
        let folder = try global.folder
        let installation = try Installation(of: folder)
        let source = try InstallationKeys(of: folder).source
        let keys = try BackupKeys(tenant: installation.tenant, source: source)
        let opened = try files.map { try BackupFile(absolutePath(of: $0), keys: keys) }
        let data = opened.first { $0.facts.kind == .data }
        let subjectKeys = opened.first { $0.facts.kind == .subjectKeys }
        guard opened.count == 1 || data != nil && subjectKeys != nil else {
            throw Failure(
                .usage,
                "same-kind",
                "both are \(data == nil ? "key" : "data") files",
                cure: "name one of each"
            )
        }
        var inspection = BackupInspection()
        let place = try Scratch(in: scratch.map(absolutePath), tenant: installation.tenant)
        if let data, let subjectKeys {
            let pair = try AssembledBackup(
                data,
                subjectKeys,
                without: [],
                in: place.folder,
                keys: keys,
                of: installation,
                source: source
            )
            inspection.files = [.init(data, pair.store.manifest), .init(subjectKeys, pair.keysManifest)]
            inspection.pair = .init(
                subjects: pair.subjects,
                keysTaken: pair.counts.taken,
                keysOfUnknownSubjects: pair.counts.unknown,
                subjectsWithoutKeys: pair.keyless.count,
                fieldsOpened: try pair.openSample(of: installation, source: source)
            )
            if !pair.keyless.isEmpty {
                inspection.missing.append(
                    "keys of \(pair.keyless.count) customers: erased since, or another key file's"
                )
            }
        } else if let data {
            let store = try RestoredStore(data, in: place.folder, tenant: installation.tenant)
            inspection.files = [.init(data, store.manifest)]
            inspection.missing.append("a key file of generation \(data.facts.generation) or newer")
        } else if let subjectKeys {
            inspection.files = [.init(subjectKeys, try subjectKeys.read { _ in })]
            inspection.missing.append("a data file of generation \(subjectKeys.facts.generation) or older")
        }
        try tell(inspection)
        if let pair = inspection.pair, pair.subjectsWithoutKeys > 0 { throw Exit.failed }
    }

    private func tell(_ inspection: BackupInspection) throws {
        try global.answer(inspection) {
            var rows = inspection.files.flatMap(\.lines)
            if let pair = inspection.pair {
                rows.append(["together", "\(pair.subjects) customers, \(pair.keysTaken) keys"])
                rows.append(["  opened", "\(pair.fieldsOpened) fields of random customers"])
                if pair.keysOfUnknownSubjects > 0 {
                    rows.append([
                        "  dropped", "\(pair.keysOfUnknownSubjects) keys of customers that the data does not know",
                    ])
                }
            }
            rows += inspection.missing.map { ["missing", $0] }
            try Terminal.answer(lines: Table.lines(rows))
        }
    }
}
