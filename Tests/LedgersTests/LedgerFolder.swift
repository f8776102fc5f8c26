import Foundation
import SQLiteLedger

/// A folder of its own for a test's ledger, removed when it goes out of use.
final class LedgerFolder: Sendable {
    private let root: String

    init() throws {
        root = NSTemporaryDirectory() + "dropline-ledger-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Where the test's ledger lies; the folder around it is made by the ledger.
    var ledger: String { path("state/ledger.sqlite") }

    func path(_ name: String) -> String { root + "/" + name }

    /// Opens the ledger, as a process of its own would.
    func open(lease: Duration = .seconds(60)) throws -> SQLiteLedger { try SQLiteLedger(path: ledger, lease: lease) }
}
