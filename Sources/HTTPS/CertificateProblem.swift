import Foundation

/// What is the matter with a certificate that was refused, and what to do about it.
struct CertificateProblem: Equatable {
    /// As the end of a sentence that begins with the server.
    let words: String
    let cure: String

    private init(_ words: String, cure: String) {
        (self.words, self.cure) = (words, cure)
    }

    /// One of which nothing is known but that it was refused.
    static let unseen = CertificateProblem(
        "has a certificate that can't be verified",
        cure:
            "See that this machine's clock is right and that it trusts the certificate's authority (update-ca-certificates, SSL_CERT_FILE)"
    )

    /// Judges a server's certificates, its own one first.
    ///
    /// `isOtherName` says that it was refused for the host's name and for nothing else.
    init(of chain: [SeenCertificate], isOtherName: Bool, now: Date) {
        guard let own = chain.first else {
            self = .unseen
            return
        }
        let clock = "this machine's clock says \(Self.day(now))"
        if isOtherName {
            let names = own.hosts.prefix(3).joined(separator: ", ") + (own.hosts.count > 3 ? ", …" : "")
            self.init(
                "has a certificate for another name (\(names))",
                cure: "Correct the address, or see what answers in the server's place"
            )
        } else if own.ends < now {
            self.init(
                "has a certificate that ended on \(Self.day(own.ends)) (\(clock))",
                cure: "If the clock is right, whoever runs the server must renew its certificate"
            )
        } else if own.begins > now {
            self.init(
                "has a certificate that begins on \(Self.day(own.begins)) (\(clock))",
                cure: "Set this machine's clock"
            )
        } else if let other = chain.dropFirst().first(where: { $0.ends < now }) {
            self.init(
                "has a certificate whose authority '\(other.subject)' ended on \(Self.day(other.ends)) (\(clock))",
                cure: "If the clock is right, whoever runs the server must renew its certificates"
            )
        } else if own.isSelfSigned {
            self.init("has a certificate that is signed by nobody but itself", cure: Self.trusting(own.subject))
        } else {
            let authority = chain.last.map { $0.isSelfSigned ? $0.subject : $0.issuer } ?? own.issuer
            self.init(
                "has a certificate by '\(authority)', an authority that this machine does not trust",
                cure: Self.trusting(authority)
            )
        }
    }

    private static func trusting(_ authority: String) -> String {
        "If it is the right server, or a proxy of your own that opens TLS, add the certificate of '\(authority)' to this machine's "
            + "(/usr/local/share/ca-certificates, update-ca-certificates), or name a file that holds it in SSL_CERT_FILE"
    }

    /// `2026-11-21`, in UTC.
    private static func day(_ date: Date) -> String { date.formatted(.iso8601.year().month().day()) }
}
