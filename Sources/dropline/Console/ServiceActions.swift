import Assembly
import Ledgers
import Logging
import Pipelines
import Runner
import Synchronization
import Web

/// Does what the console's buttons say, as the commands of the same names do it: with an installation opened for each, and the ledger's claims between
/// it and the sweeps.
final class ServiceActions: ConsoleActions {
    private let configuration: @Sendable () -> Configuration
    private let board: ServiceBoard
    private let meters: RemoteMeters
    private let sweepNow: @Sendable (String) -> Void
    private let logger: Logger
    /// Files are looked at one after another: each holds a copy of the ledger meanwhile.
    private let isForeseeing = Mutex(false)

    /// Acts by the configuration of the moment; `sweepNow` has a pipeline swept that the board has no loop for.
    init(
        _ configuration: @escaping @Sendable () -> Configuration,
        board: ServiceBoard,
        meters: RemoteMeters,
        logger: Logger,
        sweepNow: @escaping @Sendable (String) -> Void
    ) {
        (self.configuration, self.board, self.meters) = (configuration, board, meters)
        (self.logger, self.sweepNow) = (logger, sweepNow)
    }

    var pipelines: [PipelineFacts] {
        configuration().pipelines.map { PipelineFacts(name: $0.name, stages: $0.stageNames, source: $0.sourceWords) }
    }

    func runNow(_ pipeline: String, _ decision: Decision) async throws {
        let ledger = try configuration().makeLedger()
        try await ledger.requireUnpaused(pipeline)
        try await ledger.write { try $0.add(decision.entry("sweep-asked", "pipeline \(pipeline)", run: nil)) }
        wake(pipeline)
    }

    func rerun(_ id: RunID, from stage: String, _ decision: Decision) async throws {
        try await withPipeline(of: id) { opened, pipeline, run in
            guard pipeline.chain.contains(where: { $0.rawValue == stage }) else {
                throw Refusal(.wrongUsage, "the pipeline '\(pipeline.name)' has no stage '\(stage)'")
            }
            try await opened.requestReruns(of: [run], from: stage, again: false, decision)
        }
    }

    func approve(_ id: RunID, _ decision: Decision) async throws -> String {
        let ledger = try configuration().requireLedger(for: id)
        let known = try await ledger.knownRun(id)
        let configuration = configuration()
        try configuration.requirePipeline(of: known)
        let approval = try await ledger.approve(
            id,
            needsTwoPeople: configuration.needsTwoPeople(toApprove: known),
            decision
        )
        wake(known.pipeline)
        return
            "Run \(id) is released: \(approval.rows) row\(approval.rows == 1 ? "" : "s"), \(known.shown(approval.value))."
    }

    func refuse(_ id: RunID, _ decision: Decision) async throws -> String {
        let configuration = configuration()
        let known = try await configuration.requireLedger(for: id).knownRun(id)
        try configuration.requirePipeline(of: known)
        let installation = try await configuration.openInstallation(logger: logger, meters: meters)
        let refused = try await installation.refuse(id, decision)
        wake(known.pipeline)
        return
            "Run \(id) is refused: \(refused.rows) row\(refused.rows == 1 ? "" : "s"), \(known.shown(refused.value)). None of it is sent."
    }

    func cancel(_ id: RunID, _ decision: Decision) async throws -> String {
        var lines: [String] = []
        try await withPipeline(of: id) { opened, pipeline, _ in
            lines = try await opened.cancelOperations(of: id, of: pipeline, decision).lines
        }
        return lines.joined(separator: "\n")
    }

    func resolve(_ resolution: Resolution, _ decision: Decision) async throws {
        try await withPipeline(of: resolution.run) { opened, pipeline, _ in
            _ = try await opened.resolve(resolution, of: pipeline, decision)
        }
    }

    func pause(_ pipeline: String, _ decision: Decision) async throws {
        try await configuration().makeLedger().pause(pipeline, decision)
        wake(pipeline)
    }

    func resume(_ pipeline: String, _ decision: Decision) async throws {
        try await configuration().makeLedger().resume(pipeline, decision)
        wake(pipeline)
    }

    // MARK: - Files

    func foresee(_ file: DroppedFile, for name: String) async throws -> DryRunResult {
        let isFree = isForeseeing.withLock { isBusy in
            defer { isBusy = true }
            return !isBusy
        }
        guard isFree else { throw Refusal(.notNow, "another dry run is under way; try again in a moment") }
        defer { isForeseeing.withLock { $0 = false } }
        var quiet = logger
        quiet.logLevel = .critical
        let configuration = configuration()
        return try await configuration.withDryRun(of: name, output: nil, logger: quiet, meters: meters) { opened in
            guard let pipeline = opened.pipelines.first else { throw Refusal(.wrongUsage, "no pipeline '\(name)'") }
            let run = try await opened.take(file.bytes, named: file.name, for: pipeline, giving: nil)
            let report = try await opened.runner(pipeline).follow([run], wait: .zero)
            let faults = report.faults.map(\.message)
            return try await opened.installation.ledger.read { ledger in
                guard let foreseen = try ledger.run(run) else { throw Refusal.unknownRun(run) }
                return DryRunResult(
                    run: foreseen,
                    tallies: try ledger.tallies(of: run),
                    rows: try ledger.rows(
                        of: run,
                        statuses: [.invalid, .conflict, .alreadyActive, .alreadyInFeed, .unknown, .held],
                        after: 0,
                        limit: Self.mostRows
                    ),
                    faults: faults
                )
            }
        }
    }

    func take(_ file: DroppedFile, for name: String, _ decision: Decision) async throws -> RunID {
        let configuration = configuration()
        let id = try await configuration.withInstallation(logger: logger, meters: meters, only: [name]) { opened in
            guard let pipeline = opened.pipelines.first else { throw Refusal(.wrongUsage, "no pipeline '\(name)'") }
            try await opened.installation.ledger.requireUnpaused(name)
            let giving = decision.entry(AuditEntry.dropped, "\(file.name) on the console", run: nil)
            return try await opened.take(file.bytes, named: file.name, for: pipeline, giving: giving)
        }
        wake(name)
        return id
    }

    private static let mostRows = 100

    // MARK: - Common

    private func withPipeline(
        of id: RunID,
        _ body: (OpenInstallation, Pipeline, Run) async throws -> Void
    ) async throws {
        let configuration = configuration()
        let known = try await configuration.requireLedger(for: id).knownRun(id)
        try configuration.requirePipeline(of: known)
        try await configuration.withInstallation(logger: logger, meters: meters, only: [known.pipeline]) { opened in
            guard let pipeline = opened.pipelines.first else { return }
            try await body(opened, pipeline, known)
        }
        wake(known.pipeline)
    }

    private func wake(_ pipeline: String) {
        if !board.sweepNow(pipeline) { sweepNow(pipeline) }
    }
}
