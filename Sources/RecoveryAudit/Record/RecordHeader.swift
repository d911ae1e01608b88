import RecoveryCrypto

/// The fields of a record that the writer fills in before there is a MAC. Layout: ``AuditRecord``.
struct RecordHeader {
    let type: RecordType
    let flags: UInt16
    let seq: UInt64
    let timeMicroseconds: UInt64
    let epoch: UInt32
    let step: UInt32
    let logID: LogID
    let previousMAC: Digest256

    /// Returns `H ‖ P` with `payload_len` filled in, and room for the MAC.
    func frame(around payload: JSONObject) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(768)
        bytes.append(bigEndian: AuditRecord.magic)
        bytes.append(AuditRecord.suite)
        bytes.append(type.rawValue)
        bytes.append(bigEndian: flags)
        bytes.append(bigEndian: seq)
        bytes.append(bigEndian: timeMicroseconds)
        bytes.append(bigEndian: epoch)
        bytes.append(bigEndian: step)
        logID.append(to: &bytes)
        previousMAC.append(to: &bytes)
        bytes.append(bigEndian: UInt32(0))
        CanonicalJSON.write(payload, to: &bytes)
        bytes.overwrite(at: 80, bigEndian: UInt32(bytes.count - AuditRecord.headerSize))
        return bytes
    }
}
