import CommandSupport
import Foundation
import Testing

/// What is looked at after a case's first polls.
struct CaseCheck {
    let given: PipelineCase
    let installation: Installation
    let shop: SandboxShop
    let polls: [CommandResult]

    // MARK: Runs

    func runs() async throws {
        let worst = polls.map(\.exit).max()
        #expect(worst == given.exit, "\(given.about)\n\(polls)")
        var got: [[String: String]] = []
        for poll in polls {
            let json = try poll.json()
            #expect(json["faults"] == [], "\(poll)")
            #expect(json["unsettled"] == 0, "\(poll)")
            got += (json["runs"].array ?? []).map(describe)
        }
        let expected = given.runs.map(describe)
        expectSame(got, expected, "\(polls)")
        let listed = try await installation.runs()
        expectSame(listed.map(describe), expected, "dropline runs --json says the same")
    }

    private func describe(_ run: JSON) -> [String: String] {
        var words = ["file": run["file"].string ?? "?", "state": run["state"].string ?? "?"]
        words["reason"] = run["reason"].string
        words["attention"] = run["attention"].string
        for (status, entry) in run["statuses"].object ?? [:] {
            let text = entry["value"].string ?? "0"
            words[status] =
                "\(entry["rows"]) rows, \((try? Balance.hundredths(text)) ?? -1), \(entry["withoutValue"]) without"
        }
        return words
    }

    private func describe(_ run: PipelineCase.ExpectedRun) -> [String: String] {
        var words = ["file": run.file, "state": run.state]
        words["reason"] = run.reason
        words["attention"] = run.attention
        for (status, entry) in run.statuses {
            words[status] = "\(entry.rows) rows, \(entry.hundredths), \(entry.withoutValue) without"
        }
        return words
    }

    // MARK: Outputs

    private func stem(_ run: PipelineCase.ExpectedRun) -> String { String(run.file.dropLast(4)) }

    private func paths(of run: PipelineCase.ExpectedRun) -> [(output: String, path: String)] {
        [
            ("results.csv", "dropline/\(installation.pipeline)/result/\(stem(run))-Results.csv"),
            ("rejects.csv", Installation.inbox + "/error/\(stem(run))-Rejects.csv"),
            ("feed.json", "dropline/\(installation.pipeline)/feed/\(stem(run))-GiftCardActivation.json"),
        ]
    }

    private func bulkPath(of run: PipelineCase.ExpectedRun) -> String {
        "dropline/\(installation.pipeline)/bulk/\(stem(run))-1-1.jsonl"
    }

    private func published(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: installation.path(path)) else { return nil }
        return try installation.text(path)
    }

    func outputs(of run: PipelineCase.ExpectedRun) async throws {
        for (output, path) in paths(of: run) {
            let got = try published(path).map(withoutIDs)
            if ProcessInfo.processInfo.environment["DROPLINE_RECORD"] == "1" { try given.record(output, of: run, got) }
            let expected = try given.expected(output, of: run)
            expectSame(
                got?.split(separator: "\n", omittingEmptySubsequences: false),
                expected?.split(separator: "\n", omittingEmptySubsequences: false),
                "\(output) of \(run.file)"
            )
        }
        try bulkFile(of: run)
    }

    /// Ids in the order of the lines become `#1`, `#2` …: a bulk operation makes its cards in any order.
    private func withoutIDs(_ text: String) -> String {
        var numbers: [Substring: Int] = [:]
        return text.replacing(/gid:\/\/shopify\/GiftCard\/\d+/) { match in
            let number = numbers[match.output] ?? numbers.count + 1
            numbers[match.output] = number
            return "#\(number)"
        }
    }

    /// The bulk file holds the cards of the feed, in its order, in the form of the shop's API version.
    private func bulkFile(of run: PipelineCase.ExpectedRun) throws {
        let path = bulkPath(of: run)
        guard let feed = try published(paths(of: run)[2].path).map({ try JSON(parsing: $0) }) else {
            let bulk = try published(path)
            #expect(bulk == nil, "without a feed there is nothing to send")
            return
        }
        let digest = feed["source"]["sha256"].string ?? ""
        let isOld = given.settings["api_version"].map { $0 < "\"2026-07\"" } ?? false
        let expected = (feed["giftCards"].array ?? []).map { card -> JSON in
            let order = card["shopifyOrderId"].string ?? card["netsuiteOrderId"].string.map { "NS" + $0 }
            let note = (order.map { "Order \($0) " } ?? "") + "dl:\(digest.prefix(12)):\(card["line"])"
            var input: [String: JSON] = ["code": card["giftCardNumber"], "note": .string(note)]
            input[isOld ? "initialValue" : "initialAmount"] =
                isOld ? card["initialValue"] : ["amount": card["initialValue"], "currencyCode": feed["currency"]]
            return ["input": .object(input)]
        }
        let text = try published(path) ?? ""
        let got = try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
        expectSame(got.map(\.text), expected.map(\.text), "the bulk file of \(run.file)")
        #expect(text.isEmpty || text.hasSuffix("\n"), "the last line has its line break")
    }

    // MARK: Money

    /// Rows in and value in are the sums over the statuses, in the ledger and in the results; every line of the source has its row.
    func balance(of run: PipelineCase.ExpectedRun) async throws {
        let balance = try await installation.balance(run.number)
        #expect(balance.isBalanced, "\(balance)")
        expectSame(balance.statuses, run.statuses)
        guard let text = try published(paths(of: run)[0].path) else { return }
        let results = try CSVTable(parsing: text)
        expectSame(try Balance(results), balance, "the results of \(run.file) add up to what the ledger says")
        let source = given.input.first { $0.name == run.file }?.bytes ?? []
        let lines = linesWithRows(source)
        expectSame(results.column("line"), lines, "every line of \(run.file) has its row")
        let rejected = try published(paths(of: run)[1].path).map { try CSVTable(parsing: $0).column("line") } ?? []
        let unaccepted = results.rows.filter { ["invalid", "refused", "conflict"].contains($0["status"] ?? "") }
        expectSame(rejected, unaccepted.map { $0["line"] ?? "" }, "the rejects are the rows that were not accepted")
    }

    private func linesWithRows(_ bytes: [UInt8]) -> [String] {
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        // The first line that holds something is the header.
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.element.allSatisfy { $0.isWhitespace || $0 == "," || $0 == "\"" } }
            .dropFirst().map { String($0.offset + 1) }
    }

    // MARK: Files

    /// Nothing but what is expected lies in the drop, staging included; the sources byte for byte where they should.
    func placesOfFiles() throws {
        var expected: [String] = []
        for run in given.runs {
            let source = Installation.inbox + (run.source == "inbox" ? "" : "/" + run.source) + "/" + run.file
            expected.append(source)
            if run.source == "error" { expected.append(source + ".reason.txt") }
            for (output, path) in paths(of: run) where try given.expected(output, of: run) != nil {
                expected.append(path)
                if output == "feed.json" { expected.append(bulkPath(of: run)) }
            }
            let bytes = try? installation.read(source)
            let dropped = given.input.first { $0.name == run.file }?.bytes
            let isSame = bytes.map { [UInt8]($0) } == dropped
            #expect(isSame, "\(source) holds what was dropped; it holds \(bytes?.count ?? -1) bytes")
        }
        let tree = try installation.tree()
        // A feed without a card has no bulk file.
        expectSame(tree, expected.filter { !$0.hasSuffix(".jsonl") || tree.contains($0) }.sorted())
    }

    func reasons() throws {
        for run in given.runs where run.source == "error" {
            let reason = try published(Installation.inbox + "/error/" + run.file + ".reason.txt")
            #expect(reason == "\(run.file): \(run.reason ?? "?")\n")
        }
    }

    // MARK: The shop

    /// Every activated row is a card with its code and value, and there is no card that no row accounts for.
    func cards(besides foreign: [JSON]) async throws {
        var made: [String: String] = [:]
        for run in given.runs {
            guard let feed = try published(paths(of: run)[2].path).map({ try JSON(parsing: $0) }) else { continue }
            let results = try installation.results(of: run.file)
            for card in feed["giftCards"].array ?? [] {
                let row = results.row(line: card["line"].int ?? 0) ?? [:]
                guard row["status"] == "activated" else { continue }
                made[card["giftCardNumber"].string ?? "?"] =
                    "\(row["giftCardId"] ?? "?") \(try Balance.hundredths(row["value"] ?? "?"))"
            }
        }
        let before = Set(foreign.map(\.text))
        let cards = try await shop.cards()
        let got = try cards.filter { !before.contains($0.text) }.map { card in
            let value = Decimal(string: card["initialValue"].string ?? "") ?? -1
            return (card["code"].string ?? "?", "\(card["id"].string ?? "?") \(try hundredths(value))")
        }
        expectSame(Dictionary(got, uniquingKeysWith: { "\($0) and \($1)" }), made, "cards made at the shop")
        let untouched = cards.filter { before.contains($0.text) }.count
        #expect(untouched == foreign.count, "cards of others stay as they are")
    }

    private func hundredths(_ value: Decimal) throws -> Int {
        guard let whole = Int("\(value * 100)") else { throw SupportError("\(value) is finer than hundredths") }
        return whole
    }

    // MARK: Codes

    /// A code stands in the feed, the bulk file and the source alone: in no other file of the installation and in no output of a command.
    func noCodeIsShown() throws {
        let codes = Set(try given.runs.flatMap(codes))
        var places = ["what the commands said": polls.map { $0.output + $0.errors }.joined()]
        for folder in Set([installation.folder, installation.dropFolder]) {
            let walk = FileManager.default.enumerator(atPath: folder)
            while let path = walk?.nextObject() as? String {
                guard walk?.fileAttributes?[.type] as? FileAttributeType == .typeRegular else { continue }
                if path.contains("/feed/") || path.contains("/bulk/") { continue }
                if path.hasSuffix("-GiftCardFulfillment.csv") { continue }
                let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path))
                places[path] = String(decoding: data, as: UTF8.self)
            }
        }
        for (place, text) in places {
            let lower = text.lowercased()
            let shown = codes.filter { lower.contains($0) }.sorted()
            #expect(shown == [], "codes in clear in \(place)")
        }
    }

    /// All that stands in the code column, as written and as sent; what is shorter than a code may be shown.
    private func codes(in run: PipelineCase.ExpectedRun) throws -> [String] {
        let text = String(decoding: given.input.first { $0.name == run.file }?.bytes ?? [], as: UTF8.self).lowercased()
        let words = text.split { ",\"\n\r\u{FEFF}".contains($0) || $0 == "\r\n" }.map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let written = words.filter { $0.hasPrefix("dl") || $0.hasPrefix("gd") || $0.hasPrefix("shopify-giftcard-") }
        return written.flatMap { [$0, $0.replacing("shopify-giftcard-", with: "").filter { !" -".contains($0) }] }
            .filter { $0.count >= 8 && $0 != "shopify-giftcard-" }
    }

    // MARK: The second poll

    /// All is done: a second poll changes no file and no card, and ends with 0.
    func secondPoll() async throws {
        let files = try contents()
        let cards = try await shop.cards()
        let operations = try await shop.operations().count
        let again = try await installation.poll()
        #expect(again.exit == 0, "\(again)")
        let touched = try again.json()["runs"].array?.compactMap { $0["state"].string } ?? []
        let waiting = given.runs.filter { $0.state == "waiting" }.map(\.state)
        #expect(touched == waiting, "only a run that waits is looked at again: \(again)")
        expectSame(try contents(), files)
        let cardsAfter = try await shop.cards()
        #expect(cardsAfter == cards)
        let operationsAfter = try await shop.operations().count
        #expect(operationsAfter == operations)
    }

    private func contents() throws -> [String: String] {
        let pairs = try installation.tree().map { ($0, try installation.text($0)) }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }
}
