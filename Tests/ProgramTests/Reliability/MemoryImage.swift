import Foundation
import Testing

/// What was in the memory of a process, without its empty pages, and where each part of it lay.
struct MemoryImage {
    struct Place {
        let address: UInt64
        let offset: Int
        let size: Int
        /// `lo` and `dd` of smaps: locked, and left out of core files.
        let flags: Set<Substring>
        let name: String

        /// Whether only OpenSSL's secure heap can lie here: locked, in no core file, and of no file.
        var isSecureHeap: Bool { flags.contains("lo") && flags.contains("dd") && name.isEmpty }
    }

    let bytes: Data
    let places: [Place]
    /// Every run of exactly six digits, once.
    let sixDigits: Set<String>

    func place(of offset: Int) -> Place? {
        places.last { $0.offset <= offset }
    }

    /// Takes a core of a running process, as `gcore` does.
    static func core(of process: Int32, in folder: SessionFolder) throws -> MemoryImage {
        let file = folder.outputs.appending(path: "core.\(process)")
        let answer = try Program(
            URL(fileURLWithPath: "/usr/bin/gcore"),
            ["-o", folder.outputs.appending(path: "core").path, "\(process)"],
            in: Program.Surroundings(
                folder: folder.url,
                outputs: folder.outputs,
                environment: ["HOME": folder.url.path, "PATH": "/usr/bin:/bin"]
            ),
            stdin: nil
        ).answer()
        try #require(answer.code == 0 && FileManager.default.fileExists(atPath: file.path), "\(answer.stderr)")
        return try condensed("core", file.path, of: process, in: folder)
    }

    /// Reads all that a process can write to, the secure heap with it.
    static func memory(of process: Int32, in folder: SessionFolder) throws -> MemoryImage {
        try condensed("memory", "/proc/\(process)/mem", of: process, in: folder)
    }

    private static func condensed(
        _ kind: String,
        _ source: String,
        of process: Int32,
        in folder: SessionFolder
    ) throws -> MemoryImage {
        let name = UUID().uuidString
        let image = folder.outputs.appending(path: name + ".image")
        let answer = try Program(
            Player.find(.python3),
            ["-c", reader, kind, source, "\(process)", image.path],
            in: Program.Surroundings(folder: folder.url, outputs: folder.outputs, environment: [:]),
            stdin: nil
        ).answer()
        try #require(answer.code == 0, "\(answer.stderr)")
        let places = try answer.stdout.split(separator: "\n").map { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            return Place(
                address: try #require(UInt64(parts[0])),
                offset: try #require(Int(parts[1])),
                size: try #require(Int(parts[2])),
                flags: Set(parts[3].split(separator: " ")),
                name: String(parts[4])
            )
        }
        let digits = try String(contentsOfFile: image.path + ".digits", encoding: .utf8).split(separator: "\n")
        return MemoryImage(bytes: try Data(contentsOf: image), places: places, sixDigits: Set(digits.map(String.init)))
    }

    /// Of a run of empty pages one is kept, so that what was apart stays apart. A page of a program or a library that
    /// is as its file has it is left out, since it was the same before anything was checked.
    private static let reader = #"""
        import re, struct, sys
        kind, source, process, target = sys.argv[1:]
        page = 4096
        empty = bytes(page)
        written = 0
        out = open(target, "wb")
        def regions():
            if kind == "core":
                header = open(source, "rb").read(64)
                table, = struct.unpack_from("<Q", header, 32)
                size, count = struct.unpack_from("<HH", header, 54)
                for number in range(count):
                    with open(source, "rb") as file:
                        file.seek(table + number * size)
                        segment = struct.unpack("<IIQQQQQQ", file.read(56))
                    if segment[5]:
                        yield segment[2], segment[2] + segment[5], "", "core"
                return
            header = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+) *(.*)")
            found = None
            for line in open(f"/proc/{process}/smaps"):
                match = header.match(line)
                if match:
                    found = [int(match[1], 16), int(match[2], 16), match[3], int(match[4]), match[5], 0]
                elif line.startswith("Private_Dirty:"):
                    found[5] = int(line.split()[1])
                elif line.startswith("VmFlags:"):
                    start, end, rights, inode, name, dirty = found
                    if rights[0] == "r" and (inode == 0 or dirty) and not name.startswith(("[vvar", "[vsyscall")):
                        yield start, end, line.split(":")[1].strip(), name
        files = set()
        for line in open(f"/proc/{process}/maps"):
            name = line.split(maxsplit=5)[-1].strip()
            if "/" in name and re.search(r"\.so|/usr/|/debug/", name):
                files.add(name)
        known = set()
        for name in files:
            with open(name, "rb") as file:
                while part := file.read(page):
                    known.add(part)
        with open(source, "rb", buffering=0) as memory:
            for start, end, flags, name in regions():
                place, was_empty = start, True
                first = None
                memory.seek(start)
                while place < end:
                    try:
                        part = memory.read(min(page, end - place))
                    except OSError as error:
                        # What is mapped behind the end of a file holds nothing.
                        if kind == "core" or not name.startswith("/"):
                            raise OSError(f"{name or 'no name'} at {place:x}: {flags}") from error
                        break
                    if not part:
                        break
                    if part == empty[:len(part)] or part in known:
                        if not was_empty:
                            out.write(empty)
                            written += page
                            print(*first, written - first[1], flags, name, sep="\t")
                        was_empty = True
                    else:
                        if was_empty:
                            first = (place, written)
                        was_empty = False
                        out.write(part)
                        written += len(part)
                    place += len(part)
                if not was_empty:
                    print(*first, written - first[1], flags, name, sep="\t")
                    out.write(empty)
                    written += page
        out.close()
        runs = set(re.findall(rb"(?<![0-9])[0-9]{6}(?![0-9])", open(target, "rb").read()))
        open(target + ".digits", "wb").write(b"\n".join(sorted(runs)))
        """#
}
