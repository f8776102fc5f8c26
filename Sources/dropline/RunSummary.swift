import Commerce
import FileDrops
import Foundation
import Ledgers
import Records

/// A run with its counts, as it is printed in a list.
struct RunSummary: Sendable {
    let run: Run
    let tallies: [Tally]

    /// Reads the runs' counts.
    static func read(_ runs: [RunID], from ledger: any Ledger) async throws -> [RunSummary] {
        try await ledger.read { ledger in
            try runs.compactMap { id in
                try ledger.run(id).map { RunSummary(run: $0, tallies: try ledger.tallies(of: id)) }
            }
        }
    }

    /// Reads the runs that a query asks for.
    static func read(_ query: RunQuery, from ledger: any Ledger) async throws -> [RunSummary] {
        try await ledger.read { ledger in
            try ledger.runs(query).map { RunSummary(run: $0, tallies: try ledger.tallies(of: $0.id)) }
        }
    }

    /// `run 3  done         4 rows: 4 activated, 425.50 USD   Tue Mar 10 2026 …csv`, and its reason on a line of its own.
    var line: String {
        let counts = tallies.map { "\($0.rows) \($0.status.rawValue)" }.joined(separator: ", ")
        let rows = rowCount == 0 ? "no rows" : "\(rowCount) row\(rowCount == 1 ? "" : "s"): \(counts)"
        let money = money(total).map { ", \($0)" } ?? ""
        let state = run.state.rawValue.padding(toLength: 11, withPad: " ", startingAt: 0)
        let head = "run \(run.id)  \(state)  \(rows)\(money)   \(run.source.name.shown)"
        // What stops a file from being put aside is not why it is, and what lasts too long says more than what is waited for.
        let told = run.state == .stopped || run.state == .waiting ? run.attention : nil
        let reason =
            (told ?? run.reason).map { "\n       \($0.shown)\(run.state == .waiting ? furtherWays : "")\(tries)" } ?? ""
        let attention = run.state == .open ? run.attention.map { "\n       \($0.shown)\(furtherWays)" } ?? "" : ""
        return head + reason + attention
    }

    /// How often it has failed in a row, so that nothing goes round unseen.
    private var tries: String {
        var words: [String] = []
        if run.verdict != nil, run.failures > 0 {
            words.append("putting it away failed \(run.failures == 1 ? "once" : "\(run.failures) times in a row")")
        } else if run.failures > 1 {
            words.append("failed \(run.failures) times in a row")
        }
        if run.interruptions > 1 { words.append("interrupted \(run.interruptions) times in a row") }
        return words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
    }

    var rowCount: Int { tallies.reduce(0) { $0 + $1.rows } }

    var total: Int64 { tallies.reduce(0) { $0 + $1.value } }

    /// An amount in the run's currency, once that is known.
    func money(_ units: Int64) -> Money? {
        run.currency.flatMap(Currency.init).map { Money(minorUnits: units, currency: $0) }
    }

    /// The run as JSON; amounts are decimal texts, moments ISO 8601 in UTC.
    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("run", .number("\(run.id)")), ("pipeline", .string(run.pipeline)), ("state", .string(run.state.rawValue)),
            ("file", .string(run.source.name)), ("sha256", .string(run.digest)), ("attempt", .number("\(run.attempt)")),
        ]
        members.append(("rows", .number("\(rowCount)")))
        let statuses = tallies.map { tally in
            (
                tally.status.rawValue,
                JSONValue.object(
                    JSONObject([
                        (key: "rows", value: .number("\(tally.rows)")),
                        (key: "value", value: money(tally.value).map { .string($0.decimal) } ?? .null),
                        (key: "withoutValue", value: .number("\(tally.withoutValue)")),
                    ])
                )
            )
        }
        members.append(("statuses", .object(JSONObject(statuses.map { (key: $0.0, value: $0.1) }))))
        members.append(("value", money(total).map { .string($0.decimal) } ?? .null))
        members.append(("currency", run.currency.map { .string($0) } ?? .null))
        members.append(("reason", run.reason.map { .string($0) } ?? .null))
        members.append(("attention", run.attention.map { .string($0) } ?? .null))
        members.append(("failures", .number("\(run.failures)")))
        members.append(("interruptions", .number("\(run.interruptions)")))
        members.append(("createdAt", .string(run.createdAt.moment)))
        members.append(("finishedAt", run.finishedAt.map { .string($0.moment) } ?? .null))
        return .object(JSONObject(members.map { (key: $0.0, value: $0.1) }))
    }
}

extension Int64 {
    /// Milliseconds since 1970 as `2026-03-10T19:39:39Z`.
    var moment: String { Date(timeIntervalSince1970: Double(self) / 1000).formatted(.iso8601) }
}

extension String {
    /// The text on one line of a terminal: control characters, with which a file's name could play tricks, are escaped.
    var shown: String { ShownText.harmless(self) }
}
