import Ledgers
import Pipelines

extension Console {
    private static let mostFound = 50

    /// Rows and runs that a text leads to: the end of a code, an order, a file, a card, a run.
    func searchPage(_ call: Call, _ visitor: Visitor) async throws -> Reply {
        let text = String((call.query["q"] ?? "").trimmingWhitespace.prefix(200))
        let line = Int(call.query["line"] ?? "")
        var view: View = ["text": text]
        if let line { view["lineText"] = "\(line)" }
        guard !text.isEmpty else { return page("Search", "search", view, visitor, place: "search") }
        let (trace, runs) = try await ledger.read { ledger in
            var query = RunQuery()
            (query.sourceName, query.limit) = (text, 20)
            var runs = try ledger.runs(query)
            if let number = Int64(text), let run = try ledger.run(RunID(number)) { runs.append(run) }
            return (try Trace(text, line: line, limit: Self.mostFound, from: ledger), runs)
        }
        view["rows"] = trace.rows.map { lineage in
            var view = Self.rowView(lineage.row, lineage.run)
            view["number"] = "\(lineage.run.id)"
            view["file"] = lineage.run.source.name
            view["at"] = lineage.run.createdAt.momentView
            return view
        }
        view["hasRows"] = !trace.rows.isEmpty
        view["runs"] = try await runViews(runs.reversed())
        view["hasRuns"] = !runs.isEmpty
        view["nothing"] = trace.rows.isEmpty && runs.isEmpty
        if trace.more > 0 {
            view["more"] =
                "and \(trace.isMoreUncounted ? "more than " : "")\(trace.more.counted("row")) more: give a line too, or search for something that fits fewer"
        }
        return page("Search: \(text)", "search", view, visitor, place: "search")
    }

    /// One row's whole way, from its line to its card.
    func linePage(_ id: RunID, _ line: Int, _ visitor: Visitor) async throws -> Reply {
        let found = try await ledger.read { try Lineage(of: RowPlace(run: id, line: line), from: $0) }
        guard let lineage = found else { throw Reply.message(404, "Run \(id) has no row on line \(line).") }
        let (run, row) = (lineage.run, lineage.row)
        var view = Self.rowView(row, run)
        view["number"] = "\(id)"
        view["pipeline"] = run.pipeline
        view["steps"] = Self.steps(lineage)
        if let card = row.cardID { view["cardID"] = card }
        if let holder = lineage.holder {
            view["holder"] =
                [
                    "words": "line \(holder.line) of run \(holder.run), where it is \(holder.state.rawValue)",
                    "path": "/runs/\(holder.run)/lines/\(holder.line)",
                ] as View
        }
        if row.status == .unknown, row.doubt != .elsewhere, visitor.canAct, let token = visitor.formToken {
            let words = [
                "activated": "made from this row", "already-active": "made by somebody else, same value",
                "refused": "no card came of it", "conflict": "the code belongs to another card, or the card is wrong",
            ]
            view["resolve"] =
                [
                    "token": token,
                    "choices": ResolvedStatus.allCases.map {
                        ["value": $0.rawValue, "words": words[$0.rawValue] ?? ""] as View
                    },
                ] as View
        }
        return page("Line \(line) of run \(id)", "line", view, visitor, place: "search")
    }

    /// Source, feed, bulk file, operation, result, card: each step that the row has come through.
    private static func steps(_ lineage: Lineage) -> [View] {
        let (run, row) = (lineage.run, lineage.row)
        func place(_ artifact: Artifact) -> String {
            lineage.published(artifact).map { "\($0.drop):\($0.path)" } ?? "kept sealed in the workspace"
        }
        var steps: [View] = []
        func add(_ name: String, _ fact: String, _ place: String, tone: String = "good") {
            steps.append(["name": name, "fact": fact, "place": place, "tone": tone])
        }
        let source =
            lineage.archived.map { "\($0.drop):\($0.path)" } ?? (run.source.drop.map { "\($0):" } ?? "")
            + run.source.path
        add("source", "line \(row.line) of \(run.source.name)", source)
        if let feed = lineage.feed { add("feed", feed.fileName, place(feed)) }
        if let file = lineage.bulkFile, let position = row.position {
            add("bulk file", "line \(position.line + 1) of \(file.fileName), attempt \(position.attempt)", place(file))
        }
        if let operation = lineage.operation {
            add(
                "bulk operation",
                "\(operation.status ?? operation.state.rawValue): \(operation.name)",
                operation.remoteID ?? ""
            )
        }
        if let result = lineage.bulkResult { add("Shopify's answer", result.fileName, place(result)) }
        add(
            "outcome",
            row.status.rawValue + (row.reason.map { ": \($0)" } ?? ""),
            row.cardID ?? "",
            tone: row.status.tone
        )
        return steps
    }
}
