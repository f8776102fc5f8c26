import CommandSupport
import Foundation
import Testing

/// Files whose names nearly are those of the pipeline's files.
@Suite struct NearMissTests {
    private static let stem = "Wed Mar 18 2026 09:05:07 GMT-0700 (PDT)-GiftCardFulfillment"
    private static let text = "giftCardNumber,price\ndlnearmiss01,5\n"

    static let names = [
        "\(stem).CSV", "\(stem) (1).csv", "\(stem).csv.gz", "\(stem).csv.filepart", "\(stem).csv.tmp",
    ]

    @Test(arguments: names)
    func `a near miss is told once, by whichever process comes first, and again when it has come again`(_ name: String)
        async throws
    {
        let installation = try await Installation()
        let path = try installation.drop(name, Self.text)
        let first = try await installation.run("poll")
        #expect(first.exit == 0, "it is no fault: \(first)")
        #expect(first.output.contains("not taken: \(Installation.inbox)/\(name): "), "\(first)")
        #expect(!first.output.contains("nothing to do"), "\(first)")
        for _ in 1...2 {
            let later = try await installation.run("poll")
            #expect(later.output == "nothing to do\n" && !later.errors.contains("not taken"), "\(later)")
        }
        try FileManager.default.removeItem(atPath: path)
        let gone = try await installation.run("poll")
        #expect(gone.output == "nothing to do\n", "\(gone)")
        try installation.drop(name, Self.text)
        let again = try await installation.poll()
        let told = try again.json()["notTaken"].array ?? []
        #expect(told.count == 1 && told[0]["path"].string == "\(Installation.inbox)/\(name)", "\(again)")
        #expect(told[0]["reason"].string?.isEmpty == false && told[0]["pipeline"] == .string(installation.pipeline))
        let last = try await installation.poll()
        #expect(try last.json()["notTaken"] == [], "\(last)")
    }

    @Test func `another case is taken where the pipeline says that case does not count`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(Self.stem.uppercased() + ".CSV", Self.text)
            let before = try await installation.run("poll")
            #expect(before.output.contains("set 'match_case: false'"), "\(before)")
            try installation.addToSource("match_case: false")
            let after = try await installation.poll()
            #expect(after.exit == 0, "\(after)")
            expectSame(try await shop.codes(), ["dlnearmiss01"])
        }
    }

    @Test func `what another pipeline takes from the same directory is no near miss`() async throws {
        let installation = try await Installation()
        let other = try String(contentsOfFile: installation.pipelineFile, encoding: .utf8)
            .replacing("pipeline: \(installation.pipeline)", with: "pipeline: capitals")
            .replacing("*-GiftCardFulfillment.csv", with: "*-GiftCardFulfillment.CSV")
        let path = installation.folder + "/pipelines/capitals.yaml"
        try other.write(toFile: path, atomically: true, encoding: .utf8)
        try installation.edit(installation.configuration) { $0 += "  - pipelines/capitals.yaml\n" }
        try installation.drop(Self.names[0], Self.text)
        let poll = try await installation.poll(installation.pipeline)
        #expect(try poll.json()["notTaken"] == [], "\(poll)")
    }

    @Test func `check --connect counts what matches and what does not, and names what nearly does`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            for name in Self.names + ["notes.txt", ".hidden.csv", Self.stem + ".csv"] {
                try installation.drop(name, Self.text)
            }
            let check = try await installation.run("check", "--connect")
            #expect(check.exit == 0, "\(check)")
            let words = "8 entries: 1 file matches '*-GiftCardFulfillment.csv', 7 do not"
            #expect(check.output.contains(words), "\(check)")
            for name in Self.names { #expect(check.output.contains("not taken: \(Installation.inbox)/\(name): ")) }
            #expect(!check.output.contains("notes.txt") && !check.output.contains(".hidden"), "\(check)")
        }
    }
}
