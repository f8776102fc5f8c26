import Foundation
import Testing
import WebServers

@testable import HTTPS

/// Real servers on loopback whose certificates are in order, or not in every way there is.
@Suite(.timeLimit(.minutes(10))) struct CertificateTests {
    @Test func `a server is called whose authority is named`() async throws {
        try await withTestAuthority { authority in
            let certificate = try await authority.certificate()
            try await withWebServer(routes(), certificate: certificate) { port in
                for host in ["localhost", "127.0.0.1"] {
                    let answer = try await call(
                        "https://\(host):\(port)/",
                        trusting: TrustedRoots(file: authority.file)
                    )
                    #expect(answer == .success("hello"))
                }
            }
        }
    }

    @Test func `an authority that this machine does not trust is named, with how to trust it`() async throws {
        try await withTestAuthority { authority in
            let certificate = try await authority.certificate()
            try await withWebServer(routes(), certificate: certificate) { port in
                let fault = try await fault("https://localhost:\(port)/")
                #expect(fault.kind == .certificate && fault.isLasting && fault.isBeforeSending)
                #expect(
                    "\(fault)"
                        == "localhost:\(port) has a certificate by 'Dropline test authority', an authority that this machine does not trust"
                )
                let cure = try #require(fault.cure)
                for word in ["Dropline test authority", "update-ca-certificates", "SSL_CERT_FILE", "proxy"] {
                    #expect(cure.contains(word), "\(cure)")
                }
                expectPlain(fault)
            }
        }
    }

    @Test func `a certificate that nobody else has signed is told so`() async throws {
        try await withTestAuthority { authority in
            let certificate = try await authority.selfSigned()
            try await withWebServer(routes(), certificate: certificate) { port in
                let fault = try await fault("https://127.0.0.1:\(port)/")
                #expect(fault.kind == .certificate)
                #expect(fault.words == "has a certificate that is signed by nobody but itself")
                expectPlain(fault)
            }
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a certificate for another name says for which`(host: String) async throws {
        try await withTestAuthority { authority in
            let hosts = ["DNS:a.example", "DNS:*.b.example", "IP:10.1.2.3", "DNS:c.example"]
            let certificate = try await authority.certificate(for: hosts)
            try await withWebServer(routes(), certificate: certificate) { port in
                let fault = try await fault("https://\(host):\(port)/", trusting: TrustedRoots(file: authority.file))
                #expect(fault.kind == .certificate && fault.isLasting)
                #expect(fault.words == "has a certificate for another name (a.example, *.b.example, 10.1.2.3, …)")
                #expect(fault.cure?.contains("address") == true)
                expectPlain(fault)
            }
        }
    }

    @Test func `a certificate that has ended says when, and what the clock says`() async throws {
        try await withTestAuthority { authority in
            let certificate = try await authority.certificate(days: -1)
            try await withWebServer(routes(), certificate: certificate) { port in
                let fault = try await fault("https://localhost:\(port)/", trusting: TrustedRoots(file: authority.file))
                #expect(fault.kind == .certificate && fault.isLasting)
                let pattern =
                    /has a certificate that ended on \d{4}-\d\d-\d\d \(this machine's clock says \d{4}-\d\d-\d\d\)/
                #expect(fault.words.wholeMatch(of: pattern) != nil, "\(fault)")
                #expect(fault.cure?.contains("renew") == true)
                expectPlain(fault)
            }
        }
    }

    @Test func `a certificate is judged by what it says`() {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        func seen(_ subject: String, _ issuer: String, from start: Double = -1, to end: Double = 1) -> SeenCertificate {
            SeenCertificate(
                hosts: [subject],
                subject: subject,
                issuer: issuer,
                begins: now + start * 86_400,
                ends: now + end * 86_400
            )
        }
        func words(_ chain: SeenCertificate...) -> String {
            CertificateProblem(of: chain, isOtherName: false, now: now).words
        }
        #expect(words() == "has a certificate that can't be verified")
        #expect(
            words(seen("a", "b", from: 1, to: 2))
                == "has a certificate that begins on 2027-01-16 (this machine's clock says 2027-01-15)"
        )
        #expect(
            words(seen("a", "b"), seen("b", "c", to: -0.5))
                == "has a certificate whose authority 'b' ended on 2027-01-14 (this machine's clock says 2027-01-15)"
        )
        #expect(words(seen("a", "b"), seen("b", "root")).contains("by 'root'"))
        #expect(words(seen("a", "b"), seen("b", "b")).contains("by 'b'"))
        // Whatever anybody may write into a certificate.
        let made = seen("a\u{1B}[31m\n" + String(repeating: "x", count: 300), "é\u{0}b")
        #expect(words(made) == "has a certificate by 'b', an authority that this machine does not trust")
        #expect(made.subject.count == 60 && made.subject.hasPrefix("a[31mx"))
    }

    @Test func `certificates that can't be read are told by the setting that names them`() async throws {
        try await withTestAuthority { authority in
            let certificate = try await authority.certificate()
            let garbage = authority.file + ".garbage"
            try "no certificate\n".write(toFile: garbage, atomically: true, encoding: .utf8)
            try await withWebServer(routes(), certificate: certificate) { port in
                for file in ["/nowhere/authorities.pem", garbage] {
                    let fault = try await fault("https://localhost:\(port)/", trusting: TrustedRoots(file: file))
                    #expect(fault.kind == .trustedRoots && fault.isLasting && fault.isBeforeSending, "\(fault)")
                    #expect(fault.words == "was not called: the certificates of SSL_CERT_FILE (\(file)) can't be read")
                }
            }
        }
    }
}
