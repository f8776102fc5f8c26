import CommandSupport
import Foundation
import Testing

/// `dropline purge`: what finished runs no longer need goes by age, and nothing else.
@Suite struct PurgeTests {
    private static let header = "giftCardNumber,price,orderId\n"
    private static let good = "dlpurge00001,5,778899001122\n"
    private static let bad = "dlpurge00002,x,778899001133\n"

    /// A run that has ended, of one card that works and one row that is invalid.
    private func withRun(
        of text: String = header + good + bad,
        _ body: (Installation, SandboxShop) async throws -> Void
    ) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(DecisionFile.name(1), text)
            let poll = try await installation.poll()
            #expect([0, 1].contains(poll.exit), "\(poll)")
            try await body(installation, shop)
        }
    }

    private func purge(_ installation: Installation, _ arguments: String...) async throws -> CommandResult {
        try await installation.run(["purge", "--json", "--older-than", "0s"] + arguments)
    }

    @Test func `codes and texts of an ended run go, and what became of its rows stays`() async throws {
        try await withRun { installation, _ in
            let (before, results) = (try await installation.show(1), try installation.results())
            #expect(try installation.ledgerBytes().contains("778899001122"), "the search finds nothing")
            let result = try await purge(installation)
            #expect(result.exit == 0, "\(result)")
            let totals = try result.json()["totals"]
            expectSame([totals["archive"]["files"].int, totals["workspace"]["files"].int], [3, 6], "\(result)")
            expectSame(totals["ledger"]["rows"].int, 2, "\(result)")
            let inDrop = try installation.tree().filter { try installation.text($0).contains("dlpurge") }
            #expect(inDrop.isEmpty, "codes are left in \(inDrop)")
            expectSame(try installation.results(), results)
            expectSame(try installation.sealedFiles(), [])
            #expect(try !installation.ledgerBytes().contains("778899"), "the ledger's file keeps what was forgotten")

            let after = try await installation.show(1)
            expectSame(after["run"], before["run"])
            expectSame(after["purges"].array?.map { $0["part"].string }, ["archive", "ledger", "workspace"])
            #expect(after["purges"].array?.allSatisfy { $0["doneAt"].string != nil } == true, "\(after)")
            let states = after["files"].array?.map { "\($0["kind"].string ?? "") \($0["state"].string ?? "")" }
            let expected = [
                "activation-feed purged", "bulk-file purged", "rejects published", "results published", "source purged",
            ]
            expectSame(states, expected)
            let trace = try await installation.run("trace", "778899001122")
            #expect(trace.exit == 0 && trace.output.contains("nothing is known by this"), "\(trace)")
            let again = try await purge(installation)
            #expect(try again.exit == 0 && again.json()["removed"] == [], "\(again)")
        }
    }

    @Test func `show, trace and rejects say of a purged run that it is purged`() async throws {
        try await withRun { installation, _ in
            _ = try await purge(installation)
            let show = try await installation.run("show", "1")
            #expect(show.output.contains("purged    workspace: its sealed files, 2"), "\(show)")
            #expect(show.output.contains("line 3  …  invalid  purged"), "\(show)")
            let trace = try await installation.run("trace", "run:1")
            #expect(trace.output.contains("purged     archive, ledger, workspace of this run, by age"), "\(trace)")
            let path = installation.folder + "/rejects.csv"
            let rejects = try await installation.run("rejects", "1", "--output", path, "--reason", "r")
            #expect(rejects.exit == 64 && rejects.errors.contains("run 1 is purged"), "\(rejects)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a card is recognised although all of its run is purged`() async throws {
        try await withRun(of: Self.header + Self.good) { installation, shop in
            _ = try await purge(installation)
            try installation.drop(DecisionFile.name(2), Self.header + Self.good)
            try installation.drop(DecisionFile.name(3), Self.header + Self.good + Self.bad)
            _ = try await installation.poll()
            let states = try await installation.runs().map { $0["state"].string }
            expectSame(states, ["done", "duplicate", "done"])
            let results = try installation.results(of: DecisionFile.name(3))
            expectSame(results.column("status"), ["already-active", "invalid"])
            expectSame(try await shop.codes(), ["dlpurge00001"])
        }
    }

    @Test func `a dry run tells what a purge removes, and changes no byte`() async throws {
        try await withRun { installation, _ in
            let before = try image(of: installation.folder)
            let dry = try await purge(installation, "--dry-run")
            #expect(dry.exit == 0, "\(dry)")
            expectSame(try image(of: installation.folder), before)
            let purged = try await purge(installation)
            #expect(try dry.json()["dryRun"] == true && purged.json()["dryRun"] == false)
            expectSame(try dry.json()["removed"], try purged.json()["removed"])
            #expect(try dry.json()["removed"].array?.count == 10, "\(dry)")
        }
    }

    @Test func `without a word of how long, everything is kept`() async throws {
        try await withRun { installation, _ in
            let before = try image(of: installation.folder)
            let result = try await installation.run("purge", "--json")
            #expect(result.exit == 0 && result.errors.contains("everything is kept"), "\(result)")
            expectSame(try image(of: installation.folder), before)
            let young = try await installation.run("purge", "--json", "--older-than", "1h")
            #expect(try young.exit == 0 && young.json()["removed"] == [], "\(young)")
        }
    }

    @Test func `each part goes by its own age in the configuration`() async throws {
        try await withRun { installation, _ in
            try installation.edit(installation.configuration) { text in
                text += "\nretention: { archive: 0s, workspace: 90d }\n"
            }
            let result = try await installation.run("purge", "--json")
            let parts = try result.json()["removed"].array?.map { $0["part"].string }
            expectSame(parts, ["archive", "archive", "archive"], "\(result)")
            expectSame(try installation.sealedFiles().count, 6)
            let trace = try await installation.run("trace", "778899001122")
            #expect(trace.output.contains("run 1, line 2"), "\(trace)")
        }
    }

    @Test(arguments: [
        ("retention: { workspce: 90d }", "did you mean 'workspace'?"),
        ("retention: { archive: soon }", "'soon' is not a time"), ("retention: 90d", "should be a mapping"),
    ])
    func `a fault in the configuration is told with its place`(_ line: String, _ words: String) async throws {
        let installation = try await Installation()
        try installation.edit(installation.configuration) { $0 += "\n\(line)\n" }
        let result = try await installation.run("purge")
        #expect(result.exit == 78 && result.errors.contains(words), "\(result)")
    }

    @Test func `wrong usage, and a ledger that was never made, remove and make nothing`() async throws {
        let installation = try await Installation()
        let result = try await installation.run("purge", "--older-than", "soon")
        #expect(result.exit == 64, "\(result)")
        for flags in [[], ["--dry-run"]] as [[String]] {
            let early = try await installation.run(["purge", "--older-than", "1d"] + flags)
            #expect(early.exit == 78 && early.errors.contains("there is no ledger"), "\(early)")
        }
        #expect(!FileManager.default.fileExists(atPath: installation.folder + "/var/dropline.sqlite"))
    }

    @Test(arguments: ["other content", "a link", "a directory"])
    func `what is not what Dropline put there is named and stays`(_ kind: String) async throws {
        try await withRun { installation, _ in
            let place = Installation.inbox + "/archive/" + DecisionFile.name(1)
            let path = installation.path(place)
            let kept = installation.folder + "/kept.csv"
            try FileManager.default.moveItem(atPath: path, toPath: kept)
            switch kind {
            case "a link": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: kept)
            case "a directory":
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            default: try (Self.header + Self.bad).write(toFile: path, atomically: true, encoding: .utf8)
            }
            for flags in [["--dry-run"], [], []] as [[String]] {
                let result = try await installation.run(["purge", "--json", "--older-than", "0s"] + flags)
                #expect(result.exit == 1 && result.errors.contains("stays: local:" + place), "\(result)")
                expectSame(try result.json()["left"].array?.map { $0["file"].string }, ["local:" + place])
            }
            #expect(FileManager.default.fileExists(atPath: path) && FileManager.default.fileExists(atPath: kept))
            expectSame(try installation.feeds() + installation.bulkFiles(), [], "the others go")
            let show = try await installation.run("show", "1")
            #expect(show.output.contains("the next purge goes on with it"), "\(show)")
            try FileManager.default.removeItem(atPath: path)
            let last = try await purge(installation)
            #expect(last.exit == 0, "\(last)")
        }
    }

    @Test func `what a reader took away is no fault`() async throws {
        try await withRun { installation, _ in
            for name in try installation.feeds() {
                let path = installation.path("dropline/\(installation.pipeline)/feed/\(name)")
                try FileManager.default.removeItem(atPath: path)
            }
            let result = try await purge(installation)
            #expect(try result.exit == 0 && result.json()["totals"]["archive"]["files"] == 2, "\(result)")
        }
    }

    @Test func `a quarantined source goes too, its reason stays, and one that was never read stays`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(DecisionFile.name(1), "price\n5\n")
            _ = try await installation.poll()
            try installation.addToSource("max_size: 10")
            try installation.drop(DecisionFile.name(2), Self.header + Self.good)
            _ = try await installation.poll()
            let states = try await installation.runs().map { $0["state"].string }
            expectSame(states, ["quarantined", "quarantined"])
            let result = try await purge(installation)
            #expect(result.exit == 1 && result.errors.contains("it was never read"), "\(result)")
            let left = try installation.quarantine().filter { $0.hasSuffix(".csv") }
            expectSame(left, [DecisionFile.name(2)])
            expectSame(try installation.quarantine().count { $0.hasSuffix(".reason.txt") }, 2)
        }
    }

    @Test func `the starter's line for it keeps nothing of an old run, once it is no comment any more`() async throws {
        try await withRun { installation, _ in
            try installation.edit(installation.configuration) { $0 = $0.replacing("# retention:", with: "retention:") }
            let result = try await installation.run(
                ["purge", "--json"],
                environment: ["DROPLINE_CLOCK": "+2161h"]
            )
            #expect(result.exit == 0, "\(result)")
            let totals = try result.json()["totals"]
            expectSame([totals["archive"]["files"].int, totals["workspace"]["files"].int], [3, 6], "\(result)")
        }
    }

    @Test func `a run that is not at its end keeps everything`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("limits", "{ card: 4 }")
            try installation.drop(DecisionFile.name(1), Self.header + Self.good)
            try installation.drop(DecisionFile.name(2), Self.header + "dlpurge00003,3,1\n")
            try await shop.inject(["kind": "code-taken", "count": 1])
            _ = try await installation.poll("--wait", "1s")
            let states = try await installation.runs().map { $0["state"].string }
            expectSame(states, ["held", "waiting"])
            let before = (try installation.tree(), try installation.sealedFiles())
            let result = try await purge(installation)
            #expect(try result.exit == 0 && result.json()["removed"] == [], "\(result)")
            expectSame(try installation.tree(), before.0)
            expectSame(try installation.sealedFiles(), before.1)
            _ = try await installation.run("approve", "1", "--reason", "agreed")
            _ = try await installation.poll()
            expectSame(try await shop.codes(), ["dlpurge00001"])
            let late = try await purge(installation)
            #expect(try Set(late.json()["removed"].array?.map { $0["run"].int } ?? []) == [1], "\(late)")
        }
    }

    @Test func `a drop that can't be reached holds up nothing else, and is seen to later`() async throws {
        try await withRun { installation, _ in
            let away = installation.folder + "/away"
            try FileManager.default.moveItem(atPath: installation.dropFolder, toPath: away)
            for flags in [["--dry-run"], []] as [[String]] {
                let result = try await installation.run(["purge", "--json", "--older-than", "0s"] + flags)
                #expect(result.exit == 69, "\(result)")
                let totals = try result.json()["totals"]
                expectSame([totals["archive"]["files"].int, totals["workspace"]["files"].int], [0, 6], "\(result)")
            }
            try FileManager.default.moveItem(atPath: away, toPath: installation.dropFolder)
            let result = try await purge(installation)
            #expect(try result.exit == 0 && result.json()["totals"]["archive"]["files"] == 3, "\(result)")
        }
    }

    @Test func `files on a drop that is not configured any more are named`() async throws {
        try await withRun { installation, _ in
            for path in [installation.configuration, installation.pipelineFile] {
                try installation.edit(path) { text in
                    text = text.replacing("  local:", with: "  other:").replacing("drop: local", with: "drop: other")
                }
            }
            let result = try await purge(installation)
            #expect(result.exit == 1 && result.errors.contains("no drop is named 'local' any more"), "\(result)")
            expectSame(try installation.archive(), [DecisionFile.name(1)])
            expectSame(try installation.sealedFiles(), [])
        }
    }

    @Test func `what 'run --output' wrote into a folder is that person's own`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let (source, folder) = (installation.folder + "/given.csv", installation.folder + "/out")
            try (Self.header + Self.good).write(toFile: source, atomically: true, encoding: .utf8)
            let ran = try await installation.run("run", installation.pipeline, source, "--output", folder)
            #expect(ran.exit == 0, "\(ran)")
            let before = try image(of: folder)
            let result = try await purge(installation)
            #expect(try result.exit == 0 && result.json()["totals"]["archive"]["files"] == 0, "\(result)")
            #expect(try result.json()["left"] == [], "\(result)")
            expectSame(try image(of: folder), before)
            #expect(FileManager.default.fileExists(atPath: source))
            expectSame(try installation.sealedFiles(), [])
        }
    }

    @Test func `what a killed fetch left whole goes by the next poll, what it left half written goes at once`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(DecisionFile.name(1), Self.header + Self.good)
            let killed = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "poll.fetched"])
            #expect(killed.exit == -9, "\(killed)")
            let incoming = installation.folder + "/var/workspace/incoming"
            for (name, age) in [(".part-1", 0.0), (".part-2", 90_000)] {
                try "half".write(toFile: "\(incoming)/\(name)", atomically: true, encoding: .utf8)
                let date = Date(timeIntervalSinceNow: -age)
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(incoming)/\(name)")
            }
            expectSame(try installation.sealedFiles().count, 3)
            let result = try await purge(installation)
            #expect(try result.exit == 0 && result.json()["removed"] == [], "\(result)")
            let left = try installation.sealedFiles()
            let whole = try #require(left.last { $0.hasSuffix("-1.sealed") }, "\(left)")
            expectSame(left, [whole])
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            expectSame(try await shop.codes(), ["dlpurge00001"])
            #expect(try !installation.sealedFiles().contains(whole), "the poll reads the file itself")
        }
    }
}

extension Installation {
    /// The files of the workspace, by their paths in it.
    fileprivate func sealedFiles() throws -> [String] {
        let root = folder + "/var/workspace"
        let walk = FileManager.default.enumerator(atPath: root)
        var paths: [String] = []
        while let path = walk?.nextObject() as? String {
            if walk?.fileAttributes?[.type] as? FileAttributeType == .typeRegular { paths.append(path) }
        }
        return paths.sorted()
    }

    /// All that stands in the ledger's files, be it in use or not.
    fileprivate func ledgerBytes() throws -> String {
        try ["", "-wal"].map { folder + "/var/dropline.sqlite" + $0 }
            .filter { FileManager.default.fileExists(atPath: $0) }
            .map { String(decoding: try Data(contentsOf: URL(fileURLWithPath: $0)), as: Unicode.ASCII.self) }
            .joined()
    }
}
