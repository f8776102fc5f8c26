import Foundation
public import Ledgers
public import Pipelines
import PollStage
public import Runner

/// A stage that a person named and that a pipeline has not: wrong usage.
public struct UnknownStage: Error, Sendable, CustomStringConvertible {
    let name: String
    let pipeline: Pipeline

    /// The name, and the stages that there are.
    public var description: String {
        "the pipeline '\(pipeline.name)' has no stage '\(name)'; it has: "
            + pipeline.chain.map(\.rawValue).joined(separator: ", ")
    }
}

extension OpenInstallation {
    /// Records that runs are to run again from a stage, their first one where none is named: all of them, or none.
    ///
    /// Throws `UnknownStage`, and `Refusal` for a run that can't run again, as the kept source stands.
    public func requestReruns(
        of runs: [Run],
        from stage: String?,
        again: Bool,
        _ decision: Decision
    ) async throws {
        var requests: [RerunRequest] = []
        for run in runs {
            guard let pipeline = pipelines.first(where: { $0.name == run.pipeline }) else { continue }
            let chain = pipeline.chain
            guard let from = stage == nil ? chain.first : chain.first(where: { $0.rawValue == stage }) else {
                throw UnknownStage(name: stage ?? "", pipeline: pipeline)
            }
            try await requireFiles(of: run, for: from, in: pipeline)
            requests.append(RerunRequest(run: run.id, chain: chain, from: from, again: again))
        }
        try await installation.ledger.request(requests, decision)
    }

    /// Brings runs as far as they go within `wait`, pipeline by pipeline at once; reports in the order of the pipelines' names.
    public func follow(_ runs: [Run], wait: Duration) async throws -> [SweepReport] {
        let byPipeline = Dictionary(grouping: runs, by: \.pipeline).mapValues { $0.map(\.id).sorted() }
        return try await withThrowingTaskGroup(of: SweepReport.self) { group in
            for pipeline in pipelines {
                guard let runs = byPipeline[pipeline.name] else { continue }
                group.addTask { try await runner(pipeline).follow(runs, wait: wait) }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.pipeline < $1.pipeline }
        }
    }

    /// Makes sure that the workspace still has what the stage begins with, the source as it was recorded, and that a file which was put aside before its
    /// rows were read would now be taken.
    private func requireFiles(of run: Run, for stage: StageName, in pipeline: Pipeline) async throws {
        // A purged run is told as such, not as one whose files were lost.
        let artifacts = try await installation.ledger.read { ledger in
            try ledger.requireUnpurged(run.id, [.workspace, .ledger])
            return try ledger.artifacts(of: run.id)
        }
        let (isFirst, isLast) = (stage == pipeline.chain.first, stage == pipeline.chain.last)
        let published: [ArtifactKind] = [.activationFeed, .bulkFile, .results, .rejects]
        let needed = isLast ? published : isFirst ? [.source] : [.source, .activationFeed]
        for artifact in artifacts where needed.contains(artifact.kind) {
            guard !FileManager.default.fileExists(atPath: installation.workspace.root + "/" + artifact.path) else {
                continue
            }
            let advice = artifact.kind == .source ? "have the file dropped again" : "run it again from an earlier stage"
            throw Refusal(.wrongUsage, "the \(artifact.kind) of run \(run.id) is not kept any more; \(advice)")
        }
        guard !isLast, let source = artifacts.first(where: { $0.kind == .source }) else { return }
        let doubt = try KeptSource(source, of: run.id, in: pipeline, try await installation.withCurrentKeys()).doubt()
        guard run.verdict != nil, run.verdict != .incomplete, let doubt else { return }
        throw Refusal(.notNow, "run \(run.id) would be put aside again: \(doubt)")
    }
}
