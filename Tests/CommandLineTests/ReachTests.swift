import CommandSupport
import Foundation
import Testing

/// Drops and shops that can't be reached, and `check --connect`.
@Suite struct ReachTests {
    private let sample = "Thu Mar 19 2026 10:00:00 GMT-0700 (PDT)-GiftCardFulfillment.csv"
    private let rows = "giftCardNumber,price\ndlreach00001,5\n"

    @Test func `check looks at files alone: neither ledger nor key is made`() async throws {
        let installation = try await Installation()
        let result = try await installation.run("check")
        #expect(result.exit == 0 && result.output.contains(Installation.pipeline), "\(result)")
        let made = try FileManager.default.contentsOfDirectory(atPath: installation.folder + "/var")
        expectSame(made, [])
    }

    @Test func `check --connect reports what every drop and the shop can do, and leaves nothing behind`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let result = try await installation.run("check", "--connect")
            #expect(result.exit == 0, "\(result)")
            for words in ["drop local", "source local", "shop main", "USD", "2026-07", "2000.00"] {
                #expect(result.output.contains(words), "\(words): \(result)")
            }
            let tree = try installation.tree()
            expectSame(tree, [])
            let state = try await shop.state()
            #expect(state["cards"] == 0 && state["operations"] == [:], "\(state)")
        }
    }

    @Test func `check --connect tells which directories are there, and which are made on first use`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let made = "not there yet, made on first use"
            let before = try await installation.run("check", "--connect")
            for words in [
                "ok    drop local: lists, writes and renames, replaces in one step",
                "        archive \(Installation.inbox)/archive: \(made)",
                "        quarantine \(Installation.inbox)/error: \(made)",
                "ok    outputs of local-gift-cards on local: 4 directories",
                "        dropline/local-gift-cards/result: \(made)",
            ] {
                let isThere = [words + "\n", words + ","].contains { before.output.contains($0) }
                #expect(isThere, "\(words): \(before)")
            }
            try installation.drop(sample, rows)
            _ = try await installation.poll()
            let after = try await installation.run("check", "--connect")
            #expect(after.output.contains("        archive \(Installation.inbox)/archive: there\n"), "\(after)")
            #expect(after.output.contains("        dropline/local-gift-cards/result: there\n"), "\(after)")
        }
    }

    @Test func `check --connect with a file in the place of a directory ends with 69`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try Data().write(to: URL(fileURLWithPath: installation.path("dropline")))
            let outputs = try await installation.run("check", "--connect")
            #expect(outputs.exit == 69 && outputs.output.contains("fails outputs of local-gift-cards"), "\(outputs)")
            try FileManager.default.removeItem(atPath: installation.path("dropline"))
            try Data().write(to: URL(fileURLWithPath: installation.path(Installation.inbox + "/archive")))
            let archive = try await installation.run("check", "--connect")
            #expect(archive.exit == 69 && archive.output.contains("fails source local"), "\(archive)")
        }
    }

    @Test func `check --connect prints JSON too`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try FileManager.default.removeItem(atPath: installation.path(Installation.inbox))
            let result = try await installation.run("check", "--connect", "--json")
            let json = try result.json()
            #expect(result.exit == 69 && json["pipelines"] == ["local-gift-cards"], "\(result)")
            let subjects = json["connections"].array?.compactMap { $0["subject"].string } ?? []
            expectSame(
                subjects,
                [
                    "drop local", "source local:\(Installation.inbox)", "outputs of local-gift-cards on local",
                    "shop main",
                ]
            )
            expectSame(json["connections"].array?.map { $0["ok"].bool }, [true, false, true, true])
            #expect(json["connections"][1]["fault"] == "remote", "\(result)")
            let bare = try await installation.run("check", "--json")
            #expect(try bare.exit == 0 && bare.json()["connections"] == [], "\(bare)")
        }
    }

    @Test func `check --connect with the shop down ends with 69`() async throws {
        let installation = try await Installation()
        let result = try await installation.run("check", "--connect")
        #expect(result.exit == 69 && result.output.contains("fails shop main"), "\(result)")
        #expect(result.output.contains("ok    drop local"), "\(result)")
    }

    @Test func `check --connect with a wrong token ends with 69, and the token is not shown`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try Data("shpat_wrong_0123456789".utf8).write(
                to: URL(fileURLWithPath: installation.folder + "/secrets/shopify-token")
            )
            let result = try await installation.run("check", "--connect")
            #expect(result.exit == 69 && result.output.contains("token"), "\(result)")
            #expect(!(result.output + result.errors).contains("shpat_wrong"), "\(result)")
        }
    }

    @Test func `check --connect with a missing scope names it`() async throws {
        try await withSandbox(["--fault", "access-denied:1"]) { shop in
            let installation = try await Installation(shop)
            let result = try await installation.run("check", "--connect")
            #expect(result.exit == 69 && result.output.contains("read_"), "\(result)")
        }
    }

    @Test func `check --connect with another currency than the shop's ends with 78`() async throws {
        try await withSandbox(["--currency", "CAD"]) { shop in
            let installation = try await Installation(shop)
            let result = try await installation.run("check", "--connect")
            #expect(result.exit == 78, "\(result)")
            #expect(result.output.contains("CAD") && result.output.contains("USD"), "\(result)")
        }
    }

    @Test func `check --connect with a missing inbox ends with 69`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try FileManager.default.removeItem(atPath: installation.path(Installation.inbox))
            let result = try await installation.run("check", "--connect")
            #expect(result.exit == 69 && result.output.contains(Installation.inbox), "\(result)")
        }
    }

    @Test func `poll with another currency than the shop's sends nothing and ends with 78`() async throws {
        try await withSandbox(["--currency", "CAD"]) { shop in
            let installation = try await Installation(shop)
            try installation.drop(sample, rows)
            let poll = try await installation.poll()
            #expect(poll.exit == 78, "\(poll)")
            let inbox = try installation.inbox()
            expectSame(inbox, [sample])
            let cards = try await shop.cards().count
            #expect(cards == 0)
        }
    }

    @Test func `poll with a wrong token ends with 69, and goes on once the token is right`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let token = URL(fileURLWithPath: installation.folder + "/secrets/shopify-token")
            try Data("shpat_wrong".utf8).write(to: token)
            try installation.drop(sample, rows)
            let poll = try await installation.poll()
            #expect(poll.exit == 69, "\(poll)")
            try Data("shpat_sandbox\n".utf8).write(to: token)
            let again = try await installation.poll()
            #expect(again.exit == 0, "\(again)")
            #expect(try again.json()["runs"][0]["state"] == "done", "\(again)")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `poll with the shop down ends with 69, keeps the file, and goes on once the shop is back`() async throws {
        let port = try await withSandbox { $0.port }
        let installation = try await Installation(SandboxShop(port: port))
        try installation.drop(sample, rows)
        for _ in 1...2 {
            let down = try await installation.poll("--wait", "0s")
            #expect(down.exit == 69, "cannot reach is not nothing to do: \(down)")
            #expect(try down.json()["faults"] != [], "\(down)")
        }
        let left = try installation.inbox()
        expectSame(left, [sample])
        try await withSandbox(["--port", "\(port)"]) { shop in
            let up = try await installation.poll()
            #expect(up.exit == 0, "\(up)")
            let codes = try await shop.codes()
            expectSame(codes, ["dlreach00001"])
            let runs = try await installation.runs()
            #expect(runs.count == 1 && runs[0]["state"] == "done", "\(runs)")
            let again = try await installation.poll()
            #expect(again.exit == 0, "\(again)")
        }
    }

    @Test func `a missing inbox is unreachable, never nothing to do`() async throws {
        let installation = try await Installation()
        for gone in [Installation.inbox, ""] {
            try FileManager.default.removeItem(atPath: installation.path(gone))
            let poll = try await installation.run("poll")
            #expect(poll.exit == 69 && !poll.output.contains("nothing to do"), "\(poll)")
            let json = try await installation.poll()
            #expect(try json.json()["faults"].array?.count == 1 && json.exit == 69, "\(json)")
        }
    }

    @Test func `a file in the inbox's place is unreachable too`() async throws {
        let installation = try await Installation()
        try FileManager.default.removeItem(atPath: installation.path(Installation.inbox))
        try Data().write(to: URL(fileURLWithPath: installation.path(Installation.inbox)))
        let poll = try await installation.run("poll")
        #expect(poll.exit == 69, "\(poll)")
    }

    @Test func `a damaged ledger is an internal error that names it`() async throws {
        let installation = try await Installation()
        let path = installation.folder + "/var/dropline.sqlite"
        try Data(repeating: 0x6A, count: 5000).write(to: URL(fileURLWithPath: path))
        for command in ["poll", "runs"] {
            let result = try await installation.run(command)
            #expect(result.exit == 70 && result.errors.contains("dropline.sqlite"), "\(result)")
        }
    }
}
