import CommandSupport
import Foundation
import SSHServers
import Testing

/// Servers that are broken, or mean harm: what they can't do to a poll beside them.
@Suite struct HostileServerTests {
    private let inbox = Installation.inbox

    /// What a poll used at most of the memory, and how it ended.
    private func measuredPoll(_ installation: Installation) async throws -> (kilobytes: Int, result: JSON) {
        let measure = """
            import json,resource,subprocess,sys
            run=subprocess.run(sys.argv[1:],capture_output=True,text=True)
            usage=resource.getrusage(resource.RUSAGE_CHILDREN)
            print(json.dumps({"exit":run.returncode,"kilobytes":usage.ru_maxrss,"errors":run.stderr[:4000],"output":run.stdout[:4000]}))
            """
        let (dropline, configuration) = (try droplineBinary(), installation.configuration)
        let said = try await python(measure, dropline, "poll", "--json", "--wait", "1s", "--config", configuration)
        let measured = try JSON(parsing: said)
        return (measured["kilobytes"].int ?? .max, measured)
    }

    /// Where more bytes lie than the tests have dropped.
    private func bytes(in folder: String) throws -> Int {
        let walk = FileManager.default.enumerator(atPath: folder)
        var sum = 0
        while walk?.nextObject() != nil { sum += (walk?.fileAttributes?[.size] as? Int) ?? 0 }
        return sum
    }

    static let endless = [
        LyingServer { $0.longNames = 1_000_000 }, LyingServer { $0.longNames = 250 },
        LyingServer { $0.endlessNames = "#-GiftCardFulfillment.csv" },
    ]

    @Test(arguments: endless)
    func `a listing without an end is told, and takes less than 100 MB of memory`(_ kind: LyingServer) async throws {
        try await withServer(kind) { server in
            try await withScene("a listing without an end", on: server.place()) { scene in
                let (kilobytes, result) = try await measuredPoll(scene.installation)
                #expect(result["exit"] == 69, "\(result)")
                #expect(result["errors"].string?.contains("names, or more than 16 MB of them") == true, "\(result)")
                #expect(kilobytes < 100_000, "\(kilobytes) kB")
            }
        }
    }

    @Test func `a name above 255 bytes is told, short, and costs no other file`() async throws {
        let long = String(repeating: "n", count: 5_000) + "-GiftCardFulfillment.csv"
        let hex = long.utf8.map { String($0, radix: 16) }.joined()
        try await withServer(LyingServer { $0.alsoListed = [hex] }) { server in
            try await withScene("a long name", on: server.place()) { scene in
                try scene.drop(SourceFile())
                let poll = try await scene.installation.poll("--wait", "40s")
                #expect(poll.exit == 1 && poll.errors.contains("5024 bytes"), "\(poll)")
                #expect(poll.errors.split(separator: "\n").allSatisfy { $0.utf8.count < 1_000 }, "\(poll)")
                #expect(try scene.installation.archive() == [SourceFile().name], "\(poll)")
            }
        }
    }

    @Test func `a file that never ends is left, unread but for its first bytes, and the others are taken`() async throws
    {
        let endless = SourceFile(cards: 2, seed: "e", bad: false, time: "07:00:00")
        try await withServer(LyingServer { $0.endless = [endless.name] }) { server in
            try await withScene("a file without an end", on: server.place()) { scene in
                try scene.drop(endless)
                try scene.drop(SourceFile())
                let (kilobytes, result) = try await measuredPoll(scene.installation)
                let output = try JSON(parsing: result["output"].string ?? "")
                #expect(output["unsettled"] == 1, "\(result)")
                #expect(kilobytes < 100_000, "\(kilobytes) kB")
                #expect(try scene.installation.inbox().contains(endless.name))
                let kept = try bytes(in: scene.installation.folder + "/var/workspace")
                #expect(kept < 1_000_000, "\(kept) bytes in the workspace")
                _ = try await scene.sweep(atMost: 3)
                #expect(try scene.installation.archive() == [SourceFile().name])
            }
        }
    }

    @Test func `a server that says of every name that it is taken is asked so often, and then told of`() async throws {
        try await withServer(LyingServer { $0.exists = "/archive/" }) { server in
            try await withScene("every name is taken", on: server.place()) { scene in
                try scene.drop(SourceFile())
                let poll = try await scene.installation.poll("--wait", "40s")
                #expect(poll.exit == 69, "\(poll)")
                #expect(poll.errors.contains("names that it is taken"), "\(poll)")
                let looks = server.log().components(separatedBy: "request: lstat").count
                #expect(looks < 500, "\(looks) looks")
                let runs = try await scene.installation.runs()
                #expect(runs.map { $0["state"] } == ["stopped"], "\(runs)")
                try await server.restart(LyingServer())
                let sweeps = [poll] + (try await scene.sweep())
                try await Invariants.expect(scene, sweeps: sweeps)
            }
        }
    }

    @Test func `a server that sends a byte now and then holds a poll for a while, and no longer`() async throws {
        let kind = LyingServer {
            $0.longNames = 20
            $0.trickle = LyingServer.Trickle(after: 400, secondsForAByte: 0.05)
        }
        try await withServer(kind) { server in
            try await withScene("a byte now and then", on: server.place()) { scene in
                try scene.installation.addToServer("timeout: 1s")
                try scene.drop(SourceFile())
                let poll = try await scene.installation.poll("--wait", "1s")
                #expect(poll.exit == 69 && poll.errors.contains("too slow"), "\(poll)")
            }
        }
    }

    // MARK: One file

    @Test(arguments: [
        (SSHServers.Fault.Request.open, 8), (.open, 7), (.open, 31), (.lstat, 8), (.lstat, 3), (.read, 8),
    ])
    func `whatever a server answers for one file, the others are taken`(
        _ request: SSHServers.Fault.Request,
        _ status: Int
    ) async throws {
        let bad = SourceFile(cards: 2, seed: "b", bad: false, time: "07:00:00")
        let refusal = LyingServer.Refusal(request, of: bad.name, status, "not this one")
        try await withServer(LyingServer { $0.statuses = [refusal] }) { server in
            try await withScene("\(request.rawValue) answered with \(status)", on: server.place()) { scene in
                try scene.drop(bad)
                try scene.drop(SourceFile())
                for _ in 1...2 {
                    let poll = try await scene.installation.poll("--wait", "40s")
                    #expect(poll.exit == 69 && poll.errors.contains("not this one"), "\(poll)")
                    #expect(try scene.installation.archive() == [SourceFile().name], "\(poll)")
                }
                #expect(try scene.installation.inbox() == [bad.name])
                try await server.restart(LyingServer())
                _ = try await scene.sweep()
                #expect(try scene.installation.archive() == [SourceFile().name, bad.name].sorted())
            }
        }
    }
}
