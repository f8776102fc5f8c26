import Commerce
import Ledgers
import Pipelines
import Runner

extension Console {
    /// `/metrics`: for those who are known, or, where nobody can log in, for this machine.
    func metrics(for call: Call) async throws -> Reply {
        guard access.visitor(call) != nil else {
            return Reply.text(
                "unauthorized: send 'Authorization: Bearer' with the token of a user in 'web.users'\n",
                status: 401
            )
            .with(("www-authenticate", "Bearer"))
        }
        try await counters.update(from: ledger)
        var text = PrometheusText()
        text.add("dropline_build_info", .gauge, "The version that runs.", [["version": version]: 1])
        await addCounters(to: &text)
        try await addRuns(to: &text)
        addPipelines(to: &text)
        addRemotes(to: &text)
        var reply = Reply.text(text.text)
        reply.contentType = PrometheusText.contentType
        return reply
    }

    private func addCounters(to text: inout PrometheusText) async {
        text.add("dropline_files_total", .counter, "Files that came to their end, by outcome.", await counters.files)
        text.add("dropline_rows_total", .counter, "Rows of those files, by outcome.", await counters.rows)
        text.add("dropline_money_total", .counter, "What those rows are worth, by outcome.", await counters.money)
        text.add(
            "dropline_stage_duration_seconds",
            "How long the tries of stages took, counted once their run is at its end.",
            await counters.durations
        )
    }

    private func addRuns(to text: inout PrometheusText) async throws {
        let unfinished = RunQuery(states: RunState.unfinished)
        let (runs, operations) = try await ledger.read { ledger in
            let runs = try ledger.runs(unfinished)
            return (runs, try runs.map { ($0.pipeline, try ledger.operations(of: $0.id)) })
        }
        var byState: [Labels: Double] = [:]
        var inFlight: [Labels: Double] = [:]
        var failures: [Labels: Double] = [:]
        for pipeline in actions.pipelines {
            inFlight[["pipeline": pipeline.name]] = 0
            failures[["pipeline": pipeline.name]] = 0
            for state in RunState.allCases where !state.isFinal {
                byState[["pipeline": pipeline.name, "state": state.rawValue]] = 0
            }
        }
        for run in runs {
            byState[["pipeline": run.pipeline, "state": run.state.rawValue], default: 0] += 1
            failures[["pipeline": run.pipeline], default: 0] += Double(run.failures)
        }
        for (pipeline, operations) in operations {
            let running = operations.filter { $0.state == .started || $0.state == .unanswered }
            inFlight[["pipeline": pipeline], default: 0] += Double(running.count)
        }
        text.add("dropline_runs", .gauge, "Runs that are not at their end, by state.", byState)
        text.add("dropline_bulk_operations_in_flight", .gauge, "Bulk operations that run at a shop.", inFlight)
        text.add(
            "dropline_run_failures",
            .gauge,
            "Failed tries in a row of runs that are not at their end; they go back to 0 with a success.",
            failures
        )
    }

    private func addRemotes(to text: inout PrometheusText) {
        var errors: [Labels: Double] = [:]
        for (failure, count) in meters.failures {
            let (side, name) =
                switch failure.party {
                case .drop(let name): ("drop", name)
                case .shop(let name): ("shop", name)
                }
            errors[["side": side, "name": name, "code": failure.code]] = Double(count)
        }
        text.add("dropline_remote_errors_total", .counter, "Tries that a drop or a shop failed or refused.", errors)
        let budgets = meters.budgets
        func gauge(_ name: String, _ help: String, _ value: (CallBudget) -> Double) {
            let samples = budgets.map { (["shop": $0.key], value($0.value)) }
            text.add("dropline_shop_api_budget_" + name, .gauge, help, Dictionary(samples) { $1 })
        }
        gauge("available_points", "What was left of the shop's budget of calls when it last said so.") { $0.available }
        gauge("maximum_points", "How large the shop's budget of calls gets.") { $0.maximum }
        gauge("restore_points_per_second", "What comes back of the shop's budget of calls.") { $0.restoreRate }
    }

    private func addPipelines(to text: inout PrometheusText) {
        let now = PipelineClock.system.now()
        var activity: [Labels: Double] = [:]
        var (unclaimed, oldest, swept, seen) = (
            [Labels: Double](), [Labels: Double](), [Labels: Double](), [Labels: Double]()
        )
        for status in board.statuses {
            let labels: Labels = ["pipeline": status.name]
            for other in PipelineStatus.Activity.allCases {
                activity[labels.merging(["activity": other.rawValue]) { $1 }] = other == status.activity ? 1 : 0
            }
            unclaimed[labels] = Double(status.unclaimed)
            oldest[labels] = status.oldestUnclaimedSince.map { Double(max(0, now - $0)) / 1_000 } ?? 0
            if let ended = status.lastSweepEnded { swept[labels] = Double(ended) / 1_000 }
            if let last = status.lastSeen { seen[labels] = Double(last) / 1_000 }
        }
        text.add("dropline_pipeline_activity", .gauge, "1 for what the pipeline is doing now.", activity)
        text.add("dropline_unclaimed_files", .gauge, "Files that match and are not taken.", unclaimed)
        text.add("dropline_oldest_unclaimed_age_seconds", .gauge, "How long the oldest of them has been there.", oldest)
        text.add("dropline_last_sweep_timestamp_seconds", .gauge, "When the last sweep ended.", swept)
        text.add("dropline_source_last_seen_timestamp_seconds", .gauge, "When the source was last seen.", seen)
    }
}
