import Commerce
import Foundation
import Ledgers
import Records

/// What a dry run foresees for one file.
struct DryRunOutput: Sendable {
    private let summary: RunSummary
    private let rows: [Row]
    private let files: [Artifact]

    init(reading run: Run, from ledger: any LedgerReader) throws {
        summary = RunSummary(run: run, tallies: try ledger.tallies(of: run.id))
        rows = try ledger.rows(
            of: run.id,
            statuses: [.invalid, .conflict, .alreadyActive, .alreadyInFeed, .unknown],
            after: 0,
            limit: Int.max
        )
        files = try ledger.artifacts(of: run.id).filter { $0.kind == .activationFeed || $0.kind == .bulkFile }
    }

    /// Prints all runs and their sums.
    static func print(_ runs: [DryRunOutput], output: String?, json: Bool) {
        var totals: [RowStatus: (rows: Int, value: Int64)] = [:]
        for tally in runs.flatMap(\.summary.tallies) {
            totals[tally.status, default: (0, 0)].rows += tally.rows
            totals[tally.status, default: (0, 0)].value += tally.value
        }
        let statuses = RowStatus.allCases.compactMap { status in totals[status].map { (status, $0.rows, $0.value) } }
        // One pipeline serves one shop, so all runs have one currency.
        let any = runs.first { $0.summary.run.currency != nil }?.summary
        func amount(_ units: Int64) -> String? { any?.money(units).map { $0.decimal } }
        if json {
            let sums = statuses.map { status, rows, value in
                (
                    key: status.foreseen.word,
                    value: jsonObject(
                        ("rows", .number("\(rows)")),
                        ("value", amount(value).map { .string($0) } ?? .null)
                    )
                )
            }
            printJSON(
                jsonObject(
                    ("dryRun", .bool(true)),
                    ("output", output.map { .string($0) } ?? .null),
                    ("files", .array(runs.map(\.json))),
                    ("totals", .object(JSONObject(sums))),
                    ("currency", any?.run.currency.map { .string($0) } ?? .null)
                )
            )
            return
        }
        dropline.print("A dry run: nothing is sent, and nothing is changed.")
        for run in runs { dropline.print("\n" + run.text) }
        if runs.count > 1, !statuses.isEmpty {
            dropline.print("\n\(runs.count) files in all")
            for (status, rows, value) in statuses { dropline.print(Self.line(status, rows, any?.money(value))) }
        }
        if let output { dropline.print("\nThe feeds and bulk files lie in \(output); they hold codes.") }
    }

    private static func line(_ status: RowStatus, _ rows: Int, _ money: (some CustomStringConvertible)?) -> String {
        let count = "\(rows) row\(rows == 1 ? "" : "s")".padding(toLength: 9, withPad: " ", startingAt: 0)
        return "  \(status.foreseen.words.padding(toLength: 17, withPad: " ", startingAt: 0))\(count)"
            + (money.map { " \($0)" } ?? "")
    }

    /// What would become of the file as a whole.
    private var outcome: (word: String, words: String) {
        let reason = summary.run.reason ?? summary.run.hold ?? ""
        return switch summary.run.state {
        case .done: ("processed", "")
        case .held: ("held", "would be held: \(summary.run.hold ?? reason)")
        case .waiting: ("waiting", "would wait: \(reason)")
        case .duplicate: ("skipped", "would be skipped: \(reason)")
        case .empty: ("empty", "would be recorded as empty: \(reason)")
        case .quarantined, .incomplete: ("unreadable", "can't be read: \(reason)")
        case .open, .stopped: ("failed", "failed: \(reason)")
        }
    }

    private var text: String {
        let run = summary.run
        let rows = "\(summary.rowCount) row\(summary.rowCount == 1 ? "" : "s")"
        let money = summary.rowCount > 0 ? summary.money(summary.total).map { ", \($0)" } ?? "" : ""
        var lines = ["\(run.source.name.shown): \(rows)\(money)"]
        if !outcome.words.isEmpty { lines.append("  " + outcome.words) }
        for tally in summary.tallies {
            lines.append(Self.line(tally.status, tally.rows, summary.money(tally.value)))
            for row in self.rows where row.status == tally.status {
                lines.append("    line \(row.line)  \(row.masked ?? "…")  \(row.reason ?? "")")
            }
        }
        for file in files where summary.run.state != .held {
            let kind = file.kind == .bulkFile ? "bulk file" : "feed     "
            lines.append("  \(kind)        \(file.fileName.shown): \(file.count) card\(file.count == 1 ? "" : "s")")
        }
        return lines.joined(separator: "\n")
    }

    private var json: JSONValue {
        let run = summary.run
        func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        let statuses = summary.tallies.map { tally in
            (
                key: tally.status.foreseen.word,
                value: jsonObject(
                    ("rows", .number("\(tally.rows)")),
                    ("value", optional(summary.money(tally.value)?.decimal)),
                    ("withoutValue", .number("\(tally.withoutValue)"))
                )
            )
        }
        return jsonObject(
            ("file", .string(run.source.name)),
            ("sha256", .string(run.digest)),
            ("outcome", .string(outcome.word)),
            ("reason", optional(run.hold ?? run.reason)),
            ("rows", .number("\(summary.rowCount)")),
            ("value", optional(summary.money(summary.total)?.decimal)),
            ("currency", optional(run.currency)),
            ("statuses", .object(JSONObject(statuses))),
            (
                "lines",
                .array(
                    rows.map { row in
                        jsonObject(
                            ("line", .number("\(row.line)")),
                            ("giftCard", optional(row.masked)),
                            ("status", .string(row.status.foreseen.word)),
                            ("reason", optional(row.reason))
                        )
                    }
                )
            ),
            (
                "outputs",
                .array(
                    files.map { file in
                        jsonObject(
                            ("kind", .string(file.kind.rawValue)),
                            ("file", .string(file.fileName)),
                            ("sha256", .string(file.digest)),
                            ("count", .number("\(file.count)"))
                        )
                    }
                )
            )
        )
    }
}

extension RowStatus {
    /// The status as a dry run says it: what it takes for activated would be created.
    fileprivate var foreseen: (word: String, words: String) {
        switch self {
        case .activated, .planned, .submitted: ("create", "would be created")
        case .alreadyActive: (rawValue, "already active")
        case .inFeed: (rawValue, "would be in feed")
        case .alreadyInFeed: (rawValue, "already in feed")
        default: (rawValue, rawValue)
        }
    }
}
