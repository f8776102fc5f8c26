import CommandSupport
import Foundation
import Testing

/// Every case beside the pipeline, polled by the real binary against a real sandbox.
@Suite struct PipelineCaseTests {
    @Test func `every sample is the input of a case or of a test`() throws {
        let samples = try FileManager.default.contentsOfDirectory(
            atPath: PipelineCase.repository + "/samples/gift-card-fulfillment"
        )
        let pipelines = [Installation.pipeline, Installation.serverPipeline]
        let used = try pipelines.flatMap { pipeline in
            try PipelineCase.names(of: pipeline).flatMap { try PipelineCase($0, of: pipeline).input.map(\.name) }
        }
        expectSame(Set(samples).subtracting(used + RowStatusTests.samples).sorted(), [])
    }

    @Test func `every dropped feed is the input of a case, and has its line in the list of samples`() throws {
        let folder = PipelineCase.repository + "/samples/"
        let samples = try FileManager.default.contentsOfDirectory(atPath: folder + "activation-feeds")
        let used = try PipelineCase.names(of: DroppedFeedTests.pipeline).flatMap {
            try FileManager.default.contentsOfDirectory(
                atPath: PipelineCase.repository + "/pipelines/\(DroppedFeedTests.pipeline)/\($0)/input"
            )
        }
        expectSame(samples.sorted(), used.sorted())
        let list = try String(contentsOfFile: folder + "README.md", encoding: .utf8)
        expectSame(samples.filter { !list.contains("`\($0)`") }.sorted(), [])
    }

    @Test func `every sample has its line in the list of samples`() throws {
        let folder = PipelineCase.repository + "/samples/"
        let list = try String(contentsOfFile: folder + "README.md", encoding: .utf8)
        let samples = try FileManager.default.contentsOfDirectory(atPath: folder + "gift-card-fulfillment")
        expectSame(samples.filter { !list.contains("`\($0)`") }.sorted(), [])
    }

    @Test(arguments: PipelineCase.names(of: Installation.pipeline))
    func `a case ends as it should, and a second poll does nothing`(name: String) async throws {
        try await PipelineCase(name).run(on: nil)
    }
}

extension PipelineCase {
    /// Runs the case against a sandbox and looks at all that came of it, then polls again, which must do nothing.
    func run(on place: SFTPPlace?) async throws {
        try await withSandbox(sandbox) { shop in
            let installation = try await prepare(shop, on: place)
            let foreign = try await shop.cards()
            let polls = try await poll(installation)
            let check = CaseCheck(given: self, installation: installation, shop: shop, polls: polls)
            try await check.runs()
            for run in runs {
                try await check.outputs(of: run)
                try await check.balance(of: run)
            }
            try check.placesOfFiles()
            try check.reasons()
            try await check.cards(besides: foreign)
            try check.noCodeIsShown()
            try await check.secondPoll()
        }
    }

    /// Drops the files, all at once or one by one, and polls.
    private func poll(_ installation: Installation) async throws -> [CommandResult] {
        let groups = isOneByOne ? runs.map { run in input.filter { $0.name == run.file } } : [input]
        var polls: [CommandResult] = []
        for group in groups {
            for file in group { try installation.drop(file.name, file.bytes) }
            polls.append(try await installation.poll())
        }
        return polls
    }
}
