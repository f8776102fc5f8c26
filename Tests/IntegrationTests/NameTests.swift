import CommandSupport
import Foundation
import Testing

/// Names made to escape, to be taken for options, or to run into each other.
@Suite struct NameTests {
    static let long = String(repeating: "n", count: 255 - 24)

    /// Each with the ending that the pipeline's pattern asks for.
    static let names = [
        "-rf", "--config=x", "a..", "a...", "-..", " ", "~", "$(touch escaped)", "`touch escaped`", "%s%n%x", "a;b|c&d",
        "*", "[x]", "a\nb", "\t", "\\",
        "\u{1B}[2J", "a..\\..\\x", "CON", "a\u{202E}b", String(repeating: "é", count: 115), long, long.dropLast() + "m",
    ]

    @Test func `files of any name are taken, each with outputs of its own, and nothing lies outside`() async throws {
        try await withScene("odd names") { scene in
            let installation = scene.installation
            let sources = Self.names.enumerated().map { index, name in
                SourceFile(codes: ["dlname\(1000 + index)x"], value: 5 + index, time: "08:00:00").named(
                    name + "-GiftCardFulfillment.csv"
                )
            }
            for source in sources { try scene.drop(source) }
            let before = try Set(
                FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory()).filter {
                    $0.contains("escaped")
                }
            )
            let sweeps = try await scene.sweep()
            #expect(sweeps.allSatisfy { $0.exit == 0 }, "\(sweeps)")
            for directory in [
                try installation.results(), try installation.feeds(), try installation.bulkFiles(),
                try installation.archive(),
            ] {
                #expect(directory.count == sources.count, "\(directory)")
            }
            #expect(try installation.quarantine().isEmpty)
            for (index, source) in sources.enumerated() {
                let archived = try installation.text(Installation.inbox + "/archive/" + source.name)
                #expect(archived == source.text, "\(source.name)")
                let detail = try await run(of: source.name, in: installation)
                let path = detail["files"].array?.first { $0["kind"].string == "results" }?["path"].string ?? ""
                let results = try CSVTable(parsing: installation.text(path))
                #expect(results.column("value") == ["\(5 + index).00"], "\(source.name): \(path)")
                #expect(path.hasPrefix("dropline/\(installation.pipeline)/result/"), "\(path)")
            }
            let after = try Set(
                FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory()).filter {
                    $0.contains("escaped")
                }
            )
            #expect(after == before, "a name was run as a command")
            try await Invariants.expect(scene, sources, comparesOutputs: false, sweeps: sweeps)
        }
    }

    @Test func `files whose outputs would have one name get outputs of their own`() async throws {
        try await withScene("one stem, several names") { scene in
            let installation = scene.installation
            try installation.set("match", "\"*\"")
            // Both names give the stem `gifts`; the third has the digest's place taken by hand.
            let names = ["gifts.csv", "gifts.txt", "gifts", "gifts.csv.csv"]
            let sources = names.enumerated().map { index, name in
                SourceFile(codes: ["dlstem\(1000 + index)x"], value: 5 + index, time: "08:00:00").named(name)
            }
            for source in sources { try scene.drop(source) }
            let sweeps = try await scene.sweep()
            #expect(sweeps.allSatisfy { $0.exit == 0 }, "\(sweeps)")
            #expect(try installation.results().count == 4)
            #expect(try installation.feeds().count == 4)
            for (index, source) in sources.enumerated() {
                let detail = try await run(of: source.name, in: installation)
                let path = detail["files"].array?.first { $0["kind"].string == "results" }?["path"].string ?? ""
                #expect(
                    try CSVTable(parsing: installation.text(path)).column("value") == ["\(5 + index).00"],
                    "\(source.name): \(path)"
                )
            }
            try await Invariants.expect(scene, sources, comparesOutputs: false, sweeps: sweeps)
        }
    }

    @Test(arguments: ["nnn", long])
    func `a name that comes again with other content overwrites nothing, however long it is`(_ name: String)
        async throws
    {
        try await withScene("a name again") { scene in
            let name = name + "-GiftCardFulfillment.csv"
            let first = SourceFile().named(name)
            let second = SourceFile(seed: "b").named(name)
            try scene.drop(first)
            var sweeps = try await scene.sweep()
            try scene.drop(second)
            sweeps += try await scene.sweep()
            let texts = try scene.installation.archive().map {
                try scene.installation.text(Installation.inbox + "/archive/" + $0)
            }
            #expect(Set(texts) == [first.text, second.text])
            #expect(try scene.installation.results().count == 2)
        }
    }

    private func run(of name: String, in installation: Installation) async throws -> JSON {
        guard let number = try await installation.runs().first(where: { $0["file"].string == name })?["run"].int else {
            throw SupportError("\(name) has no run")
        }
        return try await installation.show(number)
    }
}
