import Ledgers
import Pipelines
import Records

extension Ledgers.Operation {
    /// `D_1: ended, failed, TIMEOUT, 40 of 1000 lines  gid://shopify/BulkOperation/1  asked for 2026-03-10T12:00:00Z, cancelled …`.
    var text: String {
        let words: [String?] = [state.rawValue, status, errorCode, "\(progress) of \(total) lines"]
        let moments: [String?] = [
            askedAt.map { "asked for \($0.moment)" }, slotSince.map { "waits for a slot since \($0.moment)" },
            cancelAskedAt.map { "cancelled \($0.moment)" }, endedAt.map { "ended \($0.moment)" },
            failedTries?.words,
        ]
        let facts = [words.joined, remoteID ?? "", moments.joined].filter { !$0.isEmpty }
        return "\(name): " + facts.joined(separator: "  ").shown
    }
}

extension [String?] {
    fileprivate var joined: String { compactMap(\.self).joined(separator: ", ") }
}

extension FailedTries {
    /// For scripts.
    var json: JSONValue {
        jsonObject(
            ("count", .number("\(count)")),
            ("lastAt", .string(lastAt.moment)),
            ("nextAt", .string(nextAt.moment)),
            ("reason", .string(reason))
        )
    }
}
