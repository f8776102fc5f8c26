import NIOCore
import SSHServers
import Testing
import WebServers

@testable import HTTPS

/// What goes wrong between two machines, for real, each in words of its own.
@Suite(.timeLimit(.minutes(10))) struct NetworkFaultTests {
    @Test(arguments: ["http", "https"])
    func `where nobody listens the connection is refused`(scheme: String) async throws {
        try await withRefusingPort { port in
            let fault = try await fault("\(scheme)://127.0.0.1:\(port)/?key=secret")
            #expect("\(fault)" == "127.0.0.1:\(port) refuses the connection")
            #expect(fault.kind == .noConnection && fault.isBeforeSending && !fault.isLasting)
            let named = try await HTTPSTests.fault("\(scheme)://localhost:\(port)/")
            #expect("\(named)" == "localhost:\(port) refuses the connection")
        }
    }

    @Test func `a name that leads nowhere is told so`() async throws {
        let fault = try await fault("https://shop.invalid/")
        #expect("\(fault)" == "shop.invalid can't be found: the name is not known, or no name server answers")
        #expect(fault.kind == .unknownName && fault.isBeforeSending && !fault.isLasting)
        expectPlain(fault)
    }

    @Test func `a server that says nothing took too long`() async throws {
        try await withSilentServer { server in
            let plain = try await fault("http://127.0.0.1:\(server.port)/", limit: .milliseconds(300))
            #expect("\(plain)" == "127.0.0.1:\(server.port) did not answer in time")
            #expect(plain.kind == .timeout && !plain.isBeforeSending)
            let secure = try await fault("https://127.0.0.1:\(server.port)/", limit: .milliseconds(300))
            #expect(secure.words.hasPrefix("did not answer in time") || secure.words.hasPrefix("does not answer"))
            expectPlain(secure)
        }
    }

    @Test func `a server without TLS is told from one whose TLS is amiss`() async throws {
        try await withWebServer(routes()) { port in
            let fault = try await fault("https://127.0.0.1:\(port)/")
            #expect("\(fault)" == "127.0.0.1:\(port) speaks something else than TLS")
            #expect(fault.cure == "Correct the port, or whether the address begins with https")
            #expect(fault.kind == .tls && fault.isBeforeSending && !fault.isLasting)
            expectPlain(fault)
        }
    }

    @Test func `a server that speaks TLS alone closes the connection of who does not`() async throws {
        try await withTestAuthority { authority in
            let certificate = try await authority.selfSigned()
            try await withWebServer(routes(), certificate: certificate) { port in
                let fault = try await fault("http://127.0.0.1:\(port)/")
                #expect([.closed, .answer].contains(fault.kind), "\(fault)")
                expectPlain(fault)
            }
        }
    }

    @Test func `what is no HTTP is told so`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let fault = try await fault("http://127.0.0.1:\(server.port)/")
            #expect([.answer, .closed].contains(fault.kind), "\(fault)")
            expectPlain(fault)
        }
    }

    @Test func `an error that nobody has described shows its kind alone`() async {
        struct Strange: Error { let address = "https://secret.example/key" }
        let fault = await NetworkFault(explaining: Strange(), at: "https://a.example/x?key=1", trusting: TrustedRoots())
        #expect("\(fault)" == "a.example could not be called (Strange)")
    }
}
