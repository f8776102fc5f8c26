import Foundation
import Glibc
import Ledgers
import Runner
import SSHServers
import Sealing
import Testing

@testable import Alerts

/// E-mails through a real mail server.
@Suite(.timeLimit(.minutes(10)), .serialized) struct EmailTests {
    private let began: Alert
    private let ended: Alert

    init() {
        let words = "the server refuses us: „Zugang“ verweigert"
        let condition = Condition(.cannotSee, pipeline: "p", run: RunID(7), since: 1_772_000_000_000, words: words)
        let standing = Standing(condition, alert: "0000abcd-1")
        began = Alert(.began, standing, id: "0000abcd-1")
        ended = Alert(.ended, standing, id: "0000abcd-2", ended: 1_772_000_600_000)
    }

    private func receiver(_ address: String, user: String? = nil, password: String = "") -> EmailReceiver {
        let fetched: @Sendable () throws -> Secret = { Secret(password) }
        return EmailReceiver(
            name: "mail",
            patience: .zero,
            server: .init(address: address, user: user, password: user == nil ? nil : fetched),
            from: "dropline@example.com",
            to: ["ops@example.com", "second@example.com"]
        )
    }

    private func fault(_ receiver: EmailReceiver) async -> String {
        do {
            try await receiver.deliver(began, from: "0000abcd")
            return "delivered"
        } catch {
            return "\(error)"
        }
    }

    /// The mail's text, decoded.
    private func text(_ mail: String) throws -> String {
        let parts = mail.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1)
        let body = try #require(parts.last).filter { !$0.isNewline }
        return String(decoding: try #require(Data(base64Encoded: String(body))), as: UTF8.self)
    }

    @Test func `a mail goes to every recipient, and the end answers the beginning`() async throws {
        try await withMailServer { server in
            let receiver = receiver("smtp://\(server.address)")
            try await receiver.deliver(began, from: "0000abcd")
            try await receiver.deliver(ended, from: "0000abcd")
            let mails = try server.mails()
            try #require(mails.count == 2)
            #expect(mails[0].hasPrefix("dropline@example.com ops@example.com second@example.com "))
            #expect(mails[0].contains("Message-ID: <0000abcd-1@0000abcd.dropline>"))
            #expect(mails[0].contains("Date: Wed, 25 Feb 2026 06:13:20 +0000"))
            #expect(!mails[0].contains("In-Reply-To"))
            #expect(mails[1].contains("In-Reply-To: <0000abcd-1@0000abcd.dropline>"))
            #expect(try text(mails[0]).hasPrefix("p: cannot-see: the server refuses us: „Zugang“ verweigert\n"))
            #expect(try text(mails[0]).contains("run:       7: dropline show 7\n"))
            #expect(try text(mails[1]).hasPrefix("p: cannot-see is over after 10m; it was: "))
        }
    }

    @Test func `a login is tried with the password as it is, whatever stands in it`() async throws {
        let password = #"p"a\s's: #w{ö}rd"#
        try await withMailServer(password: password) { server in
            let address = "smtp://\(server.address)"
            #expect(await fault(receiver(address, user: "dropline", password: password)) == "delivered")
            let taken = try server.mails()
            #expect(taken[0].contains("login=dropline"))
            let refused = await fault(receiver(address, user: "dropline", password: "wrong"))
            #expect(refused.contains("refuses the login") && !refused.contains("wrong"))
            let kept = try server.mails()
            #expect(kept.count == 1)
        }
    }

    @Test func `another machine gets a mail only behind TLS whose certificate is trusted`() async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificate = try await makeCertificate(in: folder)
        try await withMailServer(at: "127.0.0.2", password: "secret", certificate: certificate) { server in
            let receiver = receiver("smtp://\(server.address)", user: "dropline", password: "secret")
            #expect(await fault(receiver).contains("certificate is not trusted"))
            let before = try server.mails()
            #expect(before.isEmpty)
            setenv("CURL_CA_BUNDLE", certificate.file, 1)
            defer { unsetenv("CURL_CA_BUNDLE") }
            #expect(await fault(receiver) == "delivered")
            let after = try server.mails()
            #expect(after[0].contains("tls=True"))
        }
    }

    @Test func `a server that offers no TLS gets no mail and no password`() async throws {
        try await withMailServer(at: "127.0.0.2", password: "secret") { server in
            let words = await fault(receiver("smtp://\(server.address)", user: "dropline", password: "secret"))
            #expect(words.contains("offers no TLS"))
            let left = try server.mails()
            #expect(left.isEmpty)
        }
    }

    @Test func `a server that is down is a fault, and no mail stays behind`() async throws {
        try await withRefusingPort { port in
            #expect(await fault(receiver("smtp://127.0.0.1:\(port)")).contains("can't be reached"))
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory())
        #expect(left.filter { $0.hasPrefix("dropline-alert-") }.isEmpty)
    }
}
