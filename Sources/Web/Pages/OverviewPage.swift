import FileDrops
import Foundation
import Ledgers
import Pipelines
import Runner

extension Console {
    func overviewPage(_ visitor: Visitor) async throws -> Reply {
        page("Overview", "overview", ["table": try await overviewTable(visitor)], visitor, place: "overview")
    }

    /// All pipelines; asked for again and again by a page that is open.
    func overviewTable(_ visitor: Visitor) async throws -> String {
        let facts = try await pipelineViews(actions.pipelines.map(\.name), visitor)
        return Templates.render("pipelines", ["pipelines": facts, "isEmpty": facts.isEmpty])
    }

    /// What is shown of some pipelines: state, runs, counts, and the last two weeks.
    func pipelineViews(_ names: [String], _ visitor: Visitor) async throws -> [View] {
        let days = WeekChart.days(before: Date(), in: .current)
        let since = Int64((days.first ?? Date()).timeIntervalSince1970 * 1_000)
        let (runs, pauses, stuck, passed) = try await ledger.read { ledger in
            var (runs, pauses, stuck) = ([String: [Run]](), [String: Pause](), [String: Int]())
            var passed: [String: [PassedOverFile]] = [:]
            for name in names {
                var query = RunQuery(pipeline: name)
                (query.since, query.limit) = (since, 5_000)
                runs[name] = try ledger.runs(query)
                if runs[name]?.isEmpty == true {
                    (query.since, query.limit) = (nil, 1)
                    runs[name] = try ledger.runs(query)
                }
                pauses[name] = try ledger.pause(of: name)
                let open = try ledger.runs(RunQuery(pipeline: name, states: [.held, .stopped, .waiting]))
                stuck[name] = open.filter { $0.state != .waiting || $0.attention != nil }.count
                passed[name] = try ledger.passedOverFiles(of: name)
            }
            return (runs, pauses, stuck, passed)
        }
        let counts = try await tallies.tallies(of: runs.values.flatMap { $0 }, from: ledger)
        return names.map { name in
            var view = pipelineView(name, runs[name] ?? [], pauses[name], stuck[name] ?? 0, counts, days)
            if let passed = passed[name], !passed.isEmpty {
                view["passed"] = Self.view(of: passed, on: "/pipelines/\(name.encoded)")
            }
            return view
        }
    }

    /// Files that lie there and are not taken because of their names.
    private static func view(of passed: [PassedOverFile], on page: String) -> View {
        let most = 20
        var view: View = [
            "place": page + "#not-taken",
            "words":
                "\(passed.count.counted("file")) not taken because of \(passed.count == 1 ? "its name" : "their names")",
            "files": passed.prefix(most).map { file in
                ["path": ShownText.harmless(file.path), "why": file.reason, "since": file.since.momentView] as View
            },
        ]
        if passed.count > most { view["more"] = (passed.count - most).counted("more file") }
        return view
    }

    private func pipelineView(
        _ name: String,
        _ runs: [Run],
        _ pause: Pause?,
        _ stuck: Int,
        _ counts: [RunID: [Tally]],
        _ days: [Date]
    ) -> View {
        let status = board.status(of: name)
        let today = runs.filter { $0.createdAt >= Int64((days.last ?? Date()).timeIntervalSince1970 * 1_000) }
        var (rows, accepted, worth) = (0, 0, Sums())
        for run in today {
            for tally in counts[run.id] ?? [] {
                rows += tally.rows
                guard tally.status.isAccepted else { continue }
                accepted += tally.rows
                worth.add(tally.value, run.currency)
            }
        }
        var view: View = [
            "name": name, "path": "/pipelines/\(name.encoded)",
            "files": today.count.grouped, "rows": rows.grouped, "accepted": accepted.grouped,
            "chart": WeekChart(days: days, runs: runs, counts: counts).view,
            "runsPath": "/runs?pipeline=\(name.encoded)",
        ]
        if let text = worth.text { view["money"] = text }
        if stuck > 0 {
            view["stuck"] = ["words": stuck.counted("run"), "path": "/runs?pipeline=\(name.encoded)&state=stuck"]
        }
        let state = Self.state(status, pause)
        view["state"] = ["word": state.word, "tone": state.tone]
        if let reason = state.reason { view["reason"] = reason }
        if pause != nil { view["isPaused"] = true }
        if let schedule = status?.schedule { view["schedule"] = schedule }
        if let next = status?.nextSweep, pause == nil { view["next"] = next.momentView }
        if let swept = status?.lastSweepEnded { view["swept"] = swept.momentView }
        if let unclaimed = status?.unclaimed, unclaimed > 0 {
            var waiting: View = ["words": "\(unclaimed.counted("file")) not taken yet"]
            if let since = status?.oldestUnclaimedSince { waiting["since"] = since.momentView }
            view["unclaimed"] = waiting
        }
        if let last = runs.last {
            view["last"] = [
                "number": "\(last.id)", "state": last.state.rawValue, "tone": last.state.tone,
                "at": last.createdAt.momentView,
            ]
        }
        return view
    }

    /// A pipeline's state in a word, its colour, and why.
    private static func state(_ status: PipelineStatus?, _ pause: Pause?) -> (
        word: String, tone: String, reason: String?
    ) {
        if let pause { return ("paused", "warn", "by \(pause.who): \(pause.reason)") }
        guard let status else { return ("not scheduled", "quiet", nil) }
        if status.isOverdue(now: PipelineClock.system.now()) {
            return ("not swept", "bad", "its loop has stopped; restart Dropline")
        }
        return switch status.activity {
        case .idle: ("idle", "good", nil)
        case .sweeping: ("sweeping", "busy", nil)
        case .paused: ("paused", "warn", status.reason)
        case .cannotSee: ("cannot see its drop", "bad", status.reason)
        case .failing: ("failing", "bad", status.reason)
        }
    }
}
