import Foundation

/// What was found in an image of a process.
struct Findings: Sendable {
    /// A kind of secret in one of its forms, and where it lay.
    struct Trace: Hashable, Sendable, CustomStringConvertible {
        let kind: String
        let form: Needle.Form
        /// Whether it lay in the secure heap.
        let isLocked: Bool

        var description: String { "\(kind) as \(form)\(isLocked ? ", locked" : "")" }
    }

    /// How many different secrets left each trace.
    let traces: [Trace: Int]
    let sixDigits: Set<String>
    let pages: Int

    init(_ image: MemoryImage, _ search: NeedleSearch) {
        var needles: [Trace: Set<Needle>] = [:]
        for hit in search.hits(in: image.bytes) {
            let isLocked = image.place(of: hit.offset)?.isSecureHeap ?? false
            let trace = Trace(kind: hit.needle.kind, form: hit.form, isLocked: isLocked)
            needles[trace, default: []].insert(hit.needle)
        }
        traces = needles.mapValues(\.count)
        sixDigits = image.sixDigits
        pages = image.bytes.count / 4096
    }

    var kinds: Set<String> { Set(traces.keys.map(\.kind)) }

    /// What lay where it may be swapped out, dumped or left for whoever gets the page next.
    var open: [Trace: Int] { traces.filter { !$0.key.isLocked && $0.key.kind != "marker" } }

    var locked: [Trace: Int] { traces.filter { $0.key.isLocked } }
}
