import RecoveryCrypto

extension Message {
    /// Shows the address and the text, both UTF-8, for the length of the call.
    public borrowing func lend<Value>(
        to reader: (_ address: Span<UInt8>, _ text: Span<UInt8>) throws -> Value
    ) rethrows -> Value {
        try address.lend { address in
            try body.lend { text in try reader(address, text) }
        }
    }
}
