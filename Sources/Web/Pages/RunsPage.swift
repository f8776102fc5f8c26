import Ledgers
import Pipelines

extension Console {
    private static let perPage = 50
    private static let stuck = "stuck"

    func runsPage(_ call: Call, _ visitor: Visitor) async throws -> Reply {
        let text = (call.query["q"] ?? "").trimmingWhitespace
        if !text.isEmpty { return .redirect("/search?q=\(text.encoded)") }
        let pipeline = (call.query["pipeline"] ?? "").trimmingWhitespace
        let state = call.query["state"] ?? ""
        let days = Int64(call.query["days"] ?? "").flatMap { (1...3_650).contains($0) ? $0 : nil }
        var query = RunQuery(pipeline: pipeline.isEmpty ? nil : pipeline, states: Self.states(state))
        query.limit = Self.perPage + 1
        if let days { query.since = PipelineClock.system.now() - days * 86_400_000 }
        let asked = query
        var runs = try await ledger.read { try $0.runs(asked) }
        // Of the runs that wait, only those that have done so for too long are a person's.
        if state == Self.stuck { runs.removeAll { $0.state == .waiting && $0.attention == nil } }
        var view: View = [:]
        if runs.count > Self.perPage {
            runs.removeFirst(runs.count - Self.perPage)
            view["more"] = "Only the newest \(Self.perPage) are shown: choose a pipeline, a state or a time."
        }
        view["runs"] = try await runViews(runs.reversed())
        view["isEmpty"] = runs.isEmpty
        let names = Set(actions.pipelines.map(\.name)).union(pipeline.isEmpty ? [] : [pipeline]).sorted()
        view["pipelines"] = names.map { ["name": $0, "selected": $0 == pipeline] as View }
        let words = [(Self.stuck, "needs a person")] + RunState.allCases.map { ($0.rawValue, $0.rawValue) }
        view["states"] = words.map { ["value": $0.0, "word": $0.1, "selected": $0.0 == state] as View }
        let times: [(Int64, String)] = [(1, "the last day"), (7, "the last week"), (14, "two weeks"), (90, "90 days")]
        view["times"] = times.map { ["value": "\($0.0)", "word": $0.1, "selected": $0.0 == days] as View }
        return page("Runs", "runs", view, visitor, place: "runs")
    }

    private static func states(_ text: String) -> Set<RunState>? {
        text == stuck ? [.held, .stopped, .waiting, .quarantined, .incomplete] : RunState(rawValue: text).map { [$0] }
    }

    /// What a list shows of runs.
    func runViews(_ runs: [Run]) async throws -> [View] {
        let counts = try await tallies.tallies(of: runs, from: ledger)
        return runs.map { run in
            let tallies = counts[run.id] ?? []
            var view: View = [
                "number": "\(run.id)", "pipeline": run.pipeline, "pipelinePath": "/pipelines/\(run.pipeline.encoded)",
                "file": run.source.name, "state": run.state.rawValue, "tone": run.state.tone,
                "at": run.createdAt.momentView,
                // A template would look for what is missing here in the page around.
                "money": false, "reason": false,
                "rows": tallies.reduce(0) { $0 + $1.rows }.grouped,
                "tallies": tallies.map {
                    ["words": "\($0.rows.grouped) \($0.status.rawValue)", "tone": $0.status.tone] as View
                },
            ]
            let value = tallies.reduce(0) { $0 + $1.value }
            if run.currency != nil, !tallies.isEmpty { view["money"] = money(value, run.currency) }
            // What stops a file from being put aside is not why it is.
            let told = run.state == .stopped || run.state == .waiting ? run.attention : nil
            let hold = run.state.isFinal ? nil : run.hold
            if let reason = told ?? run.reason ?? hold ?? run.attention { view["reason"] = reason }
            return view
        }
    }
}
