import CommandSupport
import SSHServers
import Testing

/// Every case beside the pipeline of NetSuite's SFTP server, polled by the real binary against a real sandbox and a real sshd.
@Suite struct ServerCaseTests {
    @Test(arguments: PipelineCase.names(of: Installation.serverPipeline))
    func `a case on a server ends as it should, and a second poll does nothing`(name: String) async throws {
        let given = try PipelineCase(name, of: Installation.serverPipeline)
        try await withServer(OpenSSHServer()) { server in try await given.run(on: server.place()) }
    }

    @Test func `on a server without posix-rename a case ends the same`() async throws {
        let given = try PipelineCase("mixed-rows", of: Installation.serverPipeline)
        try await withServer(AsyncSSHServer(extensions: [])) { server in
            try await given.run(on: server.place())
        }
    }
}
