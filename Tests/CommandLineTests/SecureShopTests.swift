import CommandSupport
import Foundation
import Hummingbird
import Testing
import WebServers

/// A shop whose certificate this machine does not believe, as a person at the command line meets it.
@Suite(.timeLimit(.minutes(10))) struct SecureShopTests {
    private let sample = "Thu Mar 19 2026 10:00:00 GMT-0700 (PDT)-GiftCardFulfillment.csv"
    private let rows = "giftCardNumber,price\ndlcertif0001,5\n"

    /// Lends an installation whose shop speaks TLS with a certificate of an authority of its own, and knows no shop.
    private func withSecureShop(_ body: @Sendable @escaping (Installation, TestAuthority) async throws -> Void)
        async throws
    {
        try await withTestAuthority { authority in
            let router = Router()
            router.post("/admin/**") { _, _ in
                Response(status: .notFound, body: .init(byteBuffer: ByteBuffer(string: #"{"errors":"Not Found"}"#)))
            }
            let certificate = try await authority.certificate()
            try await withWebServer(router, certificate: certificate) { port in
                let installation = try await Installation()
                try installation.set("url", "https://localhost:\(port)")
                try await body(installation, authority)
            }
        }
    }

    @Test func `a sweep stops at once, and says in a sentence whom to trust and how`() async throws {
        try await withSecureShop { installation, _ in
            try installation.drop(sample, rows)
            let poll = try await installation.poll("--wait", "60s", "--log-level", "debug")
            #expect(poll.exit == 69, "\(poll)")
            let told = poll.errors.split(separator: "\n").filter {
                $0.contains("an authority that this machine does not trust")
            }
            #expect(!told.isEmpty, "\(poll)")
            for word in ["SSL_CERT_FILE", "update-ca-certificates", "'Dropline test authority'", "nothing was sent"] {
                #expect(told.allSatisfy { $0.contains(word) }, "\(word): \(poll)")
            }
            for word in ["NIO", "BoringSSL", "OPENSSL", ".cc", "shop call is tried again"] {
                #expect(!poll.errors.contains(word) && !poll.output.contains(word), "\(word): \(poll)")
            }
            let runs = try await installation.runs()
            #expect(runs.map { $0["state"].string } == ["stopped"], "\(runs)")
        }
    }

    @Test func `check --connect says it too, and SSL_CERT_FILE cures it`() async throws {
        try await withSecureShop { installation, authority in
            let refused = try await installation.run("check", "--connect")
            #expect(refused.exit == 69, "\(refused)")
            #expect(refused.output.contains("fails shop main: "), "\(refused)")
            #expect(refused.output.contains("an authority that this machine does not trust"), "\(refused)")
            let trusted = try await installation.run(
                ["check", "--connect"],
                environment: ["SSL_CERT_FILE": authority.file]
            )
            #expect(trusted.exit == 69 && trusted.output.contains("(status 404; Not Found)"), "\(trusted)")
            let unreadable = try await installation.run(
                ["check", "--connect"],
                environment: ["SSL_CERT_FILE": "/nowhere.pem"]
            )
            let words = "the certificates of SSL_CERT_FILE (/nowhere.pem) can't be read"
            #expect(unreadable.exit == 69 && unreadable.output.contains(words), "\(unreadable)")
        }
    }
}
