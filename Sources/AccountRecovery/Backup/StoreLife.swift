/// How often this store was restored from a backup, as the store itself remembers it.
///
/// The file of the installation, outside of the store, remembers the number too: a store with a smaller one is older.
public struct StoreLife: StoredRecord, Hashable {
    public static let kind = RecordKind.setting
    public static let name = "life"

    /// Restores that were accepted.
    public let restores: UInt32
    /// The log that was given up in the last of them.
    public let priorOrigin: String?

    public var id: String { Self.name }
    public var owner: String { "" }

    init(restores: UInt32, priorOrigin: String?) {
        self.restores = restores
        self.priorOrigin = priorOrigin
    }

    /// The number in a store; none in one that was never restored.
    public static func restores(in reader: any StoreReader) throws -> UInt32 {
        try reader.record(StoreLife.self, name)?.restores ?? 0
    }
}
