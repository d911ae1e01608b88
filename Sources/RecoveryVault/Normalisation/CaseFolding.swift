extension Scalars {
    /// `fold(s) = NFKC(F(NFKC(s)))`, F the full case folding of Unicode 14.0 (Docs/Specs/vault.md §10.1).
    func folded() -> Scalars {
        var folded: Scalars = []
        folded.reserveCapacity(count)
        for scalar in normalised(to: .nfkc) {
            scalar.appendFolded(to: &folded)
        }
        return folded.normalised(to: .nfkc)
    }
}

extension Unicode.Scalar {
    /// Appends the full case folding of this character (CaseFolding.txt, statuses C and F).
    ///
    /// The standard library has no folding, but the lower case of the upper case is the folding of every character of
    /// Unicode 14.0 except those named here; a test compares all of them with a second source.
    fileprivate func appendFolded(to folded: inout Scalars) {
        switch value {
        case 0..<0x80:
            folded.append(isASCIIUppercase ? Unicode.Scalar(UInt8(value) + 0x20) : self)
        case 0x131:
            // The dotless i has no folding outside Turkish, though its capital is I.
            folded.append(self)
        case 0x1E9E:
            // The capital ẞ folds to two letters; its lower case would be ß.
            folded += ["s", "s"]
        case 0x13A0...0x13F5, 0x13F8...0x13FD, 0xAB70...0xABBF:
            // Cherokee had its small letters last, so it folds to the capitals.
            folded += properties.uppercaseMapping.unicodeScalars
        default:
            for capital in properties.uppercaseMapping.unicodeScalars {
                folded += capital.properties.lowercaseMapping.unicodeScalars
            }
        }
    }
}
