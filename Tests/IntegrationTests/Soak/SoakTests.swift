import CommandSupport
import Foundation
import Testing

/// Every pipeline under kills at random moments, and over many sweeps in which something fails now and then.
///
/// Short here; `make soak` runs the long form. Both print what was injected and what came of it.
@Suite struct SoakTests {
    @Test func `kills at random moments lose and double nothing`() async throws {
        try await soak(.kills(SoakSettings.rounds), "\(SoakSettings.rounds) kills for each pipeline")
    }

    @Test func `nothing is lost or doubled over many sweeps with faults on all sides`() async throws {
        try await soak(.sweeps(SoakSettings.sweeps), "\(SoakSettings.sweeps) sweeps of each pipeline")
    }

    @Test func `every pipeline is soaked`() throws {
        let pipelines = try Self.pipelines()
        #expect(pipelines == Self.soaked.sorted(), "let Soak know how files for all of \(pipelines) are made")
    }

    private static let soaked = [
        Installation.feedPipeline, Installation.feedMakingPipeline, Installation.serverPipeline, Installation.pipeline,
    ]

    private static func pipelines() throws -> [String] {
        let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("pipelines")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
            .map { String($0.dropLast(".yaml".count)) }.sorted()
    }

    private func soak(_ odds: SoakOdds, _ what: String) async throws {
        let seed = SoakSettings.seed
        let reports = try await withThrowingTaskGroup(of: SoakReport.self) { group in
            for (number, pipeline) in Self.soaked.enumerated() {
                // Each draws otherwise.
                group.addTask { try await Soak.run(pipeline, odds, seed: seed &+ UInt64(number)) }
            }
            var reports: [SoakReport] = []
            for try await report in group { reports.append(report) }
            return reports.sorted { $0.pipeline < $1.pipeline }
        }
        print("Soak, seed \(seed), \(what):\n\n\(SoakReport.table(reports))\n")
        for report in reports {
            let list = report.violations.joined(separator: "\n  - ")
            #expect(report.violations.isEmpty, "\(report.pipeline), seed \(seed):\n  - \(list)")
        }
    }
}
