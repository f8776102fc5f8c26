import CommandSupport
import SSHServers
import Testing

/// A console whose port somebody else has.
@Suite(.timeLimit(.minutes(10))) struct TakenPortTests {
    @Test func `a console whose port is taken says which, and what to do`() async throws {
        try await withSilentServer { server in
            let installation = try await Installation()
            try installation.edit(installation.configuration) { $0 += "web: { port: \(server.port) }\n" }
            let serve = try await installation.run("serve")
            #expect(serve.exit == 78, "\(serve)")
            let words = "the console can't listen on 127.0.0.1, port \(server.port): Address already in use"
            #expect(serve.errors.contains(words) && serve.errors.contains("'web.port'"), "\(serve)")
            #expect(!serve.errors.contains("bind(descriptor"), "\(serve)")
        }
    }
}
