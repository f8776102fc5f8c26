import CommandSupport
import Foundation
import Testing

/// Copies of files that vanished before a run was made of them.
@Suite struct LeftoverTests {
    private let name = DecisionFile.name(1)

    /// An installation that was killed behind a fetch, and whose file is gone: the copy in the workspace is the only one.
    private func withCopy(_ code: String, _ body: (Installation, SandboxShop) async throws -> Void) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text((code, "10")))
            let killed = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "poll.fetched"])
            #expect(killed.exit != 0, "\(killed)")
            try FileManager.default.removeItem(atPath: installation.path(Installation.inbox + "/" + name))
            try await body(installation, shop)
        }
    }

    @Test func `are taken after a rotation of the key as well`() async throws {
        try await withCopy("dlcopy00001") { installation, shop in
            let rotated = try await installation.run("key", "rotate", "--reason", "r")
            #expect(rotated.exit == 0 && rotated.output.contains("1 file sealed again"), "\(rotated)")
            let poll = try await installation.poll()
            let codes = try await shop.codes()
            #expect(poll.exit == 0 && codes == ["dlcopy00001"], "\(poll)")
        }
    }

    @Test(arguments: ["pipeline", "drop"])
    func `are named by a purge where no pipeline takes them any more`(_ renamed: String) async throws {
        try await withCopy("dlcopy00005") { installation, shop in
            let files = [installation.configuration, installation.pipelineFile]
            let texts = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }
            if renamed == "pipeline" { try installation.set("pipeline", "other") }
            for path in files where renamed == "drop" {
                try installation.edit(path) { text in
                    text = text.replacing("  local:", with: "  other:").replacing("drop: local", with: "drop: other")
                }
            }
            for flags in [[], ["--dry-run"], []] as [[String]] {
                let purge = try await installation.run(["purge", "--older-than", "0s", "--json"] + flags)
                #expect(try purge.exit == 1 && purge.json()["removed"] == [], "\(purge)")
                let words = "may be the only copy of local:\(Installation.inbox)/\(name), which no pipeline"
                #expect(purge.errors.contains(words), "\(purge)")
            }
            // With the old names a poll takes it.
            for (path, text) in zip(files, texts) { try text.write(toFile: path, atomically: true, encoding: .utf8) }
            let poll = try await installation.poll()
            let codes = try await shop.codes()
            #expect(poll.exit == 0 && codes == ["dlcopy00005"], "\(poll)")
        }
    }

    @Test(arguments: [[], ["--dry-run"]])
    func `are not purged, whatever their age, before a poll has taken them`(_ flags: [String]) async throws {
        try await withCopy("dlcopy00004") { installation, shop in
            let incoming = installation.folder + "/var/workspace/incoming"
            for file in try FileManager.default.contentsOfDirectory(atPath: incoming) {
                let longAgo = Date(timeIntervalSinceNow: -90_000_000)
                try FileManager.default.setAttributes(
                    [.modificationDate: longAgo],
                    ofItemAtPath: incoming + "/" + file
                )
            }
            let purge = try await installation.run(["purge", "--older-than", "0s", "--json"] + flags)
            #expect(try purge.exit == 0 && purge.json()["removed"] == [], "\(purge)")
            let poll = try await installation.poll()
            let codes = try await shop.codes()
            #expect(poll.exit == 0 && codes == ["dlcopy00004"], "\(poll)")
        }
    }

    @Test func `that can't be read are named, and hold up no other file`() async throws {
        try await withCopy("dlcopy00002") { installation, shop in
            let incoming = installation.folder + "/var/workspace/incoming"
            for file in try FileManager.default.contentsOfDirectory(atPath: incoming) {
                try Data("spoilt".utf8).write(to: URL(fileURLWithPath: incoming + "/" + file))
            }
            try installation.drop(DecisionFile.name(2), DecisionFile.text(("dlcopy00003", "10")))
            for _ in 1...2 {
                let poll = try await installation.poll()
                #expect(poll.exit == 1 && poll.errors.contains("\(name) is gone from its drop"), "\(poll)")
                #expect(poll.errors.contains("remove this copy"), "\(poll)")
            }
            let codes = try await shop.codes()
            expectSame(codes, ["dlcopy00003"])
            for file in try FileManager.default.contentsOfDirectory(atPath: incoming)
            where try Data(contentsOf: URL(fileURLWithPath: incoming + "/" + file)) == Data("spoilt".utf8) {
                try FileManager.default.removeItem(atPath: incoming + "/" + file)
            }
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
        }
    }
}
