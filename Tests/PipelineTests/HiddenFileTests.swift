import CommandSupport
import Foundation
import Testing

/// Names that begin with a dot: files that are still being written, and macOS's companions of files.
@Suite struct HiddenFileTests {
    @Test(arguments: ["*-GiftCardFulfillment.csv", "*", "?*.csv", "[!a]*.csv"])
    func `a hidden file is nobody's, whatever the pattern, until it has its name`(_ pattern: String) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("match", "\"\(pattern)\"")
            let hidden = [".daily-GiftCardFulfillment.csv", "._daily-GiftCardFulfillment.csv"]
            for name in hidden { try installation.drop(name, file(("dlhidden0001", "10"))) }
            let poll = try await installation.run("poll")
            #expect(poll.exit == 0 && poll.output == "nothing to do\n", "\(poll)")
            expectSame(try installation.inbox(), hidden.sorted())
            expectSame(try await shop.codes(), [])
            // The uploader has written the rest, and gives it its name.
            let (from, to) = (installation.path(Installation.inbox + "/" + hidden[0]), "daily-GiftCardFulfillment.csv")
            try Data(file(("dlhidden0001", "10"), ("dlhidden0002", "20")).utf8).write(to: URL(fileURLWithPath: from))
            try FileManager.default.moveItem(atPath: from, toPath: installation.path(Installation.inbox + "/" + to))
            let second = try await installation.poll()
            #expect(second.exit == 0, "\(second)")
            expectSame(try await shop.codes(), ["dlhidden0001", "dlhidden0002"])
            expectSame(try installation.inbox(), [hidden[1]])
        }
    }

    @Test func `a pattern that names the dot takes hidden files`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("match", "\".ready-*\"")
            try installation.drop(".ready-a.csv", file(("dlhidden0003", "10")))
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            expectSame(try await shop.codes(), ["dlhidden0003"])
        }
    }
}
