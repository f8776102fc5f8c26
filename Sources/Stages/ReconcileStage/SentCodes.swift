import Commerce
import Ledgers
import Pipelines
import Records
import Shopify
import Synchronization

/// Which texts are codes that a part of a bulk file sent, so that nothing the shop says of its lines shows one.
///
/// The file is read when the first text is asked for, which is when the shop has something against a line. Of each code a hash is kept: another text of the
/// same hash is hidden for nothing, and no code stays in memory. Where the file can't be read, any text counts as a code.
final class SentCodes: Sendable {
    private enum Knowledge {
        case unread
        case hashes(Set<Int>)
        case unreadable
    }

    private let part: Artifact?
    private let currency: Currency
    private let context: StageContext
    private let knowledge = Mutex(Knowledge.unread)

    init(of part: Artifact?, in currency: Currency, _ context: StageContext) {
        (self.part, self.currency, self.context) = (part, currency, context)
    }

    /// Whether a text of letters and digits in lower case is one of the codes.
    func contains(_ text: String) -> Bool {
        knowledge.withLock { knowledge in
            if case .unread = knowledge { knowledge = (try? read()).map(Knowledge.hashes) ?? .unreadable }
            guard case .hashes(let hashes) = knowledge else { return true }
            return hashes.contains(text.hashValue)
        }
    }

    private func read() throws -> Set<Int>? {
        guard let part else { return nil }
        var hashes: Set<Int> = []
        var lines = JSONLinesReader(try context.open(part))
        while let line = try lines.next() {
            hashes.insert(try GiftCardInput(reading: line.bytes, currency: currency).code.secret.hashValue)
        }
        return hashes
    }
}
