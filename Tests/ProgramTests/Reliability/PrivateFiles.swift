import Foundation

/// What lets others in, below a folder: anything but files of mode 0600 and folders of mode 0700.
struct PrivateFiles {
    /// Paths of everything that was looked at, from the folder.
    private(set) var entries: [String] = []
    /// What is open, and how.
    private(set) var open: [String] = []

    /// Walks without following links. A link is listed as open: whoever looks through it looks somewhere else.
    init(below folder: URL, _ names: [String]) throws {
        let manager = FileManager.default
        for name in names {
            let inside = (try? manager.subpathsOfDirectory(atPath: folder.appending(path: name).path)) ?? []
            for path in [name] + inside.map({ name + "/" + $0 }) {
                let traits = try manager.attributesOfItem(atPath: folder.appending(path: path).path)
                let mode = (traits[.posixPermissions] as? Int) ?? 0o777
                let kind = traits[.type] as? FileAttributeType
                entries.append(path)
                switch (kind, mode) {
                case (.typeRegular?, 0o600), (.typeDirectory?, 0o700): continue
                case (.typeSymbolicLink?, _): open.append("\(path) is a link")
                default: open.append("\(path) has mode \(String(mode, radix: 8))")
                }
            }
        }
    }
}
