import CommandSupport
import Foundation
import Testing

/// Who else reads sealed files: an approved run, single calls, the archive, and what people ask for.
///
/// Each stops at a file that is not the recorded one.
@Suite struct SwappedFileReaderTests {
    private static let files = ["b", "c"].enumerated().map { number, seed in
        SourceFile(cards: 3, seed: Character(seed), bad: false, value: 60, time: "0\(number + 8):00:00")
    }
    private static let wrong = "is not what was recorded"

    @Test func `another run's feed in the place of an approved one makes no card, until it is put right`() async throws
    {
        try await withScene("a held run with another's feed") { scene in
            let installation = scene.installation
            try installation.set("limits", "{ card: 50 }")
            for file in Self.files { try scene.drop(file) }
            _ = try await scene.sweep(atMost: 1)
            let (own, other) = ("runs/1/activation-feed-0-0.sealed", "runs/2/activation-feed-0-0.sealed")
            let right = try installation.readSealed(own)
            try installation.writeSealed(own, try installation.readSealed(other))
            let approved = try await installation.run("approve", "1", "--reason", "checked")
            #expect(approved.exit == 0, "\(approved)")

            let stopped = try await installation.poll("--wait", "40s")
            #expect(stopped.exit == 70 && stopped.errors.contains("the activation-feed of run 1"), "\(stopped)")
            let run = try await installation.show(1)["run"]
            #expect(run["state"].string == "stopped" && run["attention"].string?.contains(Self.wrong) == true, "\(run)")
            #expect(run["statuses"]["planned"]["rows"].int == 3, "\(run)")
            #expect(try await scene.shop.codes() == [])
            #expect(try await scene.executions() == 0)

            try installation.writeSealed(own, right)
            let sweep = try await installation.poll("--wait", "40s")
            #expect(try await installation.show(1)["run"]["state"].string == "done", "\(sweep)")
            #expect(try await scene.shop.codes() == Self.files[0].codes.sorted(), "run 2 is held as before")
        }
    }

    @Test func `a feed that is made again by a rerun is held again, and then sent once`() async throws {
        try await withScene("a held run whose feed is made again") { scene in
            let installation = scene.installation
            try installation.set("limits", "{ card: 50 }")
            for file in Self.files { try scene.drop(file) }
            _ = try await scene.sweep(atMost: 1)
            try installation.writeSealed("runs/1/activation-feed-0-0.sealed", Data("no sealed file".utf8))
            _ = try await installation.run("approve", "1", "--reason", "checked")
            let stopped = try await installation.poll("--wait", "40s")
            #expect(stopped.exit == 70 && stopped.errors.contains(Self.wrong), "\(stopped)")
            let rerun = try await installation.run("rerun", "1", "--reason", "its feed was lost")
            #expect(rerun.exit == 1, "\(rerun)")
            #expect(try await installation.show(1)["run"]["state"].string == "held")
            _ = try await installation.run("approve", "1", "--reason", "checked")
            let sweep = try await installation.poll("--wait", "40s")
            #expect(try await installation.show(1)["run"]["state"].string == "done", "\(sweep)")
            #expect(try await scene.shop.codes() == Self.files[0].codes.sorted())
        }
    }

    @Test(arguments: ["put back", "rerun"])
    func `single calls stop before the next one, and a rerun then asks the shop for each card`(_ cure: String)
        async throws
    {
        try await withScene("single calls of another's file, \(cure)") { scene in
            let installation = scene.installation
            try await scene.inject([.counter(version: "2026-07")])
            try scene.drop(Self.files[0])
            _ = try await scene.sweep()
            try await scene.inject([Fault("bulk-not-allowed")])
            try scene.drop(Self.files[1])
            let crash = ["DROPLINE_CRASH_AT": "bulk-import.single-settled"]
            let killed = try await installation.poll("--wait", "40s", environment: crash)
            #expect(killed.exit == -9, "\(killed)")
            let right = try installation.readSealed("runs/2/bulk-file-1-1.sealed")
            try installation.writeSealed(
                "runs/2/bulk-file-1-1.sealed",
                try installation.readSealed("runs/1/bulk-file-1-1.sealed")
            )
            let before = try await Seen(scene)
            let stopped = try await installation.poll("--wait", "40s")
            #expect(stopped.exit == 70 && stopped.errors.contains("the bulk-file of run 2"), "\(stopped)")
            try await Seen(scene).expect(before, scene)

            if cure == "rerun" {
                let rerun = try await installation.run("rerun", "2", "--reason", "its file was lost", "--wait", "40s")
                #expect(rerun.exit == 0, "\(rerun)")
                let trail = try await installation.show(2)["audit"].array ?? []
                let words = trail.compactMap { $0["detail"].string }.filter { $0.contains("bulk-file 1-1") }
                #expect(words.count == 1, "the audit trail says what is left out: \(trail)")
            } else {
                try installation.writeSealed("runs/2/bulk-file-1-1.sealed", right)
            }
            let sweeps = try await scene.sweep()
            #expect(try await installation.show(2)["run"]["state"].string == "done", "\(sweeps)")
            let codes = try await scene.shop.codes()
            #expect(codes == Self.files.flatMap(\.codes).sorted())
        }
    }

    @Test func `the archive gets no other copy of a source that is gone from its drop`() async throws {
        try await withScene("an archive of another's copy") { scene in
            let installation = scene.installation
            try scene.drop(Self.files[0])
            _ = try await scene.sweep()
            let earlier = try installation.sealedFiles("incoming")
            try scene.drop(Self.files[1])
            let crash = ["DROPLINE_CRASH_AT": "deliver.before-archive"]
            let killed = try await installation.poll("--wait", "40s", environment: crash)
            #expect(killed.exit == -9, "\(killed)")
            try FileManager.default.removeItem(atPath: installation.path(Installation.inbox + "/" + Self.files[1].name))
            let place = try #require(try installation.sealedFiles("incoming").first { !earlier.contains($0) })
            let right = try installation.readSealed(place)
            try installation.writeSealed(place, try installation.readSealed(earlier[0]))
            let stopped = try await installation.poll("--wait", "40s")
            #expect(stopped.exit == 70 && stopped.errors.contains("the source of run 2"), "\(stopped)")
            #expect(try installation.archive() == [Self.files[0].name])
            try installation.writeSealed(place, right)
            let sweeps = try await scene.sweep()
            #expect(try installation.archive() == Self.files.map(\.name), "\(sweeps)")
            #expect(try installation.text(Installation.inbox + "/archive/" + Self.files[1].name) == Self.files[1].text)
        }
    }

    @Test func `rejects are not written from another's source, and the audit trail tells of none`() async throws {
        try await withScene("rejects of another's source") { scene in
            let installation = scene.installation
            var sources: [String] = []
            for seed in ["d", "e"] {
                let known = try installation.sealedFiles("incoming")
                try scene.drop(SourceFile(cards: 3, seed: Character(seed), time: seed == "d" ? "08:00:00" : "09:00:00"))
                _ = try await scene.sweep()
                sources += try installation.sealedFiles("incoming").filter { !known.contains($0) }
            }
            try installation.writeSealed(sources[1], try installation.readSealed(sources[0]))
            let output = installation.folder + "/rejects.csv"
            let told = try await installation.run(
                "rejects",
                "2",
                "--reveal",
                "--output",
                output,
                "--reason",
                "to be corrected"
            )
            #expect(
                told.exit == 70 && told.errors.contains("the source of run 2 (\(sources[1])) \(Self.wrong)"),
                "\(told)"
            )
            #expect(!FileManager.default.fileExists(atPath: output))
            let trail = try await installation.show(2)["audit"].array ?? []
            #expect(!trail.contains { $0["event"].string?.hasPrefix("rejects") == true }, "\(trail)")
        }
    }

    @Test func `a row is not resolved by another's feed`() async throws {
        try await withScene("a row resolved by another's feed") { scene in
            let installation = scene.installation
            try scene.drop(Self.files[0])
            _ = try await scene.sweep()
            try await scene.inject([Fault("code-taken")])
            let one = SourceFile(codes: ["gdtaken0001x"], value: 10, time: "10:00:00")
            try scene.drop(one)
            _ = try await scene.sweep(atMost: 1)
            let feed = "runs/2/activation-feed-0-0.sealed"
            let right = try installation.readSealed(feed)
            try installation.writeSealed(feed, try installation.readSealed("runs/1/activation-feed-0-0.sealed"))
            let resolve = ["resolve", "2", "2", "--as", "refused", "--reason", "asked support"]
            let told = try await installation.run(resolve)
            #expect(
                told.exit == 70 && told.errors.contains("the activation-feed of run 2 (\(feed)) \(Self.wrong)"),
                "\(told)"
            )
            let poll = try await installation.poll("--wait", "1s")
            #expect(poll.exit == 70, "\(poll)")
            let run = try await installation.show(2)["run"]
            #expect(run["state"].string == "stopped" && run["statuses"]["unknown"]["rows"].int == 1, "\(run)")
            try installation.writeSealed(feed, right)
            let resolved = try await installation.run(resolve)
            #expect(resolved.exit == 0, "\(resolved)")
        }
    }

    // MARK: Backups that do not belong together

    @Test func `outputs of a newer workspace beside an older ledger are not published, and a rerun makes them again`()
        async throws
    {
        try await withScene("an older ledger beside a newer workspace") { scene in
            let installation = scene.installation
            let file = Self.files[0]
            // One of the three codes has another prefix, so its row is invalid at first.
            try installation.set("activation-feed", "{ shop: main, code_prefix: gc-, quoting: single-line }")
            try scene.drop(file)
            _ = try await scene.sweep()
            let backup = try installation.backUp("invalid")
            try installation.set(
                "activation-feed",
                "{ shop: main, code_prefix: shopify-giftcard-, quoting: single-line }"
            )
            let corrected = try await installation.run("rerun", "1", "--reason", "the prefix is corrected")
            #expect(corrected.exit == 0, "\(corrected)")
            #expect(try await scene.shop.codes() == file.codes.sorted())

            try installation.restore(["dropline.sqlite"], from: backup)
            let tree = try installation.tree()
            let rerun = try await installation.run("rerun", "1", "--from", "deliver", "--reason", "after the restore")
            #expect(rerun.exit == 70 && rerun.errors.contains("the activation-feed of run 1"), "\(rerun)")
            #expect(try installation.tree() == tree)
            let told = try installation.results(of: file.name).column("status")
            #expect(told == ["activated", "activated", "activated"])
            let again = try await installation.run("rerun", "1", "--reason", "after the restore")
            let run = try await installation.show(1)["run"]
            #expect(run["state"].string == "done" && run["statuses"]["activated"]["rows"].int == 3, "\(run) \(again)")
            #expect(try await scene.shop.codes() == file.codes.sorted(), "no card is made twice")
        }
    }

    @Test func `a ledger beside the workspace of a day before stops what lacks its files, and the rest goes on`()
        async throws
    {
        try await withScene("a newer ledger beside an older workspace") { scene in
            let installation = scene.installation
            try scene.drop(Self.files[0])
            _ = try await scene.sweep()
            let backup = try installation.backUp("day-before")
            try scene.drop(Self.files[1])
            let crash = ["DROPLINE_CRASH_AT": "activation-feed.after-commit"]
            let killed = try await installation.poll("--wait", "40s", environment: crash)
            #expect(killed.exit == -9, "\(killed)")
            let newer = try installation.backUp("now")
            try installation.restore(["workspace"], from: backup)
            let third = SourceFile(cards: 2, seed: "x", bad: false, time: "11:00:00")
            try scene.drop(third)
            let poll = try await installation.poll("--wait", "40s")
            #expect(poll.exit == 70, "\(poll)")
            let said = try await installation.show(2)["run"]["reason"].string ?? ""
            #expect(said.contains("the activation-feed of run 2") && said.contains("is not in the workspace any more"))
            let refused = try await installation.run("rerun", "2", "--reason", "try")
            #expect(refused.exit == 64 && refused.errors.contains("not kept any more"), "\(refused)")
            #expect(try await installation.show(3)["run"]["state"].string == "done")
            try installation.restore(["workspace"], from: newer)
            let sweeps = try await scene.sweep()
            #expect(try await installation.show(2)["run"]["state"].string == "done", "\(sweeps)")
            #expect(try await scene.shop.codes() == (Self.files + [third]).flatMap(\.codes).sorted())
        }
    }
}
