import Ledgers
import Pipelines

extension Console {
    private static let mostRows = 200

    func runPage(_ id: RunID, _ visitor: Visitor) async throws -> Reply {
        let (artifacts, operations, deliveries, rows, held, audit) = try await ledger.read { ledger in
            (
                try ledger.artifacts(of: id), try ledger.operations(of: id), try ledger.deliveries(of: id),
                try ledger.rows(
                    of: id,
                    statuses: [.invalid, .refused, .conflict, .held, .unknown],
                    after: 0,
                    limit: Self.mostRows + 1
                ),
                try ledger.rows(of: id, statuses: [.held], after: 0, limit: 1),
                try ledger.audit(of: id)
            )
        }
        let run = try await ledger.knownRunOnPage(id)
        var view: View = [
            "number": "\(run.id)", "pipeline": run.pipeline, "pipelinePath": "/pipelines/\(run.pipeline.encoded)",
            "file": run.source.name,
            "place": (run.source.drop.map { "\($0):" } ?? "") + run.source.path, "size": run.source.size.bytesText,
            "digest": run.digest, "taken": run.createdAt.momentView, "attempt": "\(run.attempt)",
            "progress": try await runProgress(id, visitor),
        ]
        if run.shop != "" { view["shop"] = run.shop }
        if let finished = run.finishedAt { view["finished"] = finished.momentView }
        view["artifacts"] = artifacts.map { artifact in
            let delivery = deliveries.first {
                $0.kind == artifact.kind && $0.attempt == artifact.attempt && $0.part == artifact.part
            }
            var view: View = [
                "kind": artifact.kind.rawValue, "name": artifact.fileName,
                "count": artifact.count == 0 ? "–" : artifact.count.grouped,
                "size": artifact.size.bytesText, "place": false,
            ]
            if let delivery { view["place"] = "\(delivery.drop):\(delivery.path) (\(delivery.state.rawValue))" }
            return view
        }
        view["hasArtifacts"] = !artifacts.isEmpty
        view["rejected"] = rows.prefix(Self.mostRows).map { Self.rowView($0, run) }
        view["hasRejected"] = !rows.isEmpty
        if rows.count > Self.mostRows {
            view["moreRejected"] =
                "Only the first \(Self.mostRows) are shown; 'dropline rejects \(id)' writes all of them to a file."
        }
        view["audit"] = audit.reversed().map { Self.auditView($0, withRun: false) }
        view["buttons"] = buttons(run, operations, holdsRows: !held.isEmpty, visitor)
        return page("Run \(id)", "run", view, visitor, place: "runs")
    }

    /// What changes while a run goes on: its state, its counts, its stages, its bulk operations.
    func runProgress(_ id: RunID, _ visitor: Visitor) async throws -> String {
        let run = try await ledger.knownRunOnPage(id)
        let counts = try await tallies.tallies(of: [run], from: ledger)[id] ?? []
        let (records, operations) = try await ledger.read {
            (try $0.stageRecords(of: id), try $0.operations(of: id))
        }
        var view: View = [
            "number": "\(id)", "state": run.state.rawValue, "tone": run.state.tone,
            "tallies": counts.map {
                [
                    "status": $0.status.rawValue, "tone": $0.status.tone, "rows": $0.rows.grouped,
                    "money": money($0.value, run.currency),
                ] as View
            },
            "hasRows": !counts.isEmpty,
            "total": [
                "rows": counts.reduce(0) { $0 + $1.rows }.grouped,
                "money": money(counts.reduce(0) { $0 + $1.value }, run.currency),
            ] as View,
        ]
        // A page that is open asks again only while something may change by itself.
        if !run.state.isFinal { view["live"] = "/runs/\(id)/live" }
        for (name, text) in [
            ("reason", run.reason), ("hold", run.state.isFinal ? nil : run.hold), ("attention", run.attention),
            ("next", run.nextStage),
        ] {
            if let text { view[name] = text }
        }
        view["stages"] = timeline(run, records)
        view["operations"] = operations.map { operation in
            var view: View = [
                "name": operation.name,
                "state": (operation.status ?? operation.state.rawValue) + (operation.errorCode.map { ", \($0)" } ?? ""),
                "done": "\(operation.progress)", "total": "\(max(1, operation.total))",
                "words": "\(operation.progress.grouped) of \(operation.total.counted("line"))",
                "sent": operation.sentAt.momentView,
            ]
            if let remote = operation.remoteID { view["remote"] = remote }
            if let failed = operation.failedTries { view["failed"] = failed.words }
            if let slotSince = operation.slotSince { view["slotSince"] = slotSince.momentView }
            if let cancelled = operation.cancelAskedAt { view["cancelled"] = cancelled.momentView }
            return view
        }
        view["hasOperations"] = !operations.isEmpty
        return Templates.render("progress", view)
    }

    /// Each try of each stage in its order, then the stages that are still to come.
    private func timeline(_ run: Run, _ records: [StageRecord]) -> [View] {
        var steps: [View] = [["name": "taken", "outcome": "finished", "tone": "good", "at": run.createdAt.momentView]]
        steps += records.map { record in
            var view: View = [
                "name": record.stage, "outcome": record.outcome, "at": record.endedAt.momentView,
                "tone": ["finished": "good", "again": "busy", "held": "warn"][record.outcome] ?? "bad",
                "length": (record.endedAt - record.startedAt).lengthText,
            ]
            if record.attempt > 1 { view["attempt"] = "\(record.attempt)" }
            if let detail = record.detail { view["detail"] = detail }
            return view
        }
        let stages = actions.pipelines.first { $0.name == run.pipeline }?.stages ?? []
        if let next = run.nextStage, let index = stages.firstIndex(of: next) {
            steps += stages[index...].map { ["name": $0, "outcome": "to come", "tone": "quiet"] as View }
        }
        return steps
    }

    /// The forms that fit the run's state, for somebody who may act.
    private func buttons(_ run: Run, _ operations: [Ledgers.Operation], holdsRows: Bool, _ visitor: Visitor) -> View {
        guard visitor.canAct, let token = visitor.formToken else { return [:] }
        var view: View = ["token": token, "number": "\(run.id)"]
        if run.state == .held {
            view["approve"] = true
            // A run that is held by a failure has nothing to refuse.
            if holdsRows { view["refuse"] = true }
        }
        if operations.contains(where: { $0.isAtShop || $0.slotSince != nil }) { view["cancel"] = true }
        let stages = actions.pipelines.first { $0.name == run.pipeline }?.stages ?? []
        if run.state.isFinal || run.state == .stopped, !stages.isEmpty {
            view["rerun"] = ["stages": stages.map { ["name": $0] as View }] as View
        }
        view["any"] = ["approve", "cancel", "rerun"].contains { view[$0] != nil }
        return view
    }

    static func rowView(_ row: Row, _ run: Run) -> View {
        var view: View = [
            "line": "\(row.line)", "path": "/runs/\(run.id)/lines/\(row.line)", "card": row.masked ?? "…",
            "status": row.status.rawValue, "tone": row.status.tone, "reason": row.reason ?? "",
        ]
        if let value = row.value { view["money"] = money(value, run.currency) }
        if let order = row.netSuiteOrder { view["netSuiteOrder"] = order }
        if let order = row.shopifyOrder { view["shopifyOrder"] = order }
        return view
    }
}

extension Ledger {
    /// The run of a number in an address.
    func knownRunOnPage(_ id: RunID) async throws -> Run {
        guard let run = try await read({ try $0.run(id) }) else { throw Reply.message(404, "There is no run \(id).") }
        return run
    }
}
