import CommandSupport
import Foundation
import SSHServers
import Testing

/// The connection to an SFTP server breaks, falls silent, or ends at a server that was restarted: on OpenSSH, with a file of some hundred kilobytes.
@Suite struct WireTests {
    /// About 110 kB; its outputs have three to four times as much.
    private static let large = SourceFile(cards: 1_500)

    @Test(arguments: [Relay.Ending.reset, .end])
    func `a connection that is cut at every 10 kB of a file and of its outputs loses and doubles nothing`(
        _ ending: Relay.Ending
    ) async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                try await withScene("cut at every 10 kB", on: server.place(port: relay.port)) { scene in
                    try scene.drop(Self.large)
                    var sweeps: [CommandResult] = []
                    // Each connection comes 10 kB further than the one before it: first what is fetched, then what is written.
                    relay.plan { .cut(ending, after: 10_000 * ($0 + 1), .toClient) }
                    while try await scene.installation.runs().isEmpty, sweeps.count < 60 {
                        sweeps.append(try await scene.installation.poll("--wait", "0s"))
                    }
                    let cutFetches = sweeps.count { $0.exit == 69 }
                    let before = relay.connections
                    #expect(cutFetches > 0 && before > 10, "\(before) connections: \(sweeps)")
                    relay.plan { .cut(ending, after: 10_000 * ($0 - before + 1), .toServer) }
                    while try await scene.installation.runs().contains(where: { $0["state"] != "done" }),
                        sweeps.count < 200
                    {
                        sweeps.append(try await scene.installation.poll("--wait", "0s"))
                    }
                    #expect(sweeps.count { $0.exit == 69 } - cutFetches > 15, "\(sweeps)")
                    for sweep in sweeps where sweep.exit == 69 {
                        #expect(sweep.errors.contains("the connection was lost"), "\(sweep)")
                    }
                    relay.plan { _ in nil }
                    try await Invariants.expect(scene, [Self.large], sweeps: sweeps.suffix(3))
                }
            }
        }
    }

    /// How far a connection comes before nothing arrives any more.
    static let stalls: [(Int, Relay.Direction)] = [
        (1_000, .toClient), (60_000, .toClient), (1_000, .toServer), (100_000, .toServer), (300_000, .toServer),
    ]

    @Test(arguments: stalls)
    func `a server that falls silent is a time-out that is told, and the next poll goes on`(
        _ after: Int,
        _ direction: Relay.Direction
    ) async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                try await withScene("silent after \(after)", on: server.place(port: relay.port)) { scene in
                    try scene.installation.addToServer("connect_timeout: 12s", "timeout: 5s")
                    relay.plan { _ in .stall(after: after, direction) }
                    try scene.drop(Self.large)
                    var sweeps: [CommandResult] = []
                    while !sweeps.contains(where: { $0.exit == 69 }), sweeps.count < 8 {
                        sweeps.append(try await scene.installation.poll("--wait", "0s"))
                    }
                    let silent = try #require(sweeps.last)
                    #expect(silent.exit == 69, "\(sweeps)")
                    #expect(silent.errors.contains("no answer in time"), "\(silent)")
                    #expect(silent.errors.contains(/gave no answer within (5|12)/), "\(silent)")
                    relay.plan { _ in nil }
                    sweeps += try await scene.sweep()
                    try await Invariants.expect(scene, [Self.large], sweeps: sweeps)
                }
            }
        }
    }

    @Test(arguments: [(60_000, Relay.Direction.toClient), (100_000, .toServer)])
    func `a server that is restarted in the middle of a poll is connected to again`(
        _ after: Int,
        _ direction: Relay.Direction
    ) async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                try await withScene("restarted after \(after)", on: server.place(port: relay.port)) { scene in
                    // Held there until the server has gone and come back.
                    relay.plan { $0 == 0 ? .stall(after: after, direction) : nil }
                    try scene.drop(Self.large)
                    let arguments = ["poll", "--json", "--wait", "40s", "--config", scene.installation.configuration]
                    let (_, poll) = try await withDropline(arguments) { _ in
                        try await relay.waitForFault()
                        await server.stop()
                        try await server.start()
                        relay.cutAll()
                    }
                    // What was fetched is fetched again at the next poll; what was written, in this one.
                    #expect(poll.exit == (direction == .toClient ? 69 : 1), "\(poll)")
                    let stages =
                        try await direction == .toClient ? [] : scene.installation.show(1)["stages"].array ?? []
                    let said = poll.errors + stages.map { $0["detail"].string ?? "" }.joined()
                    #expect(said.contains("the connection was lost"), "\(poll) \(stages)")
                    let sweeps = [poll] + (direction == .toClient ? try await scene.sweep() : [])
                    try await Invariants.expect(scene, [Self.large], sweeps: sweeps)
                }
            }
        }
    }

    @Test func `a poll opens one connection to a server, however many files it works on, and leaves none behind`()
        async throws
    {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                try await withScene("connections", on: server.place(port: relay.port)) { scene in
                    for number in 0..<3 {
                        let (seed, time) = (Character(Unicode.Scalar(UInt8(97 + number))), "1\(number):00:00")
                        try scene.drop(SourceFile(cards: 3, seed: seed, bad: false, time: time))
                    }
                    let poll = try await scene.installation.poll("--wait", "40s")
                    #expect(poll.exit == 0, "\(poll)")
                    #expect(try scene.installation.archive().count == 3)
                    #expect(relay.connections == 1, "\(relay.connections) connections")
                    let idle = try await scene.installation.poll()
                    #expect(idle.exit == 0 && relay.connections == 2, "\(relay.connections) connections: \(idle)")
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a dead drop delays no other: a run is delivered while it is still waited for`() async throws {
        try await withServer(OpenSSHServer()) { healthy in
            try await withRelay(to: healthy.port) { dead in
                dead.stallAll()
                try await withScene("beside a dead drop", on: healthy.place()) { scene in
                    let key = healthy.keys.path(ClientKey.ed25519)
                    let pin = try await healthy.keys.fingerprint(.ed25519)
                    // It is swept first, by its name too, and is waited for an hour.
                    let drop = DeadDrop("a-dead-one", dead.port, key, pin, "", patience: "60m")
                    try scene.installation.add(drop, user: healthy.user, root: healthy.root + "/nothing")
                    try scene.drop(SourceFile())
                    let arguments = ["poll", "--json", "--wait", "40s", "--config", scene.installation.configuration]
                    let (_, poll) = try await withDropline(arguments) { _ in
                        try await waitUntil("the dead drop is called") { dead.connections > 0 }
                        try await waitUntil("the other one's run is at its end", within: .seconds(100)) {
                            try await scene.installation.runs().map { $0["state"] } == ["done"]
                        }
                        let archived = try scene.installation.archive()
                        #expect(archived == [SourceFile().name])
                        #expect(try Published(scene.installation).texts.count == 4)
                        // Only now the dead one's connection ends, and the poll with it.
                        dead.cutAll()
                    }
                    #expect(poll.exit == 69, "\(poll)")
                    #expect(poll.errors.contains("drop a-dead-one"), "\(poll)")
                    try scene.installation.remove(pipeline: drop.name)
                    try await Invariants.expect(scene, sweeps: [poll])
                }
            }
        }
    }
}

extension Installation {
    /// Gives the drop `netsuite` more keys.
    func addToServer(_ lines: String...) throws {
        try edit(configuration) { text in
            text.replace(
                "    type: sftp\n",
                with: "    type: sftp\n" + lines.map { "    \($0)\n" }.joined(),
                maxReplacements: 1
            )
        }
    }

    /// Names a pipeline no longer.
    func remove(pipeline: String) throws {
        try edit(configuration) { $0 = $0.replacing("  - pipelines/\(pipeline).yaml\n", with: "") }
    }
}
