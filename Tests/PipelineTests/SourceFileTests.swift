import CommandSupport
import Foundation
import Testing

/// What becomes of the files themselves: when they are taken, and where they end.
@Suite struct SourceFileTests {
    private let inbox = Installation.inbox

    // MARK: Not settled yet

    @Test func `a file is taken only after a second look`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("settle", "300ms")
            try installation.drop(name(1), file(("dlsettle0001", "10")))
            let first = try await installation.poll("--no-wait")
            #expect(first.exit == 0, "\(first)")
            let unsettled = try first.json()
            #expect(unsettled["unsettled"] == 1 && unsettled["runs"] == [], "\(first)")
            let left = try installation.inbox()
            expectSame(left, [name(1)])
            let second = try await installation.poll()
            let states = try second.json()["runs"].array?.map { $0["state"].string ?? "?" }
            expectSame(states, ["done"], "\(second)")
        }
    }

    @Test func `a file that grows between two looks is left for a later sweep`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("settle", "2s")
            let whole = file(("dlgrowing001", "10"), ("dlgrowing002", "20"))
            let path = try installation.drop(name(2), String(whole.prefix(whole.count - 40)))
            let first = try await installation.poll("--no-wait")
            #expect(try first.json()["unsettled"] == 1, "\(first)")
            try Data(whole.utf8).write(to: URL(fileURLWithPath: path))
            let second = try await installation.poll("--no-wait")
            #expect(second.exit == 0, "\(second)")
            #expect(try second.json()["unsettled"] == 1, "the new size was seen for the first time: \(second)")
            let codes = try await shop.codes()
            expectSame(codes, [])
            try installation.set("settle", "0s")
            let third = try await installation.poll()
            #expect(try third.json()["runs"][0]["rows"] == 2, "\(third)")
        }
    }

    @Test func `a file without its last line break is growing for cut_grace, however often it is looked at`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let text = file(("dlcutgrace01", "10"))
            let path = try installation.drop(name(3), String(text.dropLast()))
            for _ in 1...3 {
                let poll = try await installation.poll()
                #expect(poll.exit == 0, "\(poll)")
                let json = try poll.json()
                #expect(json["unsettled"] == 1 && json["runs"] == [], "\(poll)")
            }
            let left = try installation.inbox()
            expectSame(left, [name(3)])
            let none = try await installation.runs()
            expectSame(none, [])
            // NetSuite goes on and ends the line.
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let poll = try await installation.poll()
            #expect(try poll.json()["runs"][0]["state"] == "done", "\(poll)")
        }
    }

    @Test(arguments: ["dlonlyrow001,3/20/2026,10,1,2,3", "giftCardNumber,shippedDate,pri"])
    func `one line that is no header is growing for cut_grace, and is put aside then, not archived as empty`(
        _ text: String
    ) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name(8), text)
            let first = try await installation.poll()
            #expect(try first.exit == 0 && first.json()["unsettled"] == 1, "\(first)")
            try installation.set("cut_grace", "0s")
            let second = try await installation.poll()
            #expect(second.exit == 1, "\(second)")
            #expect(try second.json()["runs"][0]["state"] == "quarantined", "\(second)")
            expectSame(try installation.archive(), [])
            expectSame(try installation.quarantine(), [name(8), name(8) + ".reason.txt"])
            #expect(!second.errors.contains("dlonlyrow"), "\(second)")
        }
    }

    @Test func `a file that vanished after the first look is forgotten`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("settle", "100ms")
            let path = try installation.drop(name(4), file(("dlvanish0001", "10")))
            _ = try await installation.poll("--no-wait")
            try FileManager.default.removeItem(atPath: path)
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            let expected: JSON = [
                "runs": [], "needsPerson": [], "unsettled": 0, "notTaken": [], "paused": [], "faults": [],
            ]
            #expect(try poll.json() == expected, "\(poll)")
        }
    }

    @Test func `a source that vanished while its run waited is archived from the workspace's copy`() async throws {
        try await withSandbox(operationSeconds: "1.5") { shop in
            let installation = try await Installation(shop)
            let text = file(("dlvanish0002", "10"))
            let path = try installation.drop(name(5), text)
            let first = try await installation.poll("--wait", "0s")
            #expect(try first.json()["runs"][0]["state"] == "waiting", "\(first)")
            try FileManager.default.removeItem(atPath: path)
            let second = try await installation.poll()
            #expect(try second.json()["runs"][0]["state"] == "done", "\(second)")
            let archived = try installation.text(inbox + "/archive/" + name(5))
            expectSame(archived, text)
        }
    }

    @Test func `a file that replaced the source while its run waited is a new file`() async throws {
        try await withSandbox(operationSeconds: "1.5") { shop in
            let installation = try await Installation(shop)
            let (old, new) = (file(("dlreplace001", "10")), file(("dlreplace002", "20"), ("dlreplace003", "30")))
            try installation.drop(name(6), old)
            let first = try await installation.poll("--wait", "0s")
            #expect(try first.json()["runs"][0]["state"] == "waiting", "\(first)")
            try installation.drop(name(6), new)
            let second = try await installation.poll()
            #expect(second.exit == 0, "\(second)")
            let third = try await installation.poll()
            #expect(third.exit == 0, "\(third)")
            let archive = try installation.archive().map { try installation.text(inbox + "/archive/" + $0) }
            expectSame(Set(archive), [old, new])
            let codes = try await shop.codes()
            expectSame(codes, ["dlreplace001", "dlreplace002", "dlreplace003"])
        }
    }

    @Test func `names that do not match are left alone`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let others = ["notes.txt", "x-GiftCardFulfillment.csv.filepart", "x-giftcardfulfillment.csv", ".x.csv"]
            for other in others { try installation.drop(other, file(("dlother00001", "10"))) }
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            #expect(try poll.json()["runs"] == [], "\(poll)")
            let left = try installation.inbox()
            expectSame(left, others.sorted())
        }
    }

    @Test func `files are taken in the order of the dates in their names, not of the weekdays`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let names = [
                "Thu Mar 19 2026 09:00:00 GMT-0700 (PDT)-GiftCardFulfillment.csv",
                "Fri Mar 20 2026 09:00:00 GMT-0700 (PDT)-GiftCardFulfillment.csv",
                "Mon Mar 23 2026 09:00:00 GMT-0700 (PDT)-GiftCardFulfillment.csv",
                // Half past eight in New York is earlier than nine in Los Angeles although its clock shows later.
                "Mon Mar 23 2026 13:00:00 GMT-0400 (EDT)-GiftCardFulfillment.csv",
            ]
            for (index, name) in names.enumerated().reversed() {
                try installation.drop(name, file(("dlorder0000\(index)", "10")))
            }
            let poll = try await installation.poll()
            let taken = try poll.json()["runs"].array?.map { $0["file"].string ?? "?" }
            expectSame(taken, names, "\(poll)")
        }
    }

    // MARK: Names that were there before

    @Test func `a second file of one name with other content gives outputs with its digest and overwrites nothing`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let texts = [
                file(("dlsame000001", "10")), file(("dlsame000002", "20"), ("x", "5")), file(("dlsame000003", "30")),
            ]
            var digests: [String] = []
            for text in texts {
                try installation.drop(name(10), text)
                let poll = try await installation.poll()
                let run = try poll.json()["runs"][0]
                #expect(run["state"] == "done", "\(poll)")
                digests.append(String((run["sha256"].string ?? "").prefix(8)))
            }
            let stem = String(name(10).dropLast(4))
            let stems = [stem, "\(stem).\(digests[1])", "\(stem).\(digests[2])"]
            let tree = try installation.tree()
            expectSame(
                tree,
                ([inbox + "/archive/" + name(10), inbox + "/error/\(stems[1])-Rejects.csv"]
                    + digests.dropFirst().map { inbox + "/archive/\(name(10)).\($0)" }
                    + stems.flatMap {
                        [
                            "dropline/local-gift-cards/bulk/\($0)-1-1.jsonl",
                            "dropline/local-gift-cards/feed/\($0)-GiftCardActivation.json",
                            "dropline/local-gift-cards/result/\($0)-Results.csv",
                        ]
                    }).sorted()
            )
            let archived = try [name(10), "\(name(10)).\(digests[1])", "\(name(10)).\(digests[2])"].map {
                try installation.text(inbox + "/archive/" + $0)
            }
            expectSame(archived, texts)
        }
    }

    @Test func `the same content is a duplicate under its old name and under a new one`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let text = file(("dltwice00001", "10"), ("dltwice00002", "20"))
            try installation.drop(name(11), text)
            let first = try await installation.poll()
            #expect(first.exit == 0, "\(first)")
            let outputs = try installation.results() + installation.feeds() + installation.bulkFiles()
            for again in [name(11), name(12)] {
                try installation.drop(again, text)
                let poll = try await installation.poll()
                #expect(poll.exit == 0, "\(poll)")
                let run = try poll.json()["runs"][0]
                #expect(run["state"] == "duplicate" && run["rows"] == 0, "\(poll)")
                #expect(run["reason"].string?.contains("run 1") == true, "\(poll)")
            }
            let after = try installation.results() + installation.feeds() + installation.bulkFiles()
            expectSame(after, outputs)
            let archive = try installation.archive()
            #expect(archive.count == 3, "nothing in the archive is overwritten: \(archive)")
            let texts = try Set(archive.map { try installation.text(inbox + "/archive/" + $0) })
            expectSame(texts, [text])
            let cards = try await shop.cards().count
            #expect(cards == 2)
        }
    }

    @Test func `content with rows that were not accepted is processed again, and its cards' states decide`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let text = file(("dlagain00001", "10"), ("dlagain00002", "0"))
            try installation.drop(name(13), text)
            _ = try await installation.poll()
            try installation.drop(name(14), text)
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let results = try installation.results(of: name(14))
            expectSame(results.column("status"), ["already-active", "invalid"])
            let cards = try await shop.cards().count
            #expect(cards == 1)
        }
    }

    @Test func `the quarantine overwrites neither a file nor its reason`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            for text in ["no,columns\n1,2\n", "giftCardNumber\ndlquarant001\n", "no,columns\n1,2\n"] {
                try installation.drop(name(15), text)
                let poll = try await installation.poll()
                #expect(poll.exit == 1, "\(poll)")
                #expect(try poll.json()["runs"][0]["state"] == "quarantined", "\(poll)")
            }
            let names = try installation.quarantine()
            #expect(names.count == 6, "three files and their reasons: \(names)")
            let files = names.filter { !$0.hasSuffix(".reason.txt") }
            let texts = try files.map { try installation.text(inbox + "/error/" + $0) }.sorted()
            expectSame(texts, ["giftCardNumber\ndlquarant001\n", "no,columns\n1,2\n", "no,columns\n1,2\n"])
            for file in files {
                let reason = try installation.text(inbox + "/error/" + file + ".reason.txt")
                let lacksCode = try installation.text(inbox + "/error/" + file).hasPrefix("no,")
                #expect(reason.contains("no column 'giftCardNumber'") == lacksCode, "\(file): \(reason)")
                #expect(reason.contains("no column 'price'"), "\(file): \(reason)")
            }
        }
    }

    @Test func `files of people in the archive and among the outputs are not overwritten`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let stem = String(name(16).dropLast(4))
            let theirs = [
                inbox + "/archive/" + name(16), inbox + "/error/\(stem)-Rejects.csv",
                "dropline/local-gift-cards/feed/\(stem)-GiftCardActivation.json",
                "dropline/local-gift-cards/bulk/\(stem)-1-1.jsonl",
                "dropline/local-gift-cards/result/\(stem)-Results.csv",
            ]
            for path in theirs {
                let folder = (installation.path(path) as NSString).deletingLastPathComponent
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Data("theirs".utf8).write(to: URL(fileURLWithPath: installation.path(path)))
            }
            try installation.drop(name(16), file(("dltheirs0001", "10"), ("dltheirs0002", "0")))
            let poll = try await installation.poll()
            let now = try theirs.map { try installation.text($0) }
            let tree = try installation.tree()
            expectSame(now, theirs.map { _ in "theirs" }, "\(poll)\n\(tree)")
        }
    }

    @Test func `a name too long for its outputs is refused before a card is made`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let long = String(repeating: "n", count: 226) + "-GiftCardFulfillment.csv"
            try installation.drop(long, file(("dllongname01", "10")))
            let poll = try await installation.poll()
            let run = try poll.json()["runs"][0]
            let cards = try await shop.cards().count
            #expect(
                cards == 0 || run["state"] == "done",
                "a run that made cards and can't publish its results is stuck: \(poll)"
            )
        }
    }

    @Test func `a matching file whose name is no UTF-8 is not passed over in silence`() async throws {
        let installation = try await Installation()
        let text = Array(file(("dlnoutf80001", "10")).utf8)
        let path = Array((installation.path(inbox) + "/lat").utf8) + [0xEF] + Array("n-GiftCardFulfillment.csv".utf8)
        let descriptor = open(path.map { CChar(bitPattern: $0) } + [0], O_CREAT | O_WRONLY, 0o644)
        #expect(descriptor >= 0)
        let written = text.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        #expect(written == text.count)
        let poll = try await installation.run("poll")
        #expect(!poll.output.contains("nothing to do") || poll.errors.contains("GiftCardFulfillment"), "\(poll)")
    }

    // MARK: Two files in one sweep

    @Test func `one poll settles a file that names a card of the file before it`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            // The first file's operation is the last to end.
            try await shop.inject(["kind": "operation-slow", "seconds": 4])
            try installation.drop(name(20), file(("dlshared0001", "10"), ("dlshared0002", "20")))
            try installation.drop(name(21), file(("dlshared0001", "10"), ("dlshared0003", "30")))
            let poll = try await installation.poll()
            let states = try poll.json()["runs"].array?.map { $0["state"].string ?? "?" }
            expectSame(states, ["done", "done"], "\(poll)")
            let results = try installation.results(of: name(21))
            expectSame(results.column("status"), ["already-active", "activated"])
        }
    }
}
