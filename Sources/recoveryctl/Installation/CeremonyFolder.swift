import AccountRecovery
import Foundation

/// The folder that takes what leaves a ceremony.
enum CeremonyFolder {
    /// An empty folder is nothing: it may be the medium that was prepared for it.
    static func requireNothing(at path: String) throws {
        guard let items = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            guard (try? FileManager.default.attributesOfItem(atPath: path)) != nil else { return }
            throw Failure(.usage, "exists", "\(path) exists, and is no folder", cure: "name a new folder with --to")
        }
        guard items.isEmpty else {
            throw Failure(
                .conflict,
                "exists",
                "\(path) exists already, and nothing is overwritten",
                cure: "name a new folder with --to; if a ceremony was cut off there, give --begin-again"
            )
        }
    }

    static func make(_ path: String) throws {
        do {
            try LastingFolder.make(path)
        } catch {
            throw Failure(.inputOutput, "no-folder", "\(path) cannot be made", cure: "make its parent writable")
        }
    }

    /// Refuses to remove anything but the folder of this very ceremony: the file in it is the one that was reviewed.
    static func requireLeftover(of ceremony: KeyCeremony) throws {
        guard let data = FileManager.default.contents(atPath: ceremony.copy), ceremony.isReviewed(in: [UInt8](data))
        else {
            throw Failure(
                .conflict,
                "not-this-ceremony",
                "\(ceremony.folder) was not begun by this file",
                cure: "give the command without --begin-again, or look at what lies there"
            )
        }
    }
}
