import Foundation
import Ledgers
import Records

/// All that is known of one run.
struct RunDetail: Sendable {
    private let summary: RunSummary
    private let stages: [StageRecord]
    private let operations: [Ledgers.Operation]
    private let artifacts: [Artifact]
    private let deliveries: [Delivery]
    private let audit: [AuditEntry]
    private let purges: [Purge]
    /// The first rows that are not accepted.
    private let rows: [Row]

    init(reading run: Run, from ledger: any LedgerReader) throws {
        summary = RunSummary(run: run, tallies: try ledger.tallies(of: run.id))
        stages = try ledger.stageRecords(of: run.id)
        operations = try ledger.operations(of: run.id)
        artifacts = try ledger.artifacts(of: run.id)
        deliveries = try ledger.deliveries(of: run.id)
        audit = try ledger.audit(of: run.id)
        purges = try ledger.purges(of: run.id)
        rows = try ledger.rows(
            of: run.id,
            statuses: [.invalid, .refused, .conflict, .held, .unknown],
            after: 0,
            limit: Self.mostRows
        )
    }

    private static let mostRows = 20

    /// For people.
    var text: String {
        let run = summary.run
        var lines = [
            "run \(run.id) of \(run.pipeline): \(run.state.rawValue)",
            "  file      \(run.source.drop.map { "\($0):" } ?? "")\(run.source.path.shown)",
            "  content   \(run.source.size) bytes, sha256 \(run.digest)",
            "  taken     \(run.createdAt.moment)" + (run.finishedAt.map { ", finished \($0.moment)" } ?? ""),
        ]
        if run.attempt > 1 { lines.append("  attempt   \(run.attempt)") }
        if let next = run.nextStage { lines.append("  next      \(next)") }
        if let from = run.rerunFrom { lines.append("  rerun     to begin at \(from)") }
        if let reason = run.reason { lines.append("  reason    \(reason.shown)") }
        if let hold = run.hold, !run.state.isFinal { lines.append("  held      \(hold.shown)") }
        if run.state == .held { lines.append("  to do     \(holdHint)") }
        if let attention = run.attention { lines.append("  attention \(attention.shown)") }
        lines += purges.map { "  purged    " + $0.text }
        lines += section("rows", balance)
        lines += section(
            "stages",
            stages.map { record in
                "\(record.endedAt.moment)  \(record.stage) (attempt \(record.attempt)): \(record.outcome)"
                    + (record.detail.map { ", \($0.shown)" } ?? "")
            }
        )
        lines += section(
            "bulk operations",
            operations.map(\.text)
        )
        lines += section("files", deliveries.map { "\($0.kind): \($0.drop):\($0.path.shown) (\(state(of: $0)))" })
        lines += section(
            "decisions",
            audit.compactMap { entry in
                entry.who.map { "\(entry.at.moment)  \($0.shown) \(entry.event) \(entry.detail.shown)" }
            }
        )
        lines += section(
            "rows that need a look",
            rows.map { row in
                "line \(row.line)  \(row.masked ?? "…")  \(row.status.rawValue)  \(row.reason?.shown ?? lostReason)"
            }
        )
        return lines.joined(separator: "\n")
    }

    /// Whether a file still lies where it was put, as far as Dropline has to do with that.
    private func state(of delivery: Delivery) -> String {
        audit.tellRemoval(of: delivery) ? "purged" : delivery.state.rawValue
    }

    /// What stands for a reason that was forgotten.
    private var lostReason: String { purges.contains { $0.part == .ledger } ? "purged" : "" }

    /// What is held, and how it is released or refused.
    private var holdHint: String {
        let approve = "'dropline approve \(summary.run.id) --reason TEXT'"
        guard let held = summary.held else { return "put right what holds it; \(approve) has it go on" }
        let rows = "\(held.rows) row\(held.rows == 1 ? "" : "s")\(summary.money(held.value).map { ", \($0)" } ?? "")"
        return "\(approve) releases \(rows); 'dropline refuse \(summary.run.id) --reason TEXT' refuses "
            + (held.rows == 1 ? "it" : "them")
    }

    private var balance: [String] {
        guard !summary.tallies.isEmpty else { return [] }
        let entries = summary.tallies.map { tally in
            let bare = tally.withoutValue > 0 ? " (\(tally.withoutValue) without a readable value)" : ""
            return "\(tally.rows) \(tally.status.rawValue)" + (summary.money(tally.value).map { "  \($0)" } ?? "")
                + bare
        }
        return entries + ["\(summary.rowCount) in all" + (summary.money(summary.total).map { "  \($0)" } ?? "")]
    }

    private func section(_ title: String, _ entries: [String]) -> [String] {
        entries.isEmpty ? [] : ["  \(title)"] + entries.map { "    " + $0 }
    }

    /// For scripts.
    var json: JSONValue {
        func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        return jsonObject(
            ("run", summary.json),
            ("hold", optional(summary.run.hold)),
            ("nextStage", optional(summary.run.nextStage)),
            (
                "source",
                jsonObject(
                    ("drop", optional(summary.run.source.drop)),
                    ("path", .string(summary.run.source.path)),
                    ("size", .number("\(summary.run.source.size)"))
                )
            ),
            (
                "stages",
                .array(
                    stages.map { record in
                        jsonObject(
                            ("stage", .string(record.stage)),
                            ("attempt", .number("\(record.attempt)")),
                            ("outcome", .string(record.outcome)),
                            ("detail", optional(record.detail)),
                            ("startedAt", .string(record.startedAt.moment)),
                            ("endedAt", .string(record.endedAt.moment))
                        )
                    }
                )
            ),
            (
                "operations",
                .array(
                    operations.map { operation in
                        jsonObject(
                            ("name", .string(operation.name)),
                            ("state", .string(operation.state.rawValue)),
                            ("status", optional(operation.status)),
                            ("errorCode", optional(operation.errorCode)),
                            ("id", optional(operation.remoteID)),
                            ("done", .number("\(operation.progress)")),
                            ("total", .number("\(operation.total)")),
                            ("askedAt", optional(operation.askedAt?.moment)),
                            ("waitsForSlotSince", optional(operation.slotSince?.moment)),
                            ("cancelAskedAt", optional(operation.cancelAskedAt?.moment)),
                            ("endedAt", optional(operation.endedAt?.moment)),
                            ("failedTries", operation.failedTries?.json ?? .null)
                        )
                    }
                )
            ),
            ("failedSends", summary.run.failedSends?.json ?? .null),
            (
                "artifacts",
                .array(
                    artifacts.map { artifact in
                        jsonObject(
                            ("kind", .string(artifact.kind.rawValue)),
                            ("file", .string(artifact.fileName)),
                            ("sha256", .string(artifact.digest)),
                            ("bytes", .number("\(artifact.size)")),
                            ("count", .number("\(artifact.count)"))
                        )
                    }
                )
            ),
            (
                "files",
                .array(
                    deliveries.map { delivery in
                        jsonObject(
                            ("kind", .string(delivery.kind.rawValue)),
                            ("drop", .string(delivery.drop)),
                            ("path", .string(delivery.path)),
                            ("state", .string(state(of: delivery)))
                        )
                    }
                )
            ),
            (
                "rows",
                .array(
                    rows.map { row in
                        jsonObject(
                            ("line", .number("\(row.line)")),
                            ("giftCard", optional(row.masked)),
                            ("status", .string(row.status.rawValue)),
                            ("reason", optional(row.reason))
                        )
                    }
                )
            ),
            (
                "purges",
                .array(
                    purges.map { purge in
                        jsonObject(
                            ("part", .string(purge.part.rawValue)),
                            ("begunAt", .string(purge.begunAt.moment)),
                            ("doneAt", optional(purge.doneAt?.moment))
                        )
                    }
                )
            ),
            (
                "audit",
                .array(
                    audit.map { entry in
                        jsonObject(
                            ("at", .string(entry.at.moment)),
                            ("event", .string(entry.event)),
                            ("detail", .string(entry.detail)),
                            ("who", optional(entry.who))
                        )
                    }
                )
            )
        )
    }
}

extension Purge {
    /// `workspace: its sealed files, 2026-06-14T03:00:12Z`.
    fileprivate var text: String {
        let what =
            switch part {
            case .archive: "source, feed and bulk files on the drops"
            case .workspace: "its sealed files"
            case .ledger: "the texts of its rows, its stages and bulk operations"
            }
        let moment = doneAt?.moment ?? "begun \(begunAt.moment); the next purge goes on with it"
        return "\(part.rawValue): \(what), \(moment)"
    }
}
