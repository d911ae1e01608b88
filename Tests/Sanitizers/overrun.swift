/// A known overrun: one byte behind an allocation of eight. What Address Sanitizer must report.
@main
struct Overrun {
    static func main() {
        let count = CommandLine.arguments.count + 7
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        bytes.initialize(repeating: 0, count: count)
        bytes[count] = 1
        print("wrote", bytes[count - 1])
        bytes.deallocate()
    }
}
