import Foundation
import Testing

/// `Scripts/setup` on machines that do not exist: every program it asks is one of ours, and writes down what it was told.
@Suite struct SetupTests {
    private struct Machine {
        var missing: [String] = []
        var isRoot = true
        var sudo = "exit 1"
        var apt = "exit 0"
        var swift: String? = "Swift version 6.3.1 (swift-6.3.1-RELEASE)"
    }

    @Test func `says nothing where nothing is missing`() throws {
        #expect(try setUp(Machine()) == Outcome(status: 0))
    }

    @Test(arguments: [true, false])
    func `installs what is missing, and nothing else`(isRoot: Bool) throws {
        let outcome = try setUp(
            Machine(missing: ["oathtool", "libssl-dev"], isRoot: isRoot, sudo: "shift; exec \"$@\"")
        )
        #expect(outcome.status == 0)
        #expect(outcome.installed == ["libssl-dev", "oathtool"])
    }

    @Test func `names the exact command where the user may not install`() throws {
        let outcome = try setUp(Machine(missing: ["oathtool", "sqlite3"], isRoot: false))
        #expect(outcome.status == 1)
        #expect(outcome.said.contains("    apt-get install --yes --no-install-recommends oathtool sqlite3\n"))
        #expect(outcome.installed == [])
    }

    @Test func `names the command that failed`() throws {
        let outcome = try setUp(Machine(missing: ["zbar-tools"], apt: "[[ $1 == update ]]"))
        #expect(outcome.status == 1)
        #expect(outcome.said.contains("    apt-get install --yes --no-install-recommends zbar-tools\n"))
    }

    /// Package lists that cannot be fetched may still be good enough.
    @Test func `goes on with old package lists`() throws {
        let outcome = try setUp(Machine(missing: ["zbar-tools"], apt: "[[ $1 == install ]]"))
        #expect(outcome.status == 0)
        #expect(outcome.installed == ["zbar-tools"])
    }

    @Test(arguments: ["6.2", "6.2.1", "6.10", "7.0"])
    func `takes a toolchain that is new enough`(version: String) throws {
        #expect(try setUp(Machine(swift: "Apple Swift version \(version) (x)")) == Outcome(status: 0))
    }

    @Test(arguments: [nil, "Swift version 6.1.3 (swift-6.1.3-RELEASE)", "Swift version 5.10", "no version at all"])
    func `says where a toolchain comes from, and downloads none`(version: String?) throws {
        let outcome = try setUp(Machine(swift: version))
        #expect(outcome.status == 1)
        #expect(outcome.said.contains("https://www.swift.org/install/linux/"))
        #expect(outcome.installed == [])
    }

    private struct Outcome: Equatable {
        let status: Int32
        var said = ""
        var installed: [String] = []
    }

    private func setUp(_ machine: Machine) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        for tool in ["env", "head", "sed", "sort", "true"] {
            let path = folder.appending(path: tool).path
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/usr/bin/" + tool)
        }
        func fake(_ name: String, _ body: String) throws {
            let file = folder.appending(path: name)
            try Data("#!/bin/bash\n\(body)\n".utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
        let isMissing = machine.missing.map { "[[ ${*: -1} == \($0) ]] && exit 1" }.joined(separator: "\n")
        try fake("dpkg-query", isMissing + "\necho installed")
        try fake("id", "echo \(machine.isRoot ? 0 : 1000)")
        try fake("sudo", machine.sudo)
        try fake("apt-get", "echo \"$@\" >>'\(folder.path)/asked'\n" + machine.apt)
        if let swift = machine.swift { try fake("swift", "echo '\(swift)'") }

        let process = Process()
        process.executableURL = House.root.appending(path: "Scripts/setup")
        process.environment = ["PATH": folder.path, "HOME": folder.path]
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let asked = (try? String(contentsOf: folder.appending(path: "asked"), encoding: .utf8)) ?? ""
        let install = asked.split(separator: "\n").filter { $0.hasPrefix("install ") }
        let packages = install.flatMap { $0.split(separator: " ").dropFirst().filter { !$0.hasPrefix("-") } }
        return Outcome(status: process.terminationStatus, said: said, installed: packages.map(String.init).sorted())
    }
}
