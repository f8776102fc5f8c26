import Foundation
public import Ledgers
public import Sealing

/// The wrapped keys as a ledger keeps them.
public enum LedgerKeys {
    private struct Entry: Codable {
        var id: UInt32
        var purpose: String
        var bytes: Data
    }

    private static let setting = "keys"

    /// The keys; `nil` in a new ledger.
    public static func read(_ ledger: any LedgerReader) throws -> [WrappedKey]? {
        guard let known = try ledger.setting(setting) else { return nil }
        return try JSONDecoder().decode([Entry].self, from: Data(known)).map { entry in
            guard let purpose = WrappedKey.Purpose(rawValue: entry.purpose) else {
                throw LedgerError(.newer, "the ledger holds a key for a purpose that this Dropline does not know")
            }
            return WrappedKey(id: entry.id, purpose: purpose, bytes: [UInt8](entry.bytes))
        }
    }

    /// Replaces the keys.
    public static func write(_ keys: [WrappedKey], to ledger: any LedgerWriter) throws {
        let entries = keys.map { Entry(id: $0.id, purpose: $0.purpose.rawValue, bytes: Data($0.bytes)) }
        try ledger.setSetting(setting, to: [UInt8](try JSONEncoder().encode(entries)))
    }
}

extension Installation {
    /// The installation with the keys that the ledger holds now; to be asked for after each claim, since keys are rotated while processes run.
    ///
    /// A rotation waits for all who claimed something before it, so who asks after claiming never seals with a key that is about to go.
    public func withCurrentKeys() async throws -> Installation {
        guard let keys = try await ledger.read(LedgerKeys.read) else { return self }
        var current = self
        current.keyring = try keyring.holding(keys)
        return current
    }
}
