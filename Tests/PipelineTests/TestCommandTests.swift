import CommandSupport
import Foundation
import Testing

/// `dropline test`.
@Suite struct TestCommandTests {
    private let ofStarter = "/pipelines/local-gift-cards/first-case"

    @Test func `a new folder's case passes, and nothing of the installation is made`() async throws {
        let installation = try await Installation()
        let before = try image(of: installation.folder)
        let result = try await installation.run("test")
        #expect(result.exit == 0, "\(result)")
        #expect(result.output.contains("passed   local-gift-cards/first-case\n1 case: 1 passed"), "\(result)")
        let after = try image(of: installation.folder)
        expectSame(after, before)
    }

    @Test func `the cases of this repository pass`() async throws {
        let installation = try await Installation()
        let cases = PipelineCase.repository + "/pipelines/local-gift-cards"
        let names = try FileManager.default.contentsOfDirectory(atPath: cases)
        for name in names {
            try FileManager.default.createSymbolicLink(
                atPath: installation.folder + "/pipelines/local-gift-cards/" + name,
                withDestinationPath: cases + "/" + name
            )
        }
        let result = try await installation.run("test", "--json")
        #expect(result.exit == 0, "\(result)")
        #expect(try result.json()["cases"].array?.count == names.count + 1, "\(result)")
    }

    @Test func `a difference is shown with its lines and without a code, and update accepts it`() async throws {
        let installation = try await Installation()
        let folder = installation.folder + ofStarter
        let feed = folder + "/expected/feed-1.json"
        try installation.edit(feed) {
            $0 = $0.replacing("dlfirst00001", with: "dlfirst0zz01").replacing("25.00", with: "26.00")
        }
        try installation.edit(folder + "/case.json") { $0 = $0.replacing("\"25.00\"", with: "\"26.00\"") }
        let failed = try await installation.run("test")
        #expect(failed.exit == 1, "\(failed)")
        #expect(failed.output.contains("-          \"26.00\",\n    +          \"25.00\","), "\(failed)")
        #expect(failed.output.contains("\"giftCardNumber\":\"…zz01\""), "\(failed)")
        #expect(!(failed.output + failed.errors).contains("dlfirst"), "\(failed)")
        let updated = try await installation.run("test", "--update")
        #expect(updated.exit == 0 && updated.output.contains("1 case: 1 updated"), "\(updated)")
        let text = try String(contentsOfFile: feed, encoding: .utf8)
        #expect(text.contains("dlfirst00001") && text.contains("25.00"))
        let again = try await installation.run("test")
        #expect(again.exit == 0, "\(again)")
    }

    @Test func `codes that differ where it is not shown are told to differ`() async throws {
        let installation = try await Installation()
        let feed = installation.folder + ofStarter + "/expected/feed-1.json"
        try installation.edit(feed) { $0 = $0.replacing("dlfirst00001", with: "dlzzzzz00001") }
        let result = try await installation.run("test")
        #expect(result.exit == 1 && result.output.contains("codes differ"), "\(result)")
    }

    @Test func `an output that is missing, or one too many, fails`() async throws {
        let installation = try await Installation()
        let expected = installation.folder + ofStarter + "/expected"
        try FileManager.default.removeItem(atPath: expected + "/results-1.csv")
        try Data("x\n".utf8).write(to: URL(fileURLWithPath: expected + "/results-2.csv"))
        let result = try await installation.run("test")
        #expect(result.exit == 1, "\(result)")
        #expect(result.output.contains("results-1.csv: came out, and is not expected"), "\(result)")
        #expect(result.output.contains("results-2.csv: is expected, and did not come out"), "\(result)")
    }

    @Test(
        arguments: [
            ("{", "case.json"), ("{\"settings\":{\"frobnicate\":\"1\"}}", "frobnicate"),
            ("{\"faults\":[{\"kind\":\"no-such\"}]}", "no-such"),
        ]
    )
    func `a case that can't be read fails and says why, and is not updated`(text: String, word: String) async throws {
        let installation = try await Installation()
        let path = installation.folder + ofStarter + "/case.json"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let result = try await installation.run("test", "--update")
        #expect(result.exit == 1 && result.output.contains(word), "\(result)")
        let left = try String(contentsOfFile: path, encoding: .utf8)
        #expect(left == text)
    }

    @Test func `a filter that no case has says so`() async throws {
        let installation = try await Installation()
        let result = try await installation.run("test", "--filter", "nope")
        #expect(result.exit == 0 && result.output.contains("no case"), "\(result)")
        let unknown = try await installation.run("test", "nope")
        #expect(unknown.exit == 64, "\(unknown)")
    }
}
