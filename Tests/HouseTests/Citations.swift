import Foundation

/// Sections of our own documents: which there are, and who cites them.
enum Citations {
    /// Numbers of the sections of a specification, such as `4` and `4.1`, and of the rules in them: rule 3 of section 9
    /// is cited as `9.3`.
    static func sections(in text: String) -> Set<String> {
        var sections: Set<String> = []
        var current: String?
        for line in text.split(separator: "\n") {
            if let heading = line.firstMatch(of: #/^#{2,4} (\d+(?:\.\d+)*)\.? /#) {
                current = String(heading.1)
                sections.insert(String(heading.1))
            } else if let current, let rule = line.firstMatch(of: #/^(\d+)\. /#) {
                sections.insert("\(current).\(rule.1)")
            }
        }
        return sections
    }

    /// Every `NAME.md §N` in a text, also in a link and with several sections in a row.
    static func cited(in text: String) -> [(document: String, section: String)] {
        text.matches(of: /\b([a-z][a-z-]*)\.md\)? §(\d[\d.]*(?:(?:,| and| to) §\d[\d.]*)*)/).flatMap { match in
            match.2.matches(of: /\d+(?:\.\d+)*/).map { (String(match.1), String($0.0)) }
        }
    }

    /// Every `§N` by which a specification points into itself: those that follow the name of a foreign text are its own.
    static func inside(_ text: String) -> [String] {
        let foreign =
            /(?:RFC \d+|SP [\w-]+|FIPS [\w-]+|\b63[AB]|\b63-4|ASVS|[\w-]+\.md\)?),? §\d[\d.]*(?:(?:,| and| to|;) §\d[\d.]*)*/
        return text.replacing(foreign, with: "").matches(of: /§(\d+(?:\.\d+)*)/).map { String($0.1) }
    }

    /// Citations that lead nowhere.
    static func findings(in text: String, at place: String, specifications: [String: Set<String>]) -> [Finding] {
        cited(in: text).compactMap { document, section in
            guard let sections = specifications[document] else {
                return Finding(place: place, what: "cites \(document).md, which is no specification")
            }
            return sections.contains(section) ? nil : Finding(place: place, what: "cites \(document).md §\(section)")
        }
    }
}
