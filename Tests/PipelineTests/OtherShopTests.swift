import CommandSupport
import Foundation
import Testing

/// A configuration whose shop becomes another one, and rows that nothing ever answers.
@Suite struct OtherShopTests {
    @Test func `what was active in one shop is no duplicate in another`() async throws {
        let installation = try await Installation()
        let content = file(("dlshop1a2b3c4d", "40"))
        try await withSandbox { shop in
            try installation.use(shop.port)
            try installation.drop(name(31), content)
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
        }
        try await withSandbox(["--domain", "another.myshopify.com"]) { shop in
            try installation.use(shop.port)
            try installation.drop(name(32), content)
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            expectSame(try await shop.codes(), ["dlshop1a2b3c4d"], "\(poll)")
            expectSame(try installation.results(of: name(32)).column("status"), ["activated"])
        }
    }

    @Test func `a run that was begun for one shop never goes on in another`() async throws {
        let installation = try await Installation()
        try await withSandbox { shop in
            try installation.use(shop.port)
            try installation.drop(name(33), file(("dlshop5e6f7g8h", "40")))
            let crashed = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "bulk-import.intended"])
            #expect(crashed.exit == -9, "\(crashed)")
        }
        try await withSandbox(["--domain", "another.myshopify.com"]) { shop in
            try installation.use(shop.port)
            let poll = try await installation.poll()
            #expect(poll.exit == 78 && poll.errors.contains("another shop"), "\(poll)")
            expectSame(try await shop.codes(), [], "\(poll)")
        }
        try await withSandbox { shop in
            try installation.use(shop.port)
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            expectSame(try await shop.codes(), ["dlshop5e6f7g8h"], "\(poll)")
        }
    }

    @Test func `rows that are never answered are sent a few times in a sweep, and become a person's in the end`()
        async throws
    {
        try await withSandbox(["--fault", "missing-unexecuted:1000", "--operation-seconds", "0.05"]) { shop in
            let installation = try await Installation(shop)
            try installation.set("unknown_after", "1s")
            try installation.drop(name(34), file(("dlnever1a2b3c4d", "40")))
            var exits: [Int] = []
            for _ in 0..<6 where exits.last != 1 { exits.append(try await installation.poll().exit) }
            #expect(exits.last == 1 && exits.dropLast().allSatisfy { $0 == 0 }, "\(exits)")
            expectSame(try installation.results(of: name(34)).column("status"), ["unknown"])
            let bulkFiles = try installation.bulkFiles()
            #expect(bulkFiles.count <= 3 * exits.count, "\(bulkFiles)")
            expectSame(try await shop.codes(), [])
        }
    }

    @Test func `a code in the wrong column stands in no result, reject or ledger`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let header = "giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber\n"
            let rows =
                ",3/17/2026,100,shopify-giftcard-zzzz1111yyyy,2,3\n7710000000999,3/17/2026,dlwrong1a2b3c4d,5,6,7\n"
            try installation.drop(name(35), header + rows)
            let poll = try await installation.poll("--log-level", "trace")
            #expect(poll.exit == 1, "\(poll)")
            let ledger = try Data(contentsOf: URL(fileURLWithPath: installation.folder + "/var/dropline.sqlite"))
            let written = try installation.results().map {
                try installation.text("dropline/local-gift-cards/result/" + $0)
            }
            let rejects = "\(try installation.rejects(of: name(35)))"
            for code in ["zzzz1111yyyy", "dlwrong1a2b3c4d"] {
                #expect(ledger.range(of: Data(code.utf8)) == nil, "\(code) is in the ledger")
                #expect(!(written.joined() + rejects + poll.output + poll.errors).contains(code), "\(code) is shown")
            }
        }
    }

    @Test func `an output goes to each of two places, one within the other`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let entry = "  - { artifact: results, drop: local, directory: dropline/local-gift-cards/result/copy }"
            try installation.addToPipeline(entry)
            try installation.drop(name(36), file(("dltwice1a2b3c4d", "40")))
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            let copies = try installation.names("dropline/local-gift-cards/result/copy")
            expectSame(copies, try installation.results().filter { $0.hasSuffix(".csv") }, "\(poll)")
            #expect(copies.count == 1)
        }
    }
}

extension Installation {
    /// Names another port of this machine as the shop's.
    fileprivate func use(_ port: Int) throws {
        try edit(configuration) { text in
            text = text.replacing(/127\.0\.0\.1:\d+/, with: "127.0.0.1:\(port)")
        }
    }
}
