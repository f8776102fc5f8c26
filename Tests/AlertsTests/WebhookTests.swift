import Foundation
import HTTPS
import Hummingbird
import Logging
import Runner
import SSHServers
import Sealing
import Synchronization
import Testing
import WebServers

@testable import Alerts

/// What a real HTTP server gets and answers.
@Suite(.timeLimit(.minutes(10))) struct WebhookTests {
    private final class Hook: Sendable {
        let requests = Mutex<[(body: String, authorization: String?, type: String?)]>([])
        let status: HTTPResponse.Status
        init(_ status: HTTPResponse.Status) { self.status = status }
    }

    private let alert: Alert

    init() {
        let condition = Condition(.cannotSee, pipeline: "p", since: 1_772_000_000_000, words: "<no> & \"none\"")
        alert = Alert(.began, Standing(condition, alert: "0000abcd-1"), id: "0000abcd-1")
    }

    /// Lends a server on loopback that answers with a status.
    private func withHook(
        _ status: HTTPResponse.Status = .ok,
        _ body: @Sendable @escaping (Hook, String) async throws -> Void
    ) async throws {
        let hook = Hook(status)
        let router = Router()
        router.post("/hook") { request, _ in
            let text = String(buffer: try await request.body.collect(upTo: 100_000))
            hook.requests.withLock {
                $0.append((text, request.headers[.authorization], request.headers[.contentType]))
            }
            var headers = HTTPFields()
            if hook.status.kind == .redirection { headers[.location] = "/hook" }
            return Response(status: hook.status, headers: headers)
        }
        try await withWebServer(router) { port in try await body(hook, "http://127.0.0.1:\(port)/hook") }
    }

    private func receiver(_ form: WebhookReceiver.Form, _ url: String, token: String? = nil) -> WebhookReceiver {
        let fetched: @Sendable () throws -> Secret = { Secret(token ?? "") }
        return WebhookReceiver(
            name: "ops",
            patience: .zero,
            form: form,
            address: { Secret(url) },
            token: token == nil ? nil : fetched
        )
    }

    private func fault(_ receiver: WebhookReceiver) async -> String {
        do {
            try await receiver.deliver(alert, from: "0000abcd")
            return "delivered"
        } catch {
            return "\(error)"
        }
    }

    @Test func `a webhook gets all facts as JSON, and its token`() async throws {
        try await withHook { hook, url in
            try await receiver(.json, url, token: "t0ken").deliver(alert, from: "0000abcd")
            let request = try #require(hook.requests.withLock { $0.first })
            #expect(request.authorization == "Bearer t0ken")
            #expect(request.type == "application/json")
            #expect(
                request.body
                    == #"{"beginning":"0000abcd-1","event":"began","id":"0000abcd-1","installation":"0000abcd","#
                    + #""kind":"cannot-see","pipeline":"p","since":"2026-02-25T06:13:20Z","#
                    + #""text":"p: cannot-see: <no> & \"none\"","what":"<no> & \"none\""}"#
            )
        }
    }

    @Test func `Slack gets a text in which nothing is markup`() async throws {
        try await withHook { hook, url in
            try await receiver(.slack, url).deliver(alert, from: "0000abcd")
            let request = try #require(hook.requests.withLock { $0.first })
            #expect(request.body == #"{"text":"⚠️ p: cannot-see: &lt;no&gt; &amp; \"none\""}"#)
        }
    }

    @Test(arguments: [301, 307, 400, 404, 429, 500])
    func `an answer that is not of the 2xx kind is a fault, and no redirect is followed`(status: Int) async throws {
        try await withHook(.init(code: status)) { hook, url in
            #expect(await fault(receiver(.json, url)) == "the webhook answered \(status)")
            #expect(hook.requests.withLock { $0.count } == 1)
        }
    }

    @Test func `one that can't be reached is a fault that does not show its address`() async throws {
        try await withRefusingPort { port in
            let words = await fault(receiver(.slack, "http://127.0.0.1:\(port)/services/T0/secret"))
            #expect(words == "the webhook can't be reached: its server refuses the connection")
        }
    }

    @Test func `one whose certificate is refused says why, once, without its address`() async throws {
        try await withTestAuthority { authority in
            let certificate = try await authority.selfSigned()
            try await withWebServer(Router(), certificate: certificate) { port in
                let words = await fault(receiver(.slack, "https://127.0.0.1:\(port)/services/T0/secret"))
                let start =
                    "the webhook can't be reached: its server has a certificate that is signed by nobody but itself. If it"
                #expect(words.hasPrefix(start) && words.contains("SSL_CERT_FILE"), "\(words)")
                for word in ["secret", "\(port)", "NIO", "BoringSSL", ".cc", "\n"] {
                    #expect(!words.contains(word), "'\(word)' is in: \(words)")
                }
            }
        }
    }

    @Test func `one whose authority is trusted gets its message by TLS`() async throws {
        try await withTestAuthority { authority in
            let router = Router()
            router.post("/hook") { _, _ in HTTPResponse.Status.ok }
            let certificate = try await authority.certificate()
            try await withWebServer(router, certificate: certificate) { port in
                let receiver = WebhookReceiver(
                    name: "ops",
                    patience: .zero,
                    form: .json,
                    address: { Secret("https://localhost:\(port)/hook") },
                    trusting: TrustedRoots(file: authority.file)
                )
                try await receiver.deliver(alert, from: "0000abcd")
            }
        }
    }

    @Test(arguments: ["http://example.com/hook", "http://127.0.0.1.example.com/", "ftp://localhost/", "localhost", ""])
    func `an address where others read along is refused, and not shown`(address: String) async {
        #expect(
            await fault(receiver(.json, address))
                == "the address of the webhook is not https (http only for this machine)"
        )
    }
}
