import CommandSupport
import Foundation
import Testing

/// What a card's note at the shop says: all who may see cards read it, so no code stands there.
@Suite struct NoteTests {
    @Test func `a code that somebody typed as an order stands in no note and names no customer`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.edit(installation.pipelineFile) {
                $0 = $0.replacing("gift-card-create }", with: "gift-card-create, send_customer: true }")
            }
            // The row's own code as written and as sent, another one with its prefix, an order's id, and a customer who is the code.
            let rows = [
                "dlnote1a2b3c4d,3/18/2026,10,4401,shopify-giftcard-DLNOTE1A-2B3C-4D,",
                "dlnote2a2b3c4d,3/18/2026,10,dlnote2a 2b3c4d,,",
                "dlnote3a2b3c4d,3/18/2026,10,4403,shopify-giftcard-dlother3a2b3c,",
                "dlnote4a2b3c4d,3/18/2026,10,4404,7710000009004,",
                "dlnote5a2b3c4d,3/18/2026,10,4405,7710000009005,DLNOTE5A2B3C4D",
            ]
            try installation.drop(name(41), header + rows.joined(separator: "\n") + "\n")
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            let marker = try await installation.show(1)["run"]["sha256"].string?.prefix(12) ?? "?"
            expectSame(
                try await shop.cards().compactMap { $0["note"].string }.sorted(),
                [
                    "Order 7710000009004 dl:\(marker):5", "Order 7710000009005 dl:\(marker):6",
                    "Order NS… dl:\(marker):3", "Order … dl:\(marker):2", "Order … dl:\(marker):4",
                ].sorted()
            )
            for line in try installation.bulkFile(of: name(41)) {
                #expect(line["input"]["customerId"].string == nil, "\(line)")
            }
        }
    }

    @Test func `a code that stands as an order in a dropped feed stands in no note`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addFeedPipeline()
            let feed = DroppedFeed((2, "dlnote6a2b3c4d", "10.00"))
            try installation.dropFeed("a.json", feed.text.replacing("773000001002", with: "DLNOTE6A2B3C4D"))
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            expectSame(try await shop.cards().compactMap { $0["note"].string }, ["Order … dl:0a1b2c3d0a1b:2"])
        }
    }

    @Test(arguments: [[JSON](), [["kind": "missing-lines"]], [["kind": "bulk-not-allowed"]]])
    func `an order's id of ten thousand characters pushes no marker out of a note`(_ faults: [JSON]) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            for fault in faults { try await shop.inject(fault) }
            let order = String(repeating: "7", count: 10_000)
            try installation.drop(name(42), header + "dlnote8a2b3c4d,3/18/2026,10,4401,\(order),\n")
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            expectSame(try installation.results(of: name(42)).column("status"), ["activated"])
            let marker = try await installation.show(1)["run"]["sha256"].string?.prefix(12) ?? "?"
            let note = try await shop.cards().first?["note"].string ?? ""
            #expect(note.hasPrefix("Order 7777") && note.hasSuffix("… dl:\(marker):2") && note.count < 150, "\(note)")
        }
    }

    @Test(arguments: ["Order dlnote7a2b3c4d dl:0a1b2c3d0a1b:2", "Order … dl:0a1b2c3d0a1b:2"])
    func `a card is found by its marker, whatever its note says of the order`(_ note: String) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addFeedPipeline()
            // As after a crash whose ledger is lost: the shop has the card.
            let id = try await shop.addCard("dlnote7a2b3c4d", "10.00", note: note)
            let feed = DroppedFeed((2, "dlnote7a2b3c4d", "10.00"))
            try installation.dropFeed("a.json", feed.text.replacing("773000001002", with: "dlnote7a2b3c4d"))
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            expectSame(try installation.feedResults(of: "a.json").column("status"), ["activated"])
            expectSame(try installation.feedResults(of: "a.json").column("giftCardId"), [id])
        }
    }
}
