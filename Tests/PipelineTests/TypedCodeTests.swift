import CommandSupport
import Foundation
import Testing

/// A code that somebody typed in the wrong place of another row: it is a card's money, wherever it stands.
@Suite struct TypedCodeTests {
    /// One good row whose code stands, bare, as the orders of others; an order's id of the same form that is nobody's code.
    private let rows = [
        "dltypeda1b2c3,3/18/2026,10,4401,7710000009001,", "dltypedb1b2c3,3/18/2026,10,dltypeda1b2c3,DLTYPED-A1B2C3,",
        "short,3/18/2026,10,4403,order dltypeda1b2c3,", "dltypedc1b2c3,3/18/2026,10,4404,dltypedx1b2c3,",
    ]

    @Test func `another row's code is shown in no result, reject, note or ledger`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name(51), header + rows.joined(separator: "\n") + "\n")
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "one row is invalid: \(poll)")
            let results = try installation.results(of: name(51))
            expectSame(results.column("netsuiteOrderId"), ["4401", "…", "4403", "4404"])
            expectSame(results.column("shopifyOrderId"), ["7710000009001", "…", "…", "dltypedx1b2c3"])
            let rejects = try installation.rejects(of: name(51))
            expectSame(rejects.column("shopifyOrderNumber"), ["…"])
            let notes = try await shop.cards().compactMap { $0["note"].string }
            #expect(notes.count == 3 && notes.allSatisfy { !$0.contains("dltypeda1b2c3") }, "\(notes)")
            let ledger = try Data(contentsOf: URL(fileURLWithPath: installation.folder + "/var/dropline.sqlite"))
            #expect(ledger.range(of: Data("dltypeda1b2c3".utf8)) == nil)
        }
    }

    @Test func `another card's code is shown in no result of a dropped feed`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addFeedPipeline()
            let feed = DroppedFeed((2, "dltypedd1b2c3", "10.00"), (3, "dltypede1b2c3", "10.00"))
            try installation.dropFeed("a.json", feed.text.replacing("773000001002", with: "dltypede1b2c3"))
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            let shown = try await installation.run("show", "1")
            #expect(!shown.output.contains("dltypede1b2c3"), "\(shown)")
            let notes = try await shop.cards().compactMap { $0["note"].string }
            #expect(notes.count == 2 && notes.allSatisfy { !$0.contains("dltypede1b2c3") }, "\(notes)")
        }
    }
}
