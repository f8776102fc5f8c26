import CommandSupport
import Foundation
import Testing

/// `dropline run PIPELINE FILE… --dry-run` and `--output`.
@Suite struct DryRunTests {
    private func give(_ installation: Installation, _ name: String, _ text: String) throws -> String {
        let path = installation.folder + "/given/" + name
        try FileManager.default.createDirectory(
            atPath: installation.folder + "/given",
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func dry(_ installation: Installation, _ arguments: String...) async throws -> CommandResult {
        try await installation.run(["run", Installation.pipeline] + arguments + ["--dry-run", "--json"])
    }

    @Test func `a dry run leaves installation, drop and shop byte for byte as they were`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name(1), file(("dldry0000001", "10"), ("dldry0000002", "20")))
            _ = try await installation.poll()
            let path = try give(
                installation,
                name(2),
                file(("dldry0000001", "10"), ("dldry0000003", "30"), ("bad", "1"))
            )
            let before = try image(of: installation.folder)
            let (cards, operations) = (try await shop.cards(), try await shop.operations().count)
            let result = try await dry(installation, path)
            #expect(result.exit == 1, "a row is invalid: \(result)")
            let file = try result.json()["files"][0]
            #expect(file["outcome"] == "processed", "\(result)")
            #expect(file["statuses"]["create"] == ["rows": 1, "value": "30.00", "withoutValue": 0], "\(result)")
            #expect(file["statuses"]["already-active"]["rows"] == 1, "\(result)")
            #expect(file["statuses"]["invalid"]["value"] == "1.00", "\(result)")
            let invalid = (file["lines"].array ?? []).filter { $0["status"] == "invalid" }
            #expect(invalid.map { $0["line"].int } == [4], "\(result)")
            #expect(invalid.first?["reason"].string?.contains("fewer than 8") == true, "\(result)")
            #expect(!(result.output + result.errors).lowercased().contains("dldry"), "no code is shown: \(result)")
            let after = try image(of: installation.folder)
            expectSame(after, before)
            let (cardsAfter, operationsAfter) = (try await shop.cards(), try await shop.operations().count)
            #expect(cardsAfter == cards && operationsAfter == operations)
        }
    }

    @Test func `a ledger that a killed process left, with its log, is read and not touched`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name(3), file(("dldry0000004", "10")))
            let killed = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "activation-feed.taken"])
            #expect(killed.exit == -9, "\(killed)")
            let path = try give(installation, name(4), file(("dldry0000004", "10"), ("dldry0000005", "7")))
            let before = try image(of: installation.folder)
            #expect(before.keys.contains("var/dropline.sqlite-wal"), "the test needs a log: \(before.keys)")
            let result = try await dry(installation, path)
            #expect(result.exit == 0, "\(result)")
            let statuses = try result.json()["files"][0]["statuses"]
            #expect(statuses["unknown"]["rows"] == 1, "the killed run holds the code: \(result)")
            #expect(statuses["create"]["value"] == "7.00", "\(result)")
            let after = try image(of: installation.folder)
            expectSame(after, before)
        }
    }

    @Test func `a ledger whose log lost its index is read and not touched`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name(5), file(("dldry0000006", "10")))
            _ = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "activation-feed.taken"])
            try FileManager.default.removeItem(atPath: installation.folder + "/var/dropline.sqlite-shm")
            let path = try give(installation, name(6), file(("dldry0000006", "10")))
            let before = try image(of: installation.folder)
            let result = try await dry(installation, path)
            #expect(try result.json()["files"][0]["statuses"]["unknown"]["rows"] == 1, "\(result)")
            let after = try image(of: installation.folder)
            expectSame(after, before)
        }
    }

    @Test func `a ledger in use is read beside its user and not touched`() async throws {
        try await withSandbox(operationSeconds: "60") { shop in
            let installation = try await Installation(shop)
            try installation.drop(name(16), file(("dldry0000018", "10")))
            let path = try give(installation, name(17), file(("dldry0000018", "10"), ("dldry0000019", "7")))
            _ = try await withDropline(["poll", "--config", installation.configuration]) { running in
                try await shop.wait(until: "the poll follows its operation") { try await $0.operations().count == 1 }
                try await running.suspend()
                let before = try image(of: installation.folder)
                let result = try await dry(installation, path)
                #expect(result.exit == 0, "\(result)")
                #expect(try result.json()["files"][0]["statuses"]["unknown"]["rows"] == 1, "\(result)")
                let after = try image(of: installation.folder)
                expectSame(after, before)
                try running.kill()
            }
        }
    }

    @Test func `an installation without ledger and key stays without`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try give(installation, name(7), file(("dldry0000007", "10")))
            let before = try image(of: installation.folder)
            let result = try await dry(installation, path)
            #expect(result.exit == 0, "\(result)")
            let after = try image(of: installation.folder)
            expectSame(after, before)
        }
    }

    @Test func `nothing of a dry run is left on the disk`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try give(installation, name(8), file(("dldry0000008", "10")))
            let temporary = installation.folder + "/tmp"
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
            let result = try await installation.run(
                "run",
                Installation.pipeline,
                path,
                "--dry-run",
                environment: ["TMPDIR": temporary]
            )
            #expect(result.exit == 0, "\(result)")
            let left = try FileManager.default.contentsOfDirectory(atPath: temporary)
            expectSame(left, [])
        }
    }

    @Test(arguments: ["{ card: 50 }", "{ file: 90 }", "{ day: 90 }"])
    func `a file above a limit is told to be held`(limits: String) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("limits", limits)
            let path = try give(installation, name(9), file(("dldry0000009", "60"), ("dldry0000010", "40")))
            let result = try await dry(installation, path)
            #expect(result.exit == 1, "\(result)")
            let found = try result.json()["files"][0]
            #expect(found["outcome"] == "held", "\(result)")
            #expect(found["statuses"]["held"]["value"] == "100.00", "\(result)")
            #expect(found["reason"].string?.contains("above the limit") == true, "\(result)")
            let real = try await installation.run("run", Installation.pipeline, path)
            #expect(real.exit == result.exit, "the real run ends likewise: \(real)")
        }
    }

    @Test func `later files find the cards of earlier ones, and the same content is skipped`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let first = try give(installation, name(10), file(("dldry0000011", "10"), ("dldry0000012", "10")))
            let second = try give(installation, name(11), file(("dldry0000011", "10"), ("dldry0000012", "11")))
            let result = try await dry(installation, first, second, first)
            let json = try result.json()
            #expect(json["files"][1]["statuses"]["already-active"]["rows"] == 1, "\(result)")
            #expect(json["files"][1]["statuses"]["conflict"]["rows"] == 1, "\(result)")
            #expect(json["files"][2]["outcome"] == "skipped", "\(result)")
            #expect(json["totals"]["create"] == ["rows": 2, "value": "20.00"], "\(result)")
            let real = try await installation.run("run", Installation.pipeline, first, second, first)
            #expect(real.exit == result.exit, "the real run ends likewise: \(real)")
        }
    }

    @Test func `a file that can't be read, and one that is not there, end with 65`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try give(installation, "x.csv", "a,b\n1,2\n")
            let unreadable = try await dry(installation, path)
            #expect(unreadable.exit == 65, "\(unreadable)")
            #expect(try unreadable.json()["files"][0]["outcome"] == "unreadable", "\(unreadable)")
            let missing = try await dry(installation, path + ".missing")
            #expect(missing.exit == 65 && missing.errors.contains("x.csv.missing"), "\(missing)")
        }
    }

    @Test func `a shop that can't be reached ends with 69`() async throws {
        let installation = try await Installation()
        let path = try give(installation, name(12), file(("dldry0000013", "10")))
        let result = try await dry(installation, path)
        #expect(result.exit == 69, "\(result)")
    }

    @Test func `with an output folder a dry run writes what would be sent, and the real run sends just that`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try give(installation, name(13), file(("dldry0000014", "10"), ("dldry0000015", "20")))
            let folder = installation.folder + "/given/out"
            let result = try await dry(installation, path, "--output", folder)
            #expect(result.exit == 0, "\(result)")
            let stem = String(name(13).dropLast(4))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != ".dropline" }
                .sorted()
            expectSame(names, [stem + "-1-1.jsonl", stem + "-GiftCardActivation.json"])
            for name in names {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
            }
            let cards = try await shop.cards()
            #expect(cards.isEmpty)
            _ = try await installation.run("run", Installation.pipeline, path)
            let sent = try installation.text("dropline/\(Installation.pipeline)/bulk/\(stem)-1-1.jsonl")
            let foreseen = try String(contentsOfFile: folder + "/" + stem + "-1-1.jsonl", encoding: .utf8)
            expectSame(foreseen, sent)
        }
    }

    @Test func `outputs go to the folder only, also those of a later sweep`() async throws {
        try await withSandbox(operationSeconds: "1") { shop in
            let installation = try await Installation(shop)
            let path = try give(installation, name(14), file(("dldry0000016", "10"), ("bad", "1")))
            let folder = installation.folder + "/given/later"
            let result = try await installation.run(
                "run",
                Installation.pipeline,
                path,
                "--output",
                folder,
                "--wait",
                "0s",
                "--json"
            )
            #expect(try result.json()["runs"][0]["state"] == "waiting", "\(result)")
            let polled = try await installation.poll()
            #expect(polled.exit == 1, "\(polled)")
            #expect(try polled.json()["runs"][0]["state"] == "done", "\(polled)")
            let stem = String(name(14).dropLast(4))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != ".dropline" }
                .sorted()
            expectSame(
                names,
                ["-1-1.jsonl", "-GiftCardActivation.json", "-Rejects.csv", "-Results.csv"].map { stem + $0 }
            )
            let tree = try installation.tree()
            expectSame(tree, [])
            let cards = try await shop.cards().count
            #expect(cards == 1)
        }
    }

    @Test func `an output folder that is gone is never made again: the run stops and says so`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try give(installation, name(16), file(("dldry0000018", "10")))
            let (parent, folder) = (installation.folder + "/disk", installation.folder + "/disk/given")
            let ran = try await installation.run("run", Installation.pipeline, path, "--output", folder)
            #expect(ran.exit == 0, "\(ran)")
            let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            let again = ["rerun", "1", "--from", "deliver", "--again", "--reason", "r"]

            // A disk that is not in use leaves the folder that it is seen under, or not even that.
            for (gone, isFile) in [(folder, false), (parent, false), (folder, true)] {
                try FileManager.default.removeItem(atPath: gone)
                if isFile { try Data().write(to: URL(fileURLWithPath: folder)) }
                let stopped = try await installation.run(again)
                #expect(FileManager.default.fileExists(atPath: folder) == isFile)
                #expect(stopped.exit == 78 && stopped.errors.contains("the output folder \(folder)"), "\(stopped)")
                #expect(stopped.errors.contains("make it, and the next poll goes on"), "\(stopped)")
                #expect(try await installation.show(1)["run"]["state"] == "stopped")
                if isFile { try FileManager.default.removeItem(atPath: folder) }
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let poll = try await installation.poll()
                #expect(poll.exit == 0, "\(poll)")
                #expect(try await installation.show(1)["run"]["state"] == "done")
                expectSame(try FileManager.default.contentsOfDirectory(atPath: folder).sorted(), before)
            }
        }
    }

    @Test func `an output folder that is a file is wrong usage, and nothing is run`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try give(installation, name(15), file(("dldry0000017", "10")))
            let result = try await installation.run("run", Installation.pipeline, path, "--output", path)
            #expect(result.exit == 64, "\(result)")
            #expect(result.errors.contains("no folder"), "\(result)")
            let cards = try await shop.cards()
            #expect(cards.isEmpty)
        }
    }
}
