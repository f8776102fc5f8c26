import CommandSupport
import Foundation
import Testing

/// Runs that were begun before empty fields meant nothing end as they began: their rows stay what they are, and balance.
@Suite struct FormerReadingTests {
    private static let header = "giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber"
    private let name = "Fri Mar 20 2026 10:00:00 GMT-0700 (PDT)-GiftCardFulfillment.csv"

    /// A file with a record of empty fields at line 3, and at line 4 a row that was read otherwise.
    private static func file(_ header: String, _ row: String) -> String {
        let end = header.hasSuffix(",") ? ",," : ","
        return "\(header)\ndlfmr1a2b3c4d5e6,3/20/2026,25,3700101,7750000000101\(end)\n,,,,,\n\(row)\n"
            + "dlfmr3a2b3c4d5e8,3/20/2026,35,3700103,7750000000103\(end)\n"
    }

    /// What an earlier version recorded of line 3.
    private static let blankRow =
        "INSERT INTO rows (run, line, status, reason) VALUES (1, 3, 'invalid', 'the gift card code is missing; the value is missing')"

    private func change(_ installation: Installation, _ statements: [String]) async throws {
        _ = try await python(
            "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); [c.execute(s) for s in sys.argv[2].split(';;')]; c.commit(); c.close()",
            installation.folder + "/var/dropline.sqlite",
            statements.joined(separator: ";;")
        )
    }

    @Test(arguments: [
        (
            header, "dlfmr2a2b3c4d5e7,3/20/2026,30,3700102,7750000000102,,,",
            "UPDATE rows SET status='invalid', value=NULL WHERE line=4", "invalid"
        ),
        (
            header + ",", "dlfmr2a2b3c4d5e7,3/20/2026,50,75,1,2,3",
            "UPDATE rows SET status='activated', value=5000 WHERE line=4", "activated"
        ),
        (
            header, "dlfmr2a2b3c4d5e7,3/20/2026,30,3700102,7750000000102,9", "UPDATE rows SET value=value WHERE line=4",
            "activated"
        ),
    ])
    func `a run that was open ends with the rows that it had`(
        _ header: String,
        _ row: String,
        _ former: String,
        _ status: String
    ) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, Self.file(header, row))
            let killed = try await installation.poll(
                "--wait",
                "40s",
                environment: ["DROPLINE_CRASH_AT": "reconcile.applied"]
            )
            #expect(killed.exit == -9, "\(killed)")
            try await change(installation, [Self.blankRow, former])
            let poll = try await installation.poll("--wait", "40s")
            #expect(poll.exit == 1, "\(poll)")
            #expect(try poll.json()["runs"][0]["state"] == "done", "\(poll)")
            let results = try installation.results(of: name)
            expectSame(results.column("line"), ["2", "3", "4", "5"])
            expectSame(results.column("status"), ["activated", "invalid", status, "activated"])
            let rejected = try installation.rejects(of: name)
            expectSame(rejected.column("line"), status == "invalid" ? ["3", "4"] : ["3"])
        }
    }

    @Test func `what is none of its rows is still found out`() async throws {
        for fault in [
            "UPDATE rows SET value=3001 WHERE line=4", "INSERT INTO rows (run, line, status) VALUES (1, 9, 'invalid')",
            "DELETE FROM rows WHERE line=5",
        ] {
            try await withSandbox { shop in
                let installation = try await Installation(shop)
                try installation.drop(
                    name,
                    Self.file(Self.header, "dlfmr2a2b3c4d5e7,3/20/2026,30,3700102,7750000000102,,,")
                )
                _ = try await installation.poll(
                    "--wait",
                    "40s",
                    environment: ["DROPLINE_CRASH_AT": "reconcile.applied"]
                )
                try await change(installation, [Self.blankRow, fault])
                let poll = try await installation.poll("--wait", "20s")
                #expect(poll.exit == 70 && poll.errors.contains("run 1 does not balance"), "\(fault): \(poll)")
            }
        }
    }

    @Test func `a rerun reads the rows as they are read now, and keeps the blank line as the row that it was`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, Self.file(Self.header, "dlfmr2a2b3c4d5e7,3/20/2026,,3700102,7750000000102,,,"))
            _ = try await installation.poll("--wait", "40s")
            try await change(
                installation,
                [
                    Self.blankRow,
                    "UPDATE rows SET reason='the row has 8 fields, the header has 6', masked=NULL WHERE line=4",
                ]
            )
            let rerun = try await installation.run(
                "rerun",
                "1",
                "--from",
                "activation-feed",
                "--reason",
                "a new version"
            )
            #expect(rerun.exit == 1, "\(rerun)")
            #expect(try await installation.show(1)["run"]["state"] == "done", "\(rerun)")
            let results = try installation.results(of: name)
            expectSame(results.column("status"), ["activated", "invalid", "invalid", "activated"])
            expectSame(results.column("reason")[2], "the value is missing")
            expectSame(try await shop.codes(), ["dlfmr1a2b3c4d5e6", "dlfmr3a2b3c4d5e8"])
        }
    }
}
