import Foundation
import Subprocess
import SystemPackage
import Testing

/// A real mail server on loopback (aiosmtpd, of the system's Python), and what it has taken.
struct MailServer {
    let folder: String
    let port: Int
    let address: String

    /// The mails in the order they came: a line with who sent it to whom, and the mail.
    func mails() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".mail") }.sorted()
            .map { String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0)), as: UTF8.self) }
    }
}

/// Lends a mail server; 127.0.0.2 is this machine too, but counts as another one.
func withMailServer(
    at host: String = "127.0.0.1",
    password: String? = nil,
    certificate: (file: String, key: String)? = nil,
    _ body: (MailServer) async throws -> Void
) async throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = folder + "/smtp_server.py"
    try Data(PackageResources.smtp_server_py).write(to: URL(fileURLWithPath: script))
    var arguments = [script, folder, "--host", host]
    if let password { arguments += ["--password", password] }
    if let certificate { arguments += ["--certificate", certificate.file, "--key", certificate.key] }
    _ = try await run(
        .path("/usr/bin/python3"),
        arguments: Arguments(arguments),
        input: .inputWriter,
        output: .discarded,
        error: .currentStandardError
    ) { execution in
        var port: Int?
        for _ in 0..<2_000 where port == nil {
            try await Task.sleep(for: .milliseconds(10))
            port = (try? String(contentsOfFile: folder + "/port", encoding: .utf8)).flatMap { Int($0) }
        }
        let result: Result<Void, any Error>
        do {
            let listening = try #require(port, "the mail server listens")
            try await body(MailServer(folder: folder, port: listening, address: "\(host):\(listening)"))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try execution.send(signal: .kill)
        try result.get()
    }
}

/// A certificate that nobody has signed but itself.
func makeCertificate(in folder: String) async throws -> (file: String, key: String) {
    let (file, key) = (folder + "/certificate.pem", folder + "/key.pem")
    let ended = try await run(
        .name("openssl"),
        arguments: [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=127.0.0.2", "-addext", "subjectAltName=IP:127.0.0.2", "-keyout", key, "-out", file,
        ],
        output: .discarded,
        error: .discarded
    )
    try #require(ended.terminationStatus.isSuccess)
    return (file, key)
}

func temporaryFolder() throws -> String {
    let folder = NSTemporaryDirectory() + "dropline-alerts-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
}
