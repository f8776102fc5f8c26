import Foundation
import Ledgers
import Pipelines

extension Console {
    func pipelinePage(_ name: String, _ visitor: Visitor) async throws -> Reply {
        let name = try known(name)
        var query = RunQuery(pipeline: name)
        query.limit = 15
        let asked = query
        let runs = try await ledger.read { try $0.runs(asked) }
        var view = try await pipelineViews([name], visitor).first ?? [:]
        let facts = actions.pipelines.first { $0.name == name }
        view["stages"] = (facts?.stages ?? []).map { ["name": $0] as View }
        if let source = facts?.source { view["source"] = source }
        view["runs"] = try await runViews(runs.reversed())
        view["isEmpty"] = runs.isEmpty
        view["largest"] = Int64(access.settings.largestUpload).bytesText
        view["pipeline"] = name
        return page(name, "pipeline", view, visitor, place: "overview")
    }

    /// What would become of a file that was dropped on the page; it is kept in memory until the person decides.
    func foreseenPage(_ form: Form, _ pipeline: String, _ visitor: Visitor) async throws -> Reply {
        guard let file = form.files["file"], !file.name.isEmpty else {
            throw Reply.message(400, "Choose a file first.")
        }
        guard Self.isPlain(file.name) else {
            throw Reply.message(
                400,
                "The file's name has signs that can't stand in a name; rename it and drop it again."
            )
        }
        let foreseen = try await actions.foresee(file, for: pipeline)
        let run = foreseen.run
        var view: View = [
            "pipeline": pipeline, "path": "/pipelines/\(pipeline.encoded)", "file": file.name,
            "size": Int64(file.bytes.count).bytesText, "faults": foreseen.faults.map { ["text": $0] as View },
            "rowCount": foreseen.tallies.reduce(0) { $0 + $1.rows }.counted("row"),
            "tallies": foreseen.tallies.map {
                [
                    "words": $0.status.foreseen, "tone": $0.status.tone, "rows": $0.rows.grouped,
                    "money": money($0.value, run.currency),
                ] as View
            },
            "rows": foreseen.rows.map { Self.rowView($0, run) }, "hasRows": !foreseen.rows.isEmpty,
            "outcome": Self.outcome(run), "isEmpty": foreseen.tallies.isEmpty,
        ]
        if let session = visitor.session {
            let held = Sessions.HeldFile(file: file, pipeline: pipeline)
            if let kept = access.sessions.hold(held, of: session) { view["kept"] = kept }
        }
        view["takes"] = view["kept"] != nil && foreseen.faults.isEmpty && [.done, .held].contains(run.state)
        return page("Dry run of \(file.name)", "foreseen", view, visitor, place: "overview")
    }

    func take(_ form: Form, _ pipeline: String, _ visitor: Visitor, _ decision: Decision) async throws -> Reply {
        let name = form["file"]
        let taken = visitor.session.flatMap { session in
            access.sessions.change(session) { session in session.files.removeValue(forKey: name) }
        }
        guard case .some(.some(let held)) = taken, held.pipeline == pipeline else {
            throw Reply.message(409, "The file is not kept any more; drop it again.")
        }
        return .redirect("/runs/\(try await actions.take(held.file, for: pipeline, decision))")
    }

    private static func isPlain(_ name: String) -> Bool {
        name.utf8.count <= 200 && !name.hasPrefix(".") && !name.contains("/")
            && !name.unicodeScalars.contains { $0.properties.generalCategory == .control || $0.value == 0x202E }
    }

    private static func outcome(_ run: Run) -> String {
        let reason = run.hold ?? run.reason ?? ""
        return switch run.state {
        case .done: "It would be processed."
        case .held: "It would be held until somebody approves or refuses it: \(reason)"
        case .waiting: "It would wait: \(reason)"
        case .duplicate: "It would be skipped: \(reason)"
        case .empty: "It would be recorded as empty: \(reason)"
        case .quarantined, .incomplete: "It can't be read: \(reason)"
        case .open, .stopped: "It would fail: \(reason)"
        }
    }
}

extension RowStatus {
    /// The status as a dry run says it.
    fileprivate var foreseen: String {
        switch self {
        case .activated, .planned, .submitted: "would be created"
        case .alreadyActive: "already active"
        case .inFeed: "would be in the feed"
        case .alreadyInFeed: "in an earlier feed"
        default: rawValue
        }
    }
}
