import CommandSupport
import Foundation
import Testing

/// `dropline test --replay DIR --against FILE`: archived files through an old and a new pipeline file side by side.
@Suite struct ReplayTests {
    private let name = "Fri Mar 20 2026 09:01:00 GMT-0700 (PDT)-GiftCardFulfillment.csv"

    /// An installation with its pipeline file kept as the old one, and a folder of archived files.
    private func archived(_ files: [(name: String, text: String)]) async throws -> (
        Installation, folder: String, old: String
    ) {
        let installation = try await Installation()
        let (folder, old) = (installation.folder + "/yesterday", installation.folder + "/old.yaml")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in files { try Data(file.text.utf8).write(to: URL(fileURLWithPath: folder + "/" + file.name)) }
        try FileManager.default.copyItem(atPath: installation.pipelineFile, toPath: old)
        return (installation, folder, old)
    }

    private func source(_ cards: (String, String)...) -> String {
        "giftCardNumber,price\n" + cards.map { "\($0.0),\($0.1)\n" }.joined()
    }

    @Test func `the same pipeline gives the same bytes, and nothing of the installation or the folder changes`()
        async throws
    {
        let second = name + ".0a1b2c3d"
        let (installation, folder, old) = try await archived([
            (name, source(("zzdlrep00001", "10"), ("bad", "1"))), (second, source(("zzdlrep00002", "10"))),
            ("notes.txt", "of nobody"),
        ])
        let before = try image(of: installation.folder)
        let result = try await installation.run("test", "--replay", folder, "--against", old)
        #expect(result.exit == 0, "\(result)")
        expectSame(result.output, "same     \(name)\nignored  notes.txt\n2 files: 1 same, 1 ignored\n")
        let after = try image(of: installation.folder)
        expectSame(after, before)
    }

    @Test func `what differs is shown without a code, and ends with 1`() async throws {
        let (installation, folder, old) = try await archived([(name, source(("zzdlrep00001", "10")))])
        try installation.edit(installation.pipelineFile) {
            $0 = $0.replacing("code_prefix: shopify-giftcard-", with: "code_prefix: zz")
                .replacing("dropline/local-gift-cards/result", with: "results")
        }
        let result = try await installation.run("test", "--replay", folder, "--against", old)
        #expect(result.exit == 1, "\(result)")
        #expect(result.output.hasPrefix("differs  \(name)\n"), "\(result)")
        #expect(
            result.output.contains("    feed.json:\n      codes differ, in letters that are not shown\n"),
            "\(result)"
        )
        #expect(result.output.contains("    -local:dropline/local-gift-cards/result/"), "\(result)")
        #expect(result.output.contains("    +local:results/"), "\(result)")
        #expect(!(result.output + result.errors).contains("dlrep"), "\(result)")
        let json = try await installation.run("test", "--replay", folder, "--against", old, "--json")
        #expect(try json.exit == 1 && json.json()["files"][0]["outcome"] == "differs", "\(json)")
    }

    @Test func `a second file of one name is replayed beside the first`() async throws {
        let (installation, folder, old) = try await archived([
            (name, source(("dlrep000011", "10"))), (name + ".0a1b2c3d", source(("dlrep000012", "600"))),
        ])
        try installation.edit(installation.pipelineFile) { $0 = $0.replacing("card: 500", with: "card: 700") }
        let result = try await installation.run("test", "--replay", folder, "--against", old)
        #expect(
            result.exit == 1 && result.output.contains("of 600.00 USD is above the limit of 500.00 USD"),
            "\(result)"
        )
        #expect(!result.output.contains("of 10.00 USD"), "\(result)")
    }

    @Test func `a third file of one name and content is replayed too`() async throws {
        let (installation, folder, old) = try await archived([
            (name, source(("dlrep000014", "10"))), (name + ".0a1b2c3d", source(("dlrep000015", "20"))),
            (name + ".0a1b2c3d.2", source(("dlrep000016", "600"))),
        ])
        try installation.edit(installation.pipelineFile) { $0 = $0.replacing("card: 500", with: "card: 700") }
        let result = try await installation.run("test", "--replay", folder, "--against", old)
        #expect(
            result.exit == 1 && result.output.contains("of 600.00 USD is above the limit of 500.00 USD"),
            "\(result)"
        )
        #expect(!result.output.contains("ignored"), "\(result)")
    }

    @Test func `what waits behind a held file of its name is not called the same`() async throws {
        let (installation, folder, old) = try await archived([
            (name, source(("dlrep000017", "600"))), (name + ".0a1b2c3d", source(("dlrep000018", "20"))),
        ])
        let result = try await installation.run("test", "--replay", folder, "--against", old)
        #expect(result.exit == 1 && result.output.contains("1 of 2 files of this name are not compared"), "\(result)")
        #expect(!result.output.contains("does not take it"), "\(result)")
    }

    @Test func `a file that only one of them takes is a difference`() async throws {
        let (installation, folder, old) = try await archived([(name, source(("dlrep000021", "10")))])
        try installation.set("match", "\"*.txt\"")
        let result = try await installation.run("test", "--replay", folder, "--against", old)
        #expect(result.exit == 1, "\(result)")
        #expect(result.output.contains("the old pipeline takes it, the new one does not"), "\(result)")
    }

    @Test func `an old pipeline that polls another directory is given its files there`() async throws {
        let (installation, folder, old) = try await archived([(name, source(("dlrep000031", "10")))])
        try installation.edit(old) {
            $0 = $0.replacing(
                "  directory: netsuite/salesorder/giftcard-fulfillment",
                with: "  directory: elsewhere\n  done_marker: .ok"
            )
        }
        let result = try await installation.run("test", "--replay", folder, "--against", old)
        #expect(result.exit == 0 && result.output.contains("same     \(name)"), "\(result)")
    }

    @Test func `nothing to compare is wrong usage, and a faulty old file a fault of its own`() async throws {
        let (installation, folder, old) = try await archived([("notes.txt", "of nobody")])
        for arguments in [
            ["--replay", folder], ["--against", old], ["--replay", folder, "--against", old],
            ["--replay", folder + "/nosuch", "--against", old], ["--replay", folder, "--against", old + ".nosuch"],
            ["--replay", folder, "--against", old, "--update"],
            ["--replay", folder, "--against", old, "--filter", "x"],
        ] {
            let result = try await installation.run(["test"] + arguments)
            #expect(result.exit == 64, "\(arguments): \(result)")
        }
        try installation.edit(old) { $0 = $0.replacing("cut_grace", with: "cut_grase") }
        let result = try await installation.run("test", "--replay", folder, "--against", old)
        #expect(result.exit == 78 && result.errors.contains("\(old):"), "\(result)")
        #expect(result.errors.contains("did you mean 'cut_grace'"), "\(result)")
    }
}
