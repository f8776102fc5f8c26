import FileDropConformance
import FileDrops
import Foundation
import SSHServers
import Testing

@testable import SFTP

@Suite struct SFTPDropConformanceTests {
    @Suite(.server(OpenSSHServer())) struct OpenSSH {
        @Test(arguments: FileDropConformance.checks)
        func `a drop on OpenSSH does what every drop must`(_ check: Check) async throws { try await run(check) }
    }

    @Suite(.server(OpenSSHServer(deniedRequests: ["posix-rename", "fsync", "limits", "statvfs"])))
    struct OpenSSHWithoutExtensions {
        @Test(arguments: FileDropConformance.checks)
        func `a drop on OpenSSH without extensions does it too`(_ check: Check) async throws { try await run(check) }
    }

    @Suite(.server(ProFTPDServer())) struct ProFTPD {
        @Test(arguments: FileDropConformance.checks)
        func `a drop on ProFTPD does it too`(_ check: Check) async throws { try await run(check) }
    }

    @Suite(.server(AsyncSSHServer())) struct AsyncSSH {
        @Test(arguments: FileDropConformance.checks)
        func `a drop on asyncssh does it too`(_ check: Check) async throws { try await run(check) }
    }

    @Suite(.server(AsyncSSHServer(extensions: []))) struct AsyncSSHWithoutExtensions {
        @Test(arguments: FileDropConformance.checks)
        func `a drop on asyncssh without posix-rename does it too`(_ check: Check) async throws { try await run(check) }
    }

    @Suite(.server(AsyncSSHServer(hasBareListings: true, isChrooted: true))) struct BareListings {
        @Test(arguments: FileDropConformance.checks)
        func `a drop on a server whose listings have only names does it too`(_ check: Check) async throws {
            try await run(check)
        }
    }
}

/// Runs a check on a folder of its own.
private func run(_ check: Check) async throws {
    let server = try #require(ServerOfSuite.running)
    let folder = "root-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: server.root + "/" + folder, withIntermediateDirectories: true)
    try await check.run { try await server.drop(folder) }
}
