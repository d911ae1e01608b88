import CLibFuzzer
import Glibc

/// One thing that reads what strangers wrote, and the laws that it must keep.
///
/// Targets share a program with those that need the same modules: libFuzzer looks at every counter of a program after
/// every input, and those of modules that take no part would be most of the work.
public struct Target: Sendable {
    public let name: String
    public let run: @Sendable ([UInt8]) -> Void

    public init(_ name: String, run: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.run = run
    }

    /// The target that the first argument names. Without one, lists `targets` and ends the process.
    public static func chosen(of targets: [Target]) -> Target {
        let name = CommandLine.arguments.dropFirst().first
        guard let target = targets.first(where: { $0.name == name }) else {
            for target in targets { print(target.name) }
            exit(64)
        }
        return target
    }

    /// Lets libFuzzer think up inputs and give them to `feed`, which gives them to ``feed(_:_:)``. The other arguments
    /// are libFuzzer's own.
    public func fuzz(_ feed: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt) -> Never {
        // What a target makes for itself would otherwise be counted against the first input.
        run([])
        // libFuzzer would take the target's name for a folder.
        var arguments = unsafe CommandLine.unsafeArgv
        var count = CommandLine.argc - 1
        for index in 1...Int(count) { unsafe arguments[index] = arguments[index + 1] }
        exit(unsafe LLVMFuzzerRunDriver(&count, &arguments, feed))
    }

    /// Takes one input from libFuzzer.
    public func feed(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        run(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
    }
}

/// Ends the process, and so hands the input to libFuzzer, unless the law holds.
public func law(_ holds: Bool, _ sentence: StaticString) {
    guard !holds else { return }
    print("broken law: \(sentence)")
    fflush(nil)
    abort()
}
