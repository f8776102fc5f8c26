import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

extension NetworkFault {
    /// Says what an error of the libraries below means for a call.
    ///
    /// Where a certificate was refused, the server is asked for it once more, without anything being sent, to say why.
    ///
    /// - Parameters:
    ///   - error: What `HTTPClient` threw, or the body of its answer.
    ///   - url: The address that was called.
    ///   - roots: Whose certificates are believed.
    public init(explaining error: any Error, at url: String, trusting roots: TrustedRoots) async {
        let server = Server(url)
        self.init(error, server, roots)
        guard kind == .certificate else { return }
        let isOtherName = (error as? NIOSSLExtraError) == .failedToValidateHostname
        let seen = await CertificateLook(server: server).certificates()
        let problem = CertificateProblem(of: seen, isOtherName: isOtherName, now: Date())
        self.init(.certificate, server, problem.words, cure: problem.cure)
    }

    private init(_ error: any Error, _ server: Server, _ roots: TrustedRoots) {
        switch error {
        case let error as HTTPClientError: self.init(error, server)
        case let error as NIOConnectionError:
            if let failure = error.connectionErrors.first {
                self.init(failure.error, server, roots)
            } else {
                self.init(.unknownName, server, Self.unknownName)
            }
        case is SocketAddressError: self.init(.unknownName, server, Self.unknownName)
        case let error as IOError: self.init(error, server)
        case ChannelError.connectTimeout: self.init(.noConnection, server, Self.silent)
        case is ChannelError: self.init(.closed, server, Self.closed)
        case let error as NIOSSLError: self.init(error, server, roots)
        case is NIOSSLExtraError:
            self.init(.certificate, server, CertificateProblem.unseen.words, cure: CertificateProblem.unseen.cure)
        // The only one outside of a handshake.
        case is BoringSSLError: self.init(unreadable: roots, server)
        case NIOHTTPDecompression.DecompressionError.limit:
            self.init(.answer, server, "sent a packed answer that unpacks to far more than it should be")
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            self.init(.answer, server, "sent a packed answer that can't be unpacked")
        case is HTTPParserError: self.init(.answer, server, "answered with something that is not HTTP")
        default: self.init(.other, server, "could not be called (\(type(of: error)))")
        }
    }

    private init(_ error: HTTPClientError, _ server: Server) {
        switch error {
        case .connectTimeout: self.init(.noConnection, server, Self.silent)
        case .tlsHandshakeTimeout: self.init(.tls, server, "did not answer in time while TLS was set up")
        case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout:
            self.init(.timeout, server, "did not answer in time")
        case .remoteConnectionClosed, .uncleanShutdown: self.init(.closed, server, Self.closed)
        // The library's own short words hold no address, no header and no file of the build.
        default: self.init(.other, server, "could not be called (\(error.shortDescription))")
        }
    }

    private init(_ error: IOError, _ server: Server) {
        switch error.errnoCode {
        case ECONNREFUSED: self.init(.noConnection, server, "refuses the connection")
        case ETIMEDOUT: self.init(.noConnection, server, Self.silent)
        case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL:
            self.init(.noConnection, server, "can't be reached: there is no way to it from this machine")
        case ECONNRESET, EPIPE, ECONNABORTED: self.init(.closed, server, Self.closed)
        case let code: self.init(.other, server, "could not be called (\(String(cString: strerror(code))))")
        }
    }

    private init(_ error: NIOSSLError, _ server: Server, _ roots: TrustedRoots) {
        switch error {
        case .handshakeFailed(let error): self.init(error, server)
        case .noSuchFilesystemObject, .failedToLoadCertificate: self.init(unreadable: roots, server)
        case .noCertificateToValidate, .unableToValidateCertificate:
            self.init(.certificate, server, CertificateProblem.unseen.words, cure: CertificateProblem.unseen.cure)
        case .uncleanShutdown, .readInInvalidTLSState, .writeDuringTLSShutdown:
            self.init(.closed, server, Self.closed)
        default: self.init(.tls, server, "could not agree on TLS")
        }
    }

    private init(_ error: BoringSSLError, _ server: Server) {
        switch error.reason {
        case "CERTIFICATE_VERIFY_FAILED":
            self.init(.certificate, server, CertificateProblem.unseen.words, cure: CertificateProblem.unseen.cure)
        case "WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST":
            let cure = "Correct the port, or whether the address begins with https"
            self.init(.tls, server, "speaks something else than TLS", cure: cure)
        case nil: self.init(.closed, server, "closed the connection while TLS was set up")
        case let reason?: self.init(.tls, server, "could not agree on TLS (\(reason))")
        }
    }

    private init(unreadable roots: TrustedRoots, _ server: Server) {
        let place = roots.file.map { "SSL_CERT_FILE (\($0))" }
        self.init(
            .trustedRoots,
            server,
            "was not called: the certificates of \(place ?? "this machine") can't be read",
            cure: place == nil
                ? "Install ca-certificates"
                : "Name a file of certificates in PEM form that this user may read, or unset it"
        )
    }

    private static let unknownName = "can't be found: the name is not known, or no name server answers"
    private static let silent = "does not answer: no connection came about in time"
    private static let closed = "closed the connection"
}

extension BoringSSLError {
    /// The library's word for the failure, such as `CERTIFICATE_VERIFY_FAILED`; its text besides names files of the build.
    fileprivate var reason: String? {
        let errors: NIOBoringSSLErrorStack
        switch self {
        case .sslError(let stack), .unknownError(let stack), .invalidSNIName(let stack), .failedToSetALPN(let stack):
            errors = stack
        default: return nil
        }
        let words = errors.compactMap { error -> String? in
            let text = String(describing: error)
            guard let start = text.range(of: "OPENSSL_internal:")?.upperBound else { return nil }
            let word = text[start...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            return word.isEmpty ? nil : String(word)
        }
        // What was met on the way to a certificate may stand before its refusal.
        return words.contains("CERTIFICATE_VERIFY_FAILED") ? "CERTIFICATE_VERIFY_FAILED" : words.last
    }
}
