import CommandSupport
import Foundation
import SSHServers
import Testing

/// Something has the name of a directory into which files are to go: the run stops, and goes on by itself once that is gone.
@Suite struct BlockedPlaceTests {
    static let places = [
        Installation.inbox + "/archive", "dropline/‹pipeline›/feed", "dropline/‹pipeline›/result",
    ]

    @Test(arguments: places, [false, true])
    func `a plain file in the way stops the run, and nobody has to approve anything once it is removed`(
        _ place: String,
        _ isServer: Bool
    ) async throws {
        guard isServer else { return try await expect(place, on: nil) }
        try await withServer(OpenSSHServer()) { server in try await expect(place, on: try server.place()) }
    }

    private func expect(_ place: String, on server: SFTPPlace?) async throws {
        try await withScene("a plain file at \(place)", on: server) { scene in
            let name = place.replacing("‹pipeline›", with: scene.installation.pipeline)
            let path = scene.installation.path(name)
            let folder = path[..<(path.lastIndex(of: "/") ?? path.endIndex)]
            try FileManager.default.createDirectory(atPath: String(folder), withIntermediateDirectories: true)
            try Data("in the way".utf8).write(to: URL(fileURLWithPath: path))
            try scene.drop(SourceFile())
            var sweeps: [CommandResult] = []
            for _ in 1...2 {
                sweeps.append(try await scene.installation.poll("--wait", "40s"))
                let runs = try await scene.installation.runs()
                #expect(runs.map { $0["state"] } == ["stopped"], "\(runs)")
                #expect(runs[0]["attention"].string?.contains("isn't a directory") == true, "\(runs)")
            }
            #expect(try scene.installation.inbox().contains(SourceFile().name), "\(sweeps)")
            try FileManager.default.removeItem(atPath: path)
            sweeps += try await scene.sweep(atMost: 1)
            #expect(try scene.installation.archive() == [SourceFile().name], "\(sweeps)")
            try await Invariants.expect(scene, sweeps: sweeps)
        }
    }
}
