import CommandSupport
import Foundation
import Testing

/// A ledger's file that is damaged where an idle poll reads nothing.
@Suite struct DamagedLedgerTests {
    /// An installation with a run that is done, whose ledger was closed in order.
    private func withDone(_ name: String, _ body: (Scene, Ledger) async throws -> Void) async throws {
        try await withScene(name) { scene in
            try scene.drop(SourceFile(cards: 3, bad: false))
            let sweeps = try await scene.sweep()
            #expect(sweeps.allSatisfy { $0.exit == 0 }, "\(sweeps)")
            try await body(scene, Ledger(path: scene.installation.folder + "/var/dropline.sqlite"))
        }
    }

    private static func isDamaged(_ result: CommandResult) -> Bool {
        result.exit == 70 && result.errors.contains("is damaged (")
            && result.errors.contains("restore a backup, as 'Backup and restore' in deploy/RUNBOOK.md says")
    }

    @Test func `an idle poll on a ledger that something has changed since ends with 70, until a backup is put back`()
        async throws
    {
        try await withDone("a ledger that was overwritten") { scene, ledger in
            let whole = try ledger.read()
            try ledger.damage()
            for _ in 1...2 {
                let poll = try await scene.installation.poll()
                #expect(Self.isDamaged(poll), "\(poll)")
            }
            for command in [["runs"], ["show", "1"], ["approve", "1", "--reason", "r"]] {
                let told = try await scene.installation.run(command)
                #expect(Self.isDamaged(told), "\(told)")
            }
            try ledger.write(whole)
            let poll = try await scene.installation.poll()
            #expect(poll.exit == 0, "\(poll)")
        }
    }

    @Test func `after a kill the ledger is looked at, whatever its times say`() async throws {
        try await withDone("a ledger damaged before a kill") { scene, ledger in
            try scene.drop(SourceFile(cards: 1, seed: "k", bad: false, time: "10:00:00"))
            let crash = ["DROPLINE_CRASH_AT": "poll.before-fetch"]
            let killed = try await scene.installation.poll("--wait", "40s", environment: crash)
            #expect(killed.exit == -9, "\(killed)")
            try ledger.damage(keepingTime: true)
            let poll = try await scene.installation.poll("--wait", "40s")
            #expect(Self.isDamaged(poll), "\(poll)")
        }
    }

    @Test func `a ledger that was closed in order and not touched since is not read through again`() async throws {
        try await withDone("a ledger that decays") { scene, ledger in
            try ledger.damage(keepingTime: true)
            let poll = try await scene.installation.poll()
            #expect(poll.exit == 0, "the poll reads nothing of the page: \(poll)")
            // Opened and closed, it is marked as it is now.
            let idle = try await scene.installation.poll()
            #expect(idle.exit == 0, "\(idle)")
            let check = try await scene.installation.run("check", "--ledger")
            #expect(check.exit == 70 && check.output.contains("fails ledger "), "\(check)")
            #expect(check.output.contains("it is damaged; stop Dropline and restore a backup"), "\(check)")
        }
    }

    @Test func `check --ledger tells every fault, in JSON too, and changes nothing`() async throws {
        try await withDone("check --ledger") { scene, ledger in
            let installation = scene.installation
            let files = try image(of: installation.folder + "/var")
            let sound = try await installation.run("check", "--ledger")
            #expect(sound.exit == 0 && sound.output.contains("ok    ledger "), "\(sound)")
            let asked = try await installation.run("check", "--ledger", "--json")
            let report = try asked.json()["ledger"]
            #expect(asked.exit == 0 && report["ok"] == true, "\(asked)")
            let unasked = try await installation.run("check", "--json")
            #expect(try unasked.json()["ledger"] == .null, "\(unasked)")
            #expect(try image(of: installation.folder + "/var") == files)

            try ledger.damage()
            let bytes = try ledger.read()
            let damaged = try await installation.run("check", "--ledger", "--json")
            let found = try damaged.json()["ledger"]
            #expect(damaged.exit == 70 && found["ok"] == false && found["fault"] == "local", "\(damaged)")
            // Which page is damaged decides whether SQLite names it or can read no further.
            #expect(
                (found["details"].array ?? []).contains { $0.string?.contains(/Page|malformed/) == true },
                "\(found)"
            )
            #expect(try ledger.read() == bytes)

            try ledger.write(Data("this is no ledger, and long enough to be looked at".utf8))
            let none = try await installation.run("check", "--ledger")
            #expect(none.exit == 70 && none.output.contains("not a database"), "\(none)")
        }
    }

    @Test func `check --ledger reads what a killed process left in the log, and leaves it there`() async throws {
        try await withDone("check --ledger after a kill") { scene, ledger in
            try scene.drop(SourceFile(cards: 1, seed: "k", bad: false, time: "10:00:00"))
            let crash = ["DROPLINE_CRASH_AT": "poll.taken"]
            let killed = try await scene.installation.poll("--wait", "40s", environment: crash)
            #expect(killed.exit == -9, "\(killed)")
            let log = try Data(contentsOf: URL(fileURLWithPath: ledger.path + "-wal"))
            #expect(!log.isEmpty)
            let check = try await scene.installation.run("check", "--ledger")
            #expect(check.exit == 0, "\(check)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: ledger.path + "-wal")) == log)
            let sweeps = try await scene.sweep()
            #expect(sweeps.allSatisfy { $0.exit == 0 }, "\(sweeps)")
        }
    }

    @Test func `where nothing was ever run there is nothing to check, and no ledger is made`() async throws {
        let installation = try await Installation()
        let check = try await installation.run("check", "--ledger")
        #expect(check.exit == 0 && check.output.contains("there is none yet"), "\(check)")
        #expect(!FileManager.default.fileExists(atPath: installation.folder + "/var/dropline.sqlite"))
    }

    /// The file of a ledger, to be damaged.
    private struct Ledger {
        let path: String

        func read() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

        /// Overwrites the file in its place, as a disk or another program would.
        func write(_ bytes: Data) throws {
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: bytes)
            try handle.close()
        }

        /// Overwrites the page that holds the audit trail's first entry, which no poll reads.
        func damage(keepingTime: Bool = false) throws {
            var bytes = try read()
            let entry = try #require(bytes.firstRange(of: Data(" bytes, sha256 ".utf8)))
            let page = entry.lowerBound / 4096 * 4096
            bytes.replaceSubrange(page..<page + 4096, with: Data(repeating: 0xA5, count: 4096))
            var before = stat()
            #expect(stat(path, &before) == 0)
            try write(bytes)
            guard keepingTime else { return }
            let times = [before.st_atim, before.st_mtim]
            #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
        }
    }
}
