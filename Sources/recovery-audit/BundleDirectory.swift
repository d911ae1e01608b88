import Foundation
import RecoveryAudit

/// A bundle in a folder. What is no plain file is told apart by its own entry in the folder, so no link is followed.
struct BundleDirectory: BundleSource, Sendable {
    private let root: String

    /// Refuses what is not a folder that can be listed.
    init?(_ path: String) {
        root = path
        guard items(in: "") != nil else { return nil }
    }

    func items(in directory: String) -> [BundleItem]? {
        let folder = path(of: directory)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { name in
            BundleItem(name: name, kind: Self.kind(at: folder + "/" + name) ?? .other)
        }
    }

    func kind(of path: String) -> BundleItem.Kind? {
        Self.kind(at: self.path(of: path))
    }

    /// Whoever exchanges files of the bundle while it is read changes what is judged, not what is said about it.
    func contents(of path: String) -> [UInt8]? {
        guard case .file = kind(of: path), let data = try? Data(contentsOf: URL(fileURLWithPath: self.path(of: path)))
        else { return nil }
        return [UInt8](data)
    }

    func bytes(of path: String, from offset: UInt64, count: Int) -> [UInt8]? {
        guard case .file = kind(of: path), let file = FileHandle(forReadingAtPath: self.path(of: path)) else {
            return nil
        }
        defer { try? file.close() }
        do {
            try file.seek(toOffset: offset)
            return [UInt8](try file.read(upToCount: count) ?? Data())
        } catch {
            return nil
        }
    }

    private func path(of item: String) -> String {
        item.isEmpty ? root : root + "/" + item
    }

    /// The attributes are those of a link itself (lstat), never of what it points to. `nil` if there is nothing.
    private static func kind(at path: String) -> BundleItem.Kind? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        switch attributes[.type] as? FileAttributeType {
        case .typeRegular: return .file(byteCount: (attributes[.size] as? NSNumber)?.uint64Value ?? .max)
        case .typeDirectory: return .directory
        default: return .other
        }
    }
}
