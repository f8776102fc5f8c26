import CommandSupport
import Foundation
import Testing

/// What every command has in common by which a person decides something.
@Suite struct DecisionUsageTests {
    /// A command with all that it needs but its reason.
    static let decisions: [[String]] = [
        ["approve", "1"], ["refuse", "1"], ["rerun", "1"], ["cancel", "1"],
    ]

    @Test(arguments: decisions)
    func `a decision needs a reason`(_ command: [String]) async throws {
        let installation = try await Installation()
        for reason in [[], ["--reason", ""], ["--reason", " \n"]] {
            let result = try await installation.run(command + reason)
            #expect(result.exit == 64 && result.output.isEmpty && result.errors.contains("--reason"), "\(result)")
        }
    }

    @Test(arguments: decisions)
    func `a decision on a run that is not there is wrong usage`(_ command: [String]) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let nothing = try await installation.run(command + ["--reason", "r"])
            #expect(nothing.exit == 64 && nothing.errors.contains("there is no run 1"), "\(nothing)")
            _ = try await installation.poll()
            let none = try await installation.run(command + ["--reason", "r"])
            #expect(none.exit == 64 && none.errors.contains("there is no run 1; 'dropline runs' lists them"), "\(none)")
        }
    }

    @Test(arguments: decisions)
    func `a run whose pipeline is not configured any more is refused by name`(_ command: [String]) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(DecisionFile.name(1), DecisionFile.text(("dlorphan0001", "501")))
            _ = try await installation.poll()
            try installation.edit(installation.pipelineFile) {
                $0 = $0.replacing("pipeline: \(Installation.pipeline)", with: "pipeline: renamed")
            }
            let result = try await installation.run(command + ["--reason", "r"])
            #expect(result.exit == 78, "\(result)")
            let names = ["'\(Installation.pipeline)' of run 1", "configured: renamed"]
            #expect(names.allSatisfy(result.errors.contains), "\(result)")
            let state = try await installation.state(of: 1)
            expectSame(state, "held", "nothing has changed")
        }
    }
}
