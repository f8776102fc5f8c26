import Foundation
import SSHServers
import Subprocess
import SystemPackage

/// How a program ended, and all that it said.
struct Said: CustomStringConvertible {
    let isSuccess: Bool
    let text: String

    var description: String { (isSuccess ? "well" : "badly") + ":\n" + text }
}

/// Runs a program to its end, or for as many seconds as it is given.
func program(_ name: String, _ arguments: [String], input: String = "", seconds: Int = 20) async throws -> Said {
    // From a file: to write to a program that no longer reads would be an error of its own.
    let file = NSTemporaryDirectory() + "dropline-input-\(UUID().uuidString)"
    try input.write(toFile: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let result = try await run(
        .name("timeout"),
        arguments: Arguments([String(seconds), name] + arguments),
        input: .fileDescriptor(try FileDescriptor.open(FilePath(file), .readOnly), closeAfterSpawningProcess: true),
        output: .string(limit: 1_000_000),
        error: .combinedWithOutput
    )
    return Said(isSuccess: result.terminationStatus.isSuccess, text: result.standardOutput)
}

/// Options of OpenSSH's clients for a server: its host keys are known, and one key is offered.
func options(_ server: RunningServer, key: ClientKey? = .ed25519, port: Int? = nil) throws -> [String] {
    let known = server.root + "/../known-\(UUID().uuidString.prefix(8))"
    let lines = try server.knownHosts().replacing(
        "[127.0.0.1]:\(server.port)",
        with: "[127.0.0.1]:\(port ?? server.port)"
    )
    try lines.write(toFile: known, atomically: true, encoding: .utf8)
    var all = ["-F", "none", "-o", "UserKnownHostsFile=\(known)", "-o", "GlobalKnownHostsFile=none"]
    all += ["-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes", "-o", "IdentityAgent=none"]
    all += ["-o", "ConnectTimeout=5", "-P", String(port ?? server.port)]
    if let key {
        all += ["-o", "BatchMode=yes", "-o", "IdentityFile=\(server.keys.path(key))"]
    } else {
        all += ["-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"]
    }
    return all
}

/// Gives commands to the real `sftp`.
func sftp(
    _ server: RunningServer,
    _ commands: String,
    key: ClientKey = .ed25519,
    port: Int? = nil,
    more: [String] = [],
    seconds: Int = 20
) async throws -> Said {
    let arguments = try options(server, key: key, port: port) + more + ["-b", "-", "\(server.user)@127.0.0.1"]
    return try await program("sftp", arguments, input: commands + "\n", seconds: seconds)
}

/// Lists by the real `sftp` after a login with answers to its questions.
func sftpAnswering(
    _ server: RunningServer,
    _ answers: [String],
    method: String,
    key: ClientKey? = nil
) async throws -> Said {
    let script = server.root + "/../askpass-\(UUID().uuidString.prefix(8))"
    let lines = answers.enumerated().map { "\($0.offset)) echo '\($0.element)';;" }.joined(separator: "\n")
    try """
    #!/bin/sh
    n=$(cat '\(script).n' 2>/dev/null || echo 0)
    echo $((n + 1)) > '\(script).n'
    case $n in
    \(lines)
    esac
    """.write(toFile: script, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script)
    var arguments = try options(server, key: nil) + ["-o", "PreferredAuthentications=\(method)"]
    if let key { arguments = ["-o", "PubkeyAuthentication=yes", "-i", server.keys.path(key)] + arguments }
    return try await program(
        "env",
        ["SSH_ASKPASS=\(script)", "SSH_ASKPASS_REQUIRE=force", "sftp"] + arguments + ["\(server.user)@127.0.0.1"],
        input: "ls\n"
    )
}
