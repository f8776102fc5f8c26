import Foundation
import NIOSSL

/// Whose certificates are believed: this machine's authorities, or those that a person names in their place.
public struct TrustedRoots: Sendable {
    /// A file of certificates in PEM form, in place of this machine's.
    let file: String?

    /// Names a file, or nothing but this machine's own.
    public init(file: String? = nil) { self.file = file }

    /// What `SSL_CERT_FILE` names, as for every program that uses OpenSSL; NIOSSL does not look at it by itself.
    ///
    /// `SSL_CERT_DIR` is not looked at: NIOSSL's handshake fails on a certificate that it finds in a directory of hashed names.
    public static var ofEnvironment: TrustedRoots {
        let file = ProcessInfo.processInfo.environment["SSL_CERT_FILE"]
        return TrustedRoots(file: file.flatMap { $0.isEmpty ? nil : $0 })
    }

    /// The settings of a client that believes them.
    var clientConfiguration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let file { configuration.trustRoots = .file(file) }
        return configuration
    }
}
