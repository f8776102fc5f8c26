import CommandSupport
import Foundation
import Testing

/// `dropline run PIPELINE FILE…`.
@Suite struct RunCommandTests {
    /// A file outside the drop.
    private func give(_ installation: Installation, _ name: String, _ text: String) throws -> String {
        let path = installation.folder + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func `a given file stays where it is, and its outputs go to the drops`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try give(installation, name(40), file(("dlgiven00001", "10")))
            let result = try await installation.run("run", Installation.pipeline, path, "--json")
            #expect(result.exit == 0, "\(result)")
            #expect(try result.json()["runs"][0]["statuses"]["activated"]["rows"] == 1, "\(result)")
            #expect(FileManager.default.fileExists(atPath: path))
            let tree = try installation.tree()
            #expect(tree.count == 3, "feed, bulk file and results: \(tree)")
            let archive = try installation.archive()
            expectSame(archive, [])
            let poll = try await installation.poll()
            #expect(try poll.json()["runs"] == [] && poll.exit == 0, "\(poll)")
        }
    }

    @Test func `a given file that can't be read as what it should be ends with 65 and stays`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let bad = [
                ("a.csv", "no,columns\n1,2\n"), ("b.csv", String(file(("dlgiven00002", "10")).dropLast())),
                ("c.csv", header + "dlgiven00003,\0,1,1,1,1\n"),
            ]
            for (name, text) in bad {
                let path = try give(installation, name, text)
                let result = try await installation.run("run", Installation.pipeline, path, "--json")
                #expect(result.exit == 65, "\(name): \(result)")
                #expect(try result.json()["runs"][0]["state"] == "quarantined", "\(name): \(result)")
                let after = try String(contentsOfFile: path, encoding: .utf8)
                expectSame(after, text)
            }
            let quarantine = try installation.quarantine()
            expectSame(quarantine, [])
            let codes = try await shop.codes()
            expectSame(codes, [])
        }
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x67, 0x00, 0x0A, 0x00], "UTF-16"), ([0x67, 0x00, 0x69, 0x00, 0x0A, 0x00], "UTF-16"),
            ([0x1F, 0x8B, 0x08, 0x0A], "gzip"),
            (Array("%PDF-1.4\n".utf8), "PDF"), ([0x67, 0xFF, 0x2C], "not UTF-8"),
            (Array("dlgiven00031,3/16/2026,25,1,2,3".utf8), "no header"),
            (Array("sep=,\ngiftCardNumber,price\ndlgiven00032,25\n".utf8), "'sep='"),
        ] as [([UInt8], String)]
    )
    func `a file in another form ends with 65 and is told for what it is`(_ bytes: [UInt8], _ words: String)
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = installation.folder + "/other.csv"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            for dry in [["--dry-run"], []] {
                let result = try await installation.run(["run", Installation.pipeline, path] + dry)
                #expect(result.exit == 65 && (result.output + result.errors).contains(words), "\(result)")
                #expect(!(result.output + result.errors).contains("dlgiven"), "\(result)")
            }
        }
    }

    @Test func `a dry run of a file with a totals line says that it is none of its cards`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try give(
                installation,
                name(45),
                file(("dlgiven00041", "10"), ("Overall Total", "150.00"), ("total150", "150"))
            )
            let result = try await installation.run("run", Installation.pipeline, path, "--dry-run")
            #expect(result.exit == 1, "\(result)")
            #expect(result.output.contains("a totals line or a note, not a gift card code"), "\(result)")
            #expect(!result.output.lowercased().contains("overall") && result.output.contains("…otal"), "\(result)")
        }
    }

    @Test func `a file that is not there ends with 65, and the others go on`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let good = try give(installation, name(41), file(("dlgiven00004", "10")))
            let missing = installation.folder + "/missing.csv"
            let result = try await installation.run("run", Installation.pipeline, missing, good, "--json")
            #expect(result.exit == 65, "\(result)")
            #expect(result.errors.contains("missing.csv"), "\(result)")
            #expect(try result.json()["runs"].array?.count == 1, "\(result)")
            let codes = try await shop.codes()
            expectSame(codes, ["dlgiven00004"])
        }
    }

    @Test func `a file's path may be of one character`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            _ = try give(installation, "x", file(("dlgiven00009", "10")))
            let result = try await dropline(["run", Installation.pipeline, "x"], in: installation.folder)
            #expect(result.exit == 0, "\(result)")
        }
    }

    @Test func `a directory is no file`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let result = try await installation.run("run", Installation.pipeline, installation.folder)
            #expect(result.exit == 65, "\(result)")
        }
    }

    @Test func `a file with rows that are not accepted ends with 1`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try give(installation, name(42), file(("dlgiven00005", "10"), ("dlgiven00006", "")))
            let result = try await installation.run("run", Installation.pipeline, path)
            #expect(result.exit == 1, "\(result)")
        }
    }

    @Test func `a file given twice is a duplicate`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try give(installation, name(43), file(("dlgiven00007", "10")))
            _ = try await installation.run("run", Installation.pipeline, path)
            let again = try await installation.run("run", Installation.pipeline, path, "--json")
            #expect(again.exit == 0, "\(again)")
            #expect(try again.json()["runs"][0]["state"] == "duplicate", "\(again)")
            let cards = try await shop.cards().count
            #expect(cards == 1)
        }
    }

    @Test func `the same file given twice in one command makes its cards once`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try give(installation, name(44), file(("dlgiven00008", "10")))
            let result = try await installation.run("run", Installation.pipeline, path, path, "--json")
            #expect(result.exit == 0, "\(result)")
            let cards = try await shop.cards().count
            #expect(cards == 1, "\(result)")
        }
    }
}
