import CommandSupport
import Foundation
import SSHServers
import Testing

/// `dropline purge` among crashes, servers and other processes.
@Suite struct PurgeTests {
    private static let purge = ["purge", "--json", "--older-than", "0s"]

    /// Where a purge may die, and how often that place is passed first: three parts, with three files on the drop and six in the workspace.
    static let places = [
        "purge.begun:1", "purge.begun:2", "purge.begun:3", "purge.file-removed:1", "purge.file-removed:3",
        "purge.file-removed:4", "purge.file-removed:9", "purge.removed:1", "purge.removed:2", "purge.removed:3",
    ]

    @Test(arguments: places)
    func `a purge that is killed is ended by the next one, and polls go on between them`(_ place: String) async throws {
        try await withScene("purge killed at \(place)") { scene in
            try scene.drop(SourceFile())
            _ = try await scene.sweep()
            let before = try await scene.installation.show(1)["run"]
            let killed = try await scene.installation.run(Self.purge, environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9, "\(scene.name): the place was not reached: \(killed)")
            let show = try await scene.installation.run("show", "1")
            #expect(
                show.exit == 0 && show.output.contains("  purged    "),
                "\(scene.name): it does not say why: \(show)"
            )
            let poll = try await scene.installation.poll("--wait", "1s")
            #expect(try poll.exit == 0 && poll.json()["runs"] == [], "\(scene.name): \(poll)")
            let purged = try await scene.installation.run(Self.purge)
            #expect(purged.exit == 0, "\(scene.name): \(purged)")
            try await expectPurged(scene, runs: 1)
            expectSame(try await scene.installation.show(1)["run"], before, scene.name)
        }
    }

    @Test(arguments: [true, false])
    func `on an SFTP server the same goes, and a changed file stays`(_ isOpenSSH: Bool) async throws {
        let kind: any ServerKind = isOpenSSH ? OpenSSHServer() : ProFTPDServer()
        try await withServer(kind) { server in
            try await withScene("purge on \(kind)", on: server.place()) { scene in
                try scene.drop(SourceFile())
                _ = try await scene.sweep()
                let archived = Installation.inbox + "/archive/" + SourceFile().name
                let content = try scene.installation.read(archived)
                try Data("changed\n".utf8).write(to: URL(fileURLWithPath: scene.installation.path(archived)))
                let tree = try scene.installation.tree()
                let dry = try await scene.installation.run(Self.purge + ["--dry-run"])
                #expect(dry.exit == 1, "\(dry)")
                expectSame(try scene.installation.tree(), tree, scene.name)
                let first = try await scene.installation.run(Self.purge)
                #expect(first.exit == 1 && first.errors.contains("stays: netsuite:" + archived), "\(first)")
                expectSame(try dry.json()["removed"], try first.json()["removed"], scene.name)
                expectSame(try scene.installation.archive(), [SourceFile().name], scene.name)
                try content.write(to: URL(fileURLWithPath: scene.installation.path(archived)))
                let second = try await scene.installation.run(Self.purge)
                #expect(try second.exit == 0 && second.json()["totals"]["archive"]["files"] == 1, "\(second)")
                try await expectPurged(scene, runs: 1)
            }
        }
    }

    @Test func `a server that is down holds up nothing else, and is asked once`() async throws {
        try await withRefusingPort { port in
            try await withServer(OpenSSHServer()) { server in
                try await withScene("purge without its server", on: server.place()) { scene in
                    for (seed, hour) in [("a", 7), ("b", 8)] as [(Character, Int)] {
                        try scene.drop(SourceFile(seed: seed, time: "0\(hour):00:00"))
                    }
                    _ = try await scene.sweep()
                    try scene.installation.set("port", "\(port)")
                    let down = try await scene.installation.run(Self.purge)
                    #expect(down.exit == 69, "\(down)")
                    #expect(try down.json()["faults"].array?.count == 1, "\(down)")
                    #expect(try down.json()["totals"]["workspace"]["files"] == 12, "\(down)")
                    try scene.installation.set("port", "\(server.port)")
                    let known = try server.place().knownHosts
                    try known.write(
                        toFile: scene.installation.folder + "/known_hosts",
                        atomically: true,
                        encoding: .utf8
                    )
                    let up = try await scene.installation.run(Self.purge)
                    #expect(up.exit == 0, "\(up)")
                    try await expectPurged(scene, runs: 2)
                }
            }
        }
    }

    @Test func `what a later run put in the same place stays until that run's time has come`() async throws {
        try await withScene("purge of an earlier run") { scene in
            let (first, second) = (SourceFile(seed: "a"), SourceFile(seed: "b"))
            let archived = scene.installation.path(Installation.inbox + "/archive/" + first.name)
            try scene.drop(first)
            _ = try await scene.sweep()
            try FileManager.default.removeItem(atPath: archived)
            try scene.drop(second)
            _ = try await scene.sweep()
            try await age(1, in: scene)
            let purged = try await scene.installation.run("purge", "--json", "--older-than", "1h")
            #expect(purged.exit == 0, "\(purged)")
            expectSame(try String(contentsOfFile: archived, encoding: .utf8), second.text, scene.name)
            let removed = try purged.json()["removed"].array ?? []
            #expect(!removed.isEmpty && removed.allSatisfy { $0["run"].int == 1 }, "\(purged)")
            _ = try await scene.installation.run(Self.purge)
            try await expectPurged(scene, runs: 2)
        }
    }

    @Test(arguments: 1...3)
    func `purges beside polls and beside one another lose nothing`(_ round: Int) async throws {
        try await withScene("purges beside polls, round \(round)", operationSeconds: "0.2") { scene in
            try await scene.inject([.counter(version: "2026-07")])
            let sources = ["a", "b", "c", "d"].enumerated().map { number, seed in
                SourceFile(cards: 8, seed: Character(seed), time: "0\(number + 6):00:00")
            }
            for source in sources.prefix(2) { try scene.drop(source) }
            _ = try await scene.sweep()
            for source in sources.suffix(2) { try scene.drop(source) }
            async let poll = scene.installation.poll("--wait", "40s")
            try await Task.sleep(for: .milliseconds(70 * round))
            async let one = scene.installation.run(Self.purge)
            async let other = scene.installation.run(Self.purge)
            let ended = try await [poll, one, other]
            #expect(ended.allSatisfy { [0, 1].contains($0.exit) }, "\(scene.name): \(ended)")
            #expect(ended.dropFirst().allSatisfy { $0.exit == 0 }, "\(scene.name): \(ended)")
            _ = try await scene.sweep()
            let last = try await scene.installation.run(Self.purge)
            #expect(last.exit == 0, "\(scene.name): \(last)")
            expectSame(try await scene.shop.codes(), sources.flatMap(\.codes).sorted(), scene.name)
            expectSame(try await scene.executions(), sources.flatMap(\.codes).count, "\(scene.name): sent again")
            try await expectPurged(scene, runs: 4)
        }
    }

    /// Moves the end of a run a day back.
    private func age(_ run: Int, in scene: Scene) async throws {
        let code = """
            import sqlite3,sys
            db = sqlite3.connect(sys.argv[1])
            db.execute('UPDATE runs SET finished_at = finished_at - 86400000 WHERE id = ?', (sys.argv[2],))
            db.commit()
            """
        _ = try await python(code, scene.installation.folder + "/var/dropline.sqlite", "\(run)")
    }

    /// Expects that of ended runs nothing is left that carries codes, that all of it is recorded, and that rows and money still balance.
    private func expectPurged(_ scene: Scene, runs: Int) async throws {
        let files = try scene.installation.archive() + scene.installation.feeds() + scene.installation.bulkFiles()
        expectSame(files, [], "\(scene.name): left on the drop")
        let workspace = FileManager.default.enumerator(atPath: scene.installation.folder + "/var/workspace")
        let sealed = (workspace?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".sealed") }
        expectSame(sealed, [], "\(scene.name): left in the workspace")
        for number in 1...runs {
            let detail = try await scene.installation.show(number)
            let parts = (detail["purges"].array ?? []).filter { $0["doneAt"].string != nil }.map { $0["part"].string }
            expectSame(parts, ["archive", "ledger", "workspace"], "\(scene.name): run \(number)")
            let balance = try await scene.installation.balance(number)
            #expect(balance.isBalanced && balance.total.rows > 0, "\(scene.name): \(balance)")
        }
        let again = try await scene.installation.run(Self.purge)
        #expect(try again.exit == 0 && again.json()["removed"] == [], "\(scene.name): \(again)")
        let check =
            "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchall())"
        expectSame(try await python(check, scene.installation.folder + "/var/dropline.sqlite"), "[('ok',)]", scene.name)
    }
}
