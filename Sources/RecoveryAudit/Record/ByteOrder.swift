// All integers of the format are unsigned and big-endian (audit-log.md §2).

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger & UnsignedInteger>(bigEndian number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    mutating func overwrite<Number: FixedWidthInteger & UnsignedInteger>(at offset: Int, bigEndian number: Number) {
        var offset = offset
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            self[offset] = UInt8(truncatingIfNeeded: number >> Number(shift))
            offset += 1
        }
    }
}

extension Span<UInt8> {
    func bigEndian<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type, at offset: Int) -> Number {
        var number: Number = 0
        for index in offset..<offset + Number.bitWidth / 8 { number = number << 8 | Number(self[index]) }
        return number
    }
}
