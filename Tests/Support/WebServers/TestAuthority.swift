import Foundation
import HummingbirdTLS
public import NIOSSL
import Subprocess
import SystemPackage

/// An authority of a test's own, which no machine trusts: it makes real certificates with `openssl`.
public struct TestAuthority: Sendable {
    /// The authority's own certificate, in PEM form.
    public let file: String
    private let folder: String

    /// The name in its certificate.
    public static let name = "Dropline test authority"

    fileprivate init(in folder: String) async throws {
        (self.folder, file) = (folder, folder + "/authority.pem")
        try await openssl(
            [
                "req", "-x509", "-days", "2", "-subj", "/CN=\(Self.name)", "-addext",
                "basicConstraints=critical,CA:TRUE",
                "-keyout", folder + "/authority.key", "-out", file,
            ] + newKey
        )
    }

    /// Makes a certificate for hosts, `localhost` and `127.0.0.1` unless told; one of `-1` days has ended yesterday.
    public func certificate(for hosts: [String] = ["DNS:localhost", "IP:127.0.0.1"], days: Int = 2) async throws
        -> TestCertificate
    {
        let stem = folder + "/" + UUID().uuidString
        try await openssl(
            ["req", "-new", "-subj", "/CN=test", "-keyout", stem + ".key", "-out", stem + ".csr"] + newKey
        )
        try "subjectAltName=\(hosts.joined(separator: ","))\n"
            .write(toFile: stem + ".ext", atomically: true, encoding: .utf8)
        try await openssl([
            "x509", "-req", "-days", "\(days)", "-in", stem + ".csr", "-extfile", stem + ".ext", "-CA", file,
            "-CAkey", folder + "/authority.key", "-CAcreateserial", "-out", stem + ".pem",
        ])
        return TestCertificate(file: stem + ".pem", key: stem + ".key")
    }

    /// Makes a certificate that nobody has signed but itself.
    public func selfSigned() async throws -> TestCertificate {
        let stem = folder + "/" + UUID().uuidString
        try await openssl(
            [
                "req", "-x509", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", stem + ".key", "-out", stem + ".pem",
            ] + newKey
        )
        return TestCertificate(file: stem + ".pem", key: stem + ".key")
    }
}

/// A server's certificate and its key, as files in PEM form.
public struct TestCertificate: Sendable {
    let file: String
    let key: String

    /// What a server of Hummingbird's needs to speak TLS with it.
    public func configuration() throws -> TLSConfiguration {
        TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        )
    }
}

/// Lends an authority and removes its files afterwards.
public func withTestAuthority<Value: Sendable>(_ body: (TestAuthority) async throws -> Value) async throws -> Value {
    let folder = NSTemporaryDirectory() + "dropline-authority-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(try await TestAuthority(in: folder))
}

private let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

private func openssl(_ arguments: [String]) async throws {
    let ended = try await run(
        .name("openssl"),
        arguments: Arguments(arguments),
        output: .discarded,
        error: .string(limit: 10_000)
    )
    guard ended.terminationStatus.isSuccess else { throw CertificateError(words: ended.standardError) }
}

private struct CertificateError: Error, CustomStringConvertible {
    let words: String
    var description: String { "openssl: \(words)" }
}
