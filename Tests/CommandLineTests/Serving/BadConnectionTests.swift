import CommandSupport
import Foundation
import Glibc
import SSHServers
import Testing

/// A service beside a thousand connections that want nothing of it.
@Suite(.timeLimit(.minutes(10))) struct BadConnectionTests {
    @Test func `probes and people are answered beside a thousand bad connections, and it can be stopped among them`()
        async throws
    {
        let installation = try await Installation()
        let result = try await withRefusingPort { port in
            try installation.addConsole(on: port, [("ada", "act")])
            return try await serving(installation) { _, _ in
                let pages = ServedPages(port: port, token: Installation.token(of: "ada"))
                try await waitUntil("it listens") { try await pages.get("/healthz")?.status == 200 }
                let beginnings = [
                    "GET / HTTP/1.1\r\nHost: 127", "",
                    "POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nname=a",
                ]
                let bad = (0..<1_000).map { HalfRequest(port: port, beginnings[$0 % beginnings.count]) }
                for path in ["/healthz", "/readyz", "/metrics"] {
                    #expect(try await pages.get(path)?.status == 200, "\(path)")
                }
                _ = try await ServedPages(port: port).logIn("ada", Installation.token(of: "ada"))
                #expect(bad.count == 1_000)
            }
        }
        #expect(result.exit == 0, "\(result)")
        #expect(!result.errors.contains("error"), "\(result)")
    }
}

/// A connection that has sent a part of a request, and waits.
final class HalfRequest: Sendable {
    private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

    init(port: Int, _ text: String) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let bytes = Array(text.utf8)
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    deinit { close(descriptor) }
}
