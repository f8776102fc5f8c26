import Foundation
import Ledgers

/// The outboxes of all receivers, as the ledger keeps them: a setting in JSON.
struct AlertBook: Sendable, Equatable, Codable {
    /// By the receiver's name.
    var outboxes: [String: Outbox] = [:]
    /// The number of the newest message.
    var lastNumber = 0

    private static let setting = "alerts"

    /// Reads the book; an empty one where there is none, or none that can be read: then what stands is told once more.
    static func read(_ ledger: any LedgerReader) throws -> AlertBook {
        guard let bytes = try ledger.setting(setting) else { return AlertBook() }
        return (try? JSONDecoder().decode(AlertBook.self, from: Data(bytes))) ?? AlertBook()
    }

    /// Writes the book.
    func write(to ledger: any LedgerWriter) throws {
        try ledger.setSetting(Self.setting, to: Array(JSONEncoder().encode(self)))
    }
}
