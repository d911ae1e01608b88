/// `manifest.json`: what the bundle claims to be (§12). Nothing rests on it; it must agree with what is signed.
struct Manifest {
    let origin: String
    let size: UInt64
    /// The first record in the bundle. Version 1 knows 0 only.
    let first: UInt64

    /// Reads the file, or refuses.
    init?(parsing file: [UInt8]) {
        guard let object = try? CanonicalJSON.parseFile(file).object, object.members.count == 5,
            object["format"] == "rva/v1/bundle", object.count("created_us") != nil,
            let first = object.count("first"), let origin = object["origin"]?.string, let size = object.count("size")
        else { return nil }
        self.origin = origin
        self.size = size
        self.first = first
    }

    /// - Parameter size: That of the checkpoint, if it is valid.
    func check(log: LogIdentity?, size: UInt64?, _ findings: inout Findings) {
        if let log, JSONValue.string(origin) != .string(log.origin.text) {
            findings.add(.manifestMismatch, "another origin")
        }
        if let size, self.size != size { findings.add(.manifestMismatch, size: self.size) }
        if first != 0 { findings.add(.pruneUnsupported, "begins at record \(first)") }
    }
}
