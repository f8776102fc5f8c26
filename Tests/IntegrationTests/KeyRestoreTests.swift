import CommandSupport
import Foundation
import Testing

/// An installation that goes on on another machine: its ledger copied, its key restored.
@Suite struct KeyRestoreTests {
    private func passphrase(_ scene: Scene, _ text: String = "several random words", _ name: String = "phrase") throws
        -> String
    {
        let path = scene.installation.folder + "/" + name
        try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    @Test func `with a restored key and a copied ledger all is known and opens`() async throws {
        try await withScene("key backup and restore") { scene in
            try await scene.inject([.counter(version: "2026-07")])
            try scene.drop(SourceFile())
            let crash = ["DROPLINE_CRASH_AT": "bulk-import.intended"]
            let killed = try await scene.installation.poll("--wait", "40s", environment: crash)
            #expect(killed.exit == -9, "\(killed)")
            let (phrase, file) = (try passphrase(scene), scene.installation.folder + "/key.backup")
            let backup = try await scene.installation.run(
                "key",
                "backup",
                "--output",
                file,
                "--passphrase-file",
                phrase
            )
            #expect(backup.exit == 0 && backup.output.hasPrefix("wrote \(file): "), "\(backup)")

            let other = try await Installation(scene.shop)
            try other.set("limits", "{ card: 2000 }")
            // The ledger is copied; the drop is the same one, which both machines reach.
            let (here, there) = (scene.installation.folder, other.folder)
            try FileManager.default.copyItem(atPath: here + "/var", toPath: there + "/var")
            try FileManager.default.removeItem(atPath: there + "/drop")
            try FileManager.default.moveItem(atPath: here + "/drop", toPath: there + "/drop")
            try FileManager.default.removeItem(atPath: other.folder + "/var/dropline.key")
            let without = try await other.poll("--wait", "40s")
            #expect(without.exit == 78 && without.errors.contains("the key file isn't there"), "\(without)")

            let restored = try await other.run("key", "restore", file, "--passphrase-file", phrase)
            #expect(restored.exit == 0 && restored.output.contains("it opens the ledger"), "\(restored)")
            let key = other.folder + "/var/dropline.key"
            let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let moved = Scene(
                name: scene.name,
                shop: scene.shop,
                installation: other,
                shopFiles: scene.shopFiles,
                countsSingleCalls: true
            )
            try await Invariants.expect(moved, sweeps: try await moved.sweep())
            let row = SourceFile().good[0]
            try other.drop(
                "Mon Mar 16 2026 10:00:00 GMT-0700 (PDT)-GiftCardFulfillment.csv",
                SourceFile.header + "\n" + row.text + "\n"
            )
            let poll = try await other.poll("--wait", "40s")
            #expect(poll.exit == 0, "\(poll)")
            let balance = try await other.balance(2)
            #expect(balance.statuses["already-active"]?.rows == 1, "\(balance)")
            let again = try await other.run("key", "restore", file, "--passphrase-file", phrase)
            #expect(again.exit == 65 && again.errors.contains("exists already"), "\(again)")
        }
    }

    @Test func `what can't be backed up or restored is told, and nothing is written over`() async throws {
        try await withScene("key backup, bad paths") { scene in
            let installation = scene.installation
            let (phrase, file) = (try passphrase(scene), installation.folder + "/key.backup")
            let early = try await installation.run("key", "backup", "--output", file, "--passphrase-file", phrase)
            #expect(early.exit == 78 && early.errors.contains("there is no ledger"), "\(early)")
            _ = try await installation.poll()
            let silent = try await installation.run("key", "backup", "--output", file)
            #expect(silent.exit == 64 && silent.errors.contains("--passphrase-file"), "\(silent)")
            let short = try passphrase(scene, "short", "short")
            let weak = try await installation.run("key", "backup", "--output", file, "--passphrase-file", short)
            #expect(weak.exit == 65 && weak.errors.contains("too short"), "\(weak)")
            #expect(!FileManager.default.fileExists(atPath: file))
            let done = try await installation.run("key", "backup", "--output", file, "--passphrase-file", phrase)
            #expect(done.exit == 0, "\(done)")
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            let twice = try await installation.run("key", "backup", "--output", file, "--passphrase-file", phrase)
            #expect(twice.exit == 65 && twice.errors.contains("exists already"), "\(twice)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == bytes)

            let key = installation.folder + "/var/dropline.key"
            try FileManager.default.removeItem(atPath: key)
            let wrong = try passphrase(scene, "several other words", "wrong")
            let refused = try await installation.run("key", "restore", file, "--passphrase-file", wrong)
            #expect(refused.exit == 65 && refused.errors.contains("doesn't open"), "\(refused)")
            let foreign = try await Installation(scene.shop)
            _ = try await foreign.poll()
            try FileManager.default.removeItem(atPath: foreign.folder + "/var/dropline.key")
            let mixed = try await foreign.run("key", "restore", file, "--passphrase-file", phrase)
            #expect(mixed.exit == 78 && mixed.errors.contains("does not belong to this ledger"), "\(mixed)")
            #expect(!FileManager.default.fileExists(atPath: key))
            #expect(!FileManager.default.fileExists(atPath: foreign.folder + "/var/dropline.key"))
        }
    }
}
