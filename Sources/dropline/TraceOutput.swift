import Commerce
import Foundation
import Ledgers
import Records

extension Trace {
    /// For people.
    var text: String {
        guard !rows.isEmpty else {
            return
                "nothing is known by this; give the last four characters of a code, an order, a card, a file's name or run:NUMBER"
        }
        let rest =
            more > 0 ? ["and \(isMoreUncounted ? "more than " : "")\(more) more; --limit shows more of them"] : []
        return (rows.map(\.text) + rest).joined(separator: "\n\n")
    }

    /// For scripts.
    var json: JSONValue {
        jsonObject(
            ("rows", .array(rows.map(\.json))),
            ("more", .number("\(more)")),
            ("moreIsAtLeast", .bool(isMoreUncounted))
        )
    }
}

extension Lineage {
    fileprivate var text: String {
        let value = row.value.flatMap { RunSummary(run: run, tallies: []).money($0) }
        let head = ["run \(run.id), line \(row.line):", row.masked ?? "…", row.status.rawValue, value.map { "\($0)" }]
        var lines = [head.compactMap(\.self).joined(separator: "  ")]
        func add(_ name: String, _ text: String?) {
            guard let text else { return }
            lines.append("  " + name.padding(toLength: 11, withPad: " ", startingAt: 0) + text)
        }
        add("reason", row.reason?.shown)
        // A dropped feed names the lines of the file that it was made from.
        let isFeed = feed?.kind == .source
        add("source", (archived?.place ?? sourcePlace) + (isFeed ? "" : ", line \(row.line)"))
        add("", "sha256 \(run.digest)")
        add("orders", orders)
        add("feed", feed.map { "\(isFeed ? "the source" : place(of: $0)), \"line\":\(row.line)" })
        add("bulk file", row.position.flatMap(bulkLine))
        add("operation", operation.map { "\($0.name): \($0.status ?? $0.state.rawValue)" })
        add("", operation?.remoteID)
        add("result", bulkResult.flatMap { _ in row.position }.map { "\"__lineNumber\":\($0.line)" })
        add("card", row.cardID)
        add("taken by", holder.map { "run \($0.run), line \($0.line): \($0.state.rawValue)" })
        if !run.state.isFinal { add("run", run.state.rawValue + (run.reason.map { ", \($0)" } ?? "")) }
        add(
            "purged",
            purges.isEmpty ? nil : purges.map(\.part.rawValue).joined(separator: ", ") + " of this run, by age"
        )
        add("next", next)
        return lines.joined(separator: "\n")
    }

    /// Where a file was published; its name alone where it was not.
    private func place(of artifact: Artifact) -> String { published(artifact)?.place ?? artifact.fileName.shown }

    /// The line of a bulk file that the row was sent on; `nil` for a place in a feed.
    private func bulkLine(_ position: BulkPosition) -> String? {
        guard !position.isInFeed else { return nil }
        let file = bulkFile.map(place(of:)) ?? "attempt \(position.attempt), part \(position.part)"
        return "\(file), line \(position.line + 1)"
    }

    private var orders: String? {
        let orders = [row.netSuiteOrder.map { "NetSuite \($0)" }, row.shopifyOrder.map { "Shopify \($0)" }]
        let known = orders.compactMap(\.self)
        return known.isEmpty ? nil : known.joined(separator: ", ").shown
    }

    private var sourcePlace: String {
        run.source.drop.map { "\($0):" + run.source.path.shown } ?? run.source.path.shown
    }

    /// The stage that decides again on a row that waits for another one: a shop's pipeline has such a row in its feed, and one that ends with feeds in none.
    private var decidingAgainAt: String { feed == nil ? "report" : "reconcile" }

    /// What fixes the row, where a person can.
    private var next: String? {
        switch row.status {
        case .activated, .alreadyActive, .alreadyInFeed: nil
        case .inFeed: run.state.isFinal ? nil : "dropline poll publishes the feed"
        case .held:
            "dropline approve \(run.id) --reason TEXT, once somebody has agreed to the amount; "
                + "else dropline refuse \(run.id) --reason TEXT"
        case .planned, .submitted:
            run.state == .stopped ? "fix what the run says, then dropline poll" : "dropline poll"
        case .unknown where row.doubt == .elsewhere:
            run.state.isFinal
                ? "dropline rerun \(run.id) --from \(decidingAgainAt) --reason TEXT, once that row is settled"
                : "dropline poll decides again once that row is settled"
        case .unknown: "dropline poll looks it up again; dropline resolve \(run.id) \(row.line) once a person knows"
        case .conflict where row.cardID != nil:
            "look at the card at the shop; its code is not sent again, and what replaces it needs another one"
        case .invalid, .refused, .conflict:
            "correct it, and drop it again in a new file"
                + (purges.contains { $0.part == .workspace } ? "" : ": dropline rejects \(run.id)")
        }
    }

    fileprivate var json: JSONValue {
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        func number(_ number: Int?) -> JSONValue { number.map { .number("\($0)") } ?? .null }
        func file(_ artifact: Artifact?, _ members: (String, JSONValue)...) -> JSONValue {
            guard let artifact else { return .null }
            let place = published(artifact)
            let known = [("file", text(artifact.fileName)), ("drop", text(place?.drop)), ("path", text(place?.path))]
            return .object(JSONObject((known + members).map { (key: $0.0, value: $0.1) }))
        }
        let value = row.value.flatMap { RunSummary(run: run, tallies: []).money($0) }
        return jsonObject(
            ("run", .number("\(run.id)")),
            ("runState", text(run.state.rawValue)),
            ("line", number(row.line)),
            ("giftCard", text(row.masked)),
            ("status", text(row.status.rawValue)),
            ("reason", text(row.reason)),
            ("value", text(value?.decimal)),
            ("currency", text(run.currency)),
            ("netsuiteOrderId", text(row.netSuiteOrder)),
            ("shopifyOrderId", text(row.shopifyOrder)),
            (
                "source",
                jsonObject(
                    ("file", text(run.source.name)),
                    ("sha256", text(run.digest)),
                    ("drop", text(archived?.drop ?? run.source.drop)),
                    ("path", text(archived?.path ?? run.source.path)),
                    ("line", number(row.line))
                )
            ),
            ("feed", file(feed, ("line", number(row.line)))),
            ("bulkFile", file(bulkFile, ("line", number(bulkFile.flatMap { _ in row.position.map { $0.line + 1 } })))),
            (
                "operation",
                operation.map { operation in
                    jsonObject(
                        ("name", text(operation.name)),
                        ("state", text(operation.state.rawValue)),
                        ("status", text(operation.status)),
                        ("id", text(operation.remoteID))
                    )
                } ?? .null
            ),
            ("resultLineNumber", number(bulkResult.flatMap { _ in row.position?.line })),
            ("giftCardId", text(row.cardID)),
            ("purged", .array(purges.map { .string($0.part.rawValue) })),
            (
                "takenBy",
                holder.map { item in
                    jsonObject(
                        ("run", .number("\(item.run)")),
                        ("line", number(item.line)),
                        ("state", text(item.state.rawValue))
                    )
                } ?? .null
            )
        )
    }
}

extension Delivery {
    fileprivate var place: String { "\(drop):\(path.shown)" }
}
