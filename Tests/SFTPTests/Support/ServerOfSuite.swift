import SSHServers
import Testing

/// Starts one server for all tests of a suite.
struct ServerOfSuite: SuiteTrait, TestScoping {
    /// The running server.
    @TaskLocal static var running: RunningServer?

    let kind: any ServerKind

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withServer(kind) { server in
            try await Self.$running.withValue(server) { try await function() }
        }
    }
}

extension Trait where Self == ServerOfSuite {
    static func server(_ kind: any ServerKind) -> Self { ServerOfSuite(kind: kind) }
}
