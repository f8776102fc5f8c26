import CommandSupport
import Foundation
import Subprocess
import SystemPackage
import Testing

/// What must hold behind every case, whatever went wrong in between.
struct Invariants {
    let scene: Scene
    private var problems: [String] = []

    // Checks all of them at once, so that a failure tells everything that is amiss. `sources` are the files that were dropped, whose good rows are all
    // to be activated; `comparesOutputs`: whether outputs are to be those of the first one in a run without faults; `repeats`: how many codes may
    // have been sent once more and refused as taken.
    static func expect(
        _ scene: Scene,
        _ sources: [SourceFile] = [SourceFile()],
        version: String = "2026-07",
        comparesOutputs: Bool = true,
        repeats: ClosedRange<Int> = 0...0,
        sweeps: [CommandResult] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var problems = try await problems(scene, sources, repeats: repeats)
        if comparesOutputs {
            problems += try Published(scene.installation).differences(
                from: await Published.expected(of: sources.first ?? SourceFile(), version: version)
            )
        }
        let said = sweeps.map { "    \($0)" }.joined(separator: "\n")
        #expect(
            problems.isEmpty,
            "\(scene.name):\n  - \(problems.joined(separator: "\n  - "))\n  sweeps:\n\(said)",
            sourceLocation: sourceLocation
        )
    }

    /// What is amiss, the outputs' texts aside.
    static func problems(_ scene: Scene, _ sources: [SourceFile], repeats: ClosedRange<Int> = 0...0) async throws
        -> [String]
    {
        var check = Invariants(scene: scene)
        let activated = sources.filter { !$0.isRefused }
        if scene.installation.makesFeeds {
            try await check.feeds(of: activated)
        } else {
            try await check.cards(of: activated)
        }
        try await check.executions(repeats)
        try await check.runs(sources)
        try check.places(of: sources)
        try await check.ledger()
        try await check.nothingIsLeftToDo()
        return check.problems
    }

    private init(scene: Scene) { self.scene = scene }

    private mutating func expect(_ holds: Bool, _ problem: @autoclosure () -> String) {
        if !holds { problems.append(problem()) }
    }

    // MARK: The shop

    /// Each code has one card, of the row's value and with the row's marker.
    private mutating func cards(of sources: [SourceFile]) async throws {
        let cards = try await scene.shop.cards()
        let codes = cards.compactMap { $0["code"].string }
        let expected = Set(sources.flatMap(\.codes))
        expect(Set(codes).count == codes.count, "a code has two cards: \(codes.sorted())")
        expect(
            Set(codes) == expected,
            "the shop lacks \(expected.subtracting(codes).sorted()) and has besides \(Set(codes).subtracting(expected).sorted())"
        )
        let byCode = Dictionary(cards.map { ($0["code"].string ?? "", $0) }, uniquingKeysWith: { first, _ in first })
        let rows = Dictionary(grouping: sources.flatMap(\.good)) { $0.code ?? "" }
        // Of several rows with one code any may have been the first.
        for row in rows.values.compactMap(\.first) {
            guard let card = row.code.flatMap({ byCode[$0] }) else { continue }
            let value = card["initialValue"].string.flatMap { Double($0) }.map { Int(($0 * 100).rounded()) }
            expect(value == row.hundredths, "line \(row.line) is worth \(row.hundredths ?? 0), its card \(value ?? 0)")
            let lines = rows[row.code ?? ""]?.map(\.line) ?? []
            expect(
                lines.contains { card["note"].string?.hasSuffix(":\($0)") == true },
                "the card of line \(row.line) has the note '\(card["note"].string ?? "")'"
            )
        }
    }

    /// Each code stands in one published feed, with the row's value; the shop has heard of nothing.
    private mutating func feeds(of sources: [SourceFile]) async throws {
        var places: [String: [String]] = [:]
        var values: [String: String] = [:]
        for name in try scene.installation.feeds() {
            let feed = try JSON(parsing: try scene.installation.read(scene.installation.feedDirectory + "/" + name))
            for card in feed["giftCards"].array ?? [] {
                guard let code = card["giftCardNumber"].string else { continue }
                places[code, default: []].append(name)
                values[code] = card["initialValue"].string
            }
        }
        for (code, names) in places where names.count > 1 { problems.append("\(code) stands in the feeds \(names)") }
        let (codes, expected) = (Set(places.keys), Set(sources.flatMap(\.codes)))
        expect(
            codes == expected,
            "the feeds lack \(expected.subtracting(codes).sorted()) and have besides \(codes.subtracting(expected).sorted())"
        )
        for row in sources.flatMap(\.good) {
            guard let value = row.code.flatMap({ values[$0] }).flatMap(Double.init) else { continue }
            let hundredths = Int((value * 100).rounded())
            expect(
                hundredths == row.hundredths,
                "line \(row.line) is worth \(row.hundredths ?? 0), in its feed \(hundredths)"
            )
        }
        let (cards, operations) = (try await scene.shop.cards().count, try await scene.shop.operations().count)
        expect(cards == 0 && operations == 0, "the shop has \(cards) cards and had \(operations) operations")
    }

    /// No code was sent again, save those that a lost answer and a shop that cannot find its own card allow.
    private mutating func executions(_ repeats: ClosedRange<Int>) async throws {
        let (executed, cards) = (try await scene.executions(), try await scene.shop.cards().count)
        expect(
            repeats.contains(executed - cards),
            "giftCardCreate was executed \(executed) times for \(cards) cards; \(repeats) more were allowed"
        )
    }

    // MARK: The runs

    private mutating func runs(_ sources: [SourceFile]) async throws {
        let runs = try await scene.installation.runs()
        expect(runs.count == sources.count, "\(sources.count) files were dropped, and there are \(runs.count) runs")
        for run in runs {
            let number = run["run"].int ?? 0
            expect(Scene.isFinal(run["state"].string ?? "?"), "run \(number) is '\(run["state"])': \(run["reason"])")
            guard run["state"].string == "done" else { continue }
            guard let source = sources.first(where: { $0.name == run["file"].string }) else { continue }
            try await rows(of: number, source)
            try await publications(of: number, source)
        }
    }

    /// Every row is in one final status, and rows and money are those of the source.
    private mutating func rows(of number: Int, _ source: SourceFile) async throws {
        let detail = try await scene.installation.show(number)
        let balance = try Balance(detail["run"])
        expect(balance.isBalanced, "run \(number) does not balance: \(balance)")
        expect(
            balance.total.rows == source.rows.count && balance.total.hundredths == source.hundredths,
            "run \(number): the source has \(source.rows.count) rows of \(source.hundredths), the run \(balance.total)"
        )
        let open = ["planned", "submitted", "unknown", "held"].filter { balance.statuses[$0]?.rows ?? 0 > 0 }
        expect(open.isEmpty, "run \(number) has rows that are \(open): \(balance)")
        let accepted = balance.statuses.filter {
            !["invalid", "refused", "conflict"].contains($0.key) && $0.value.rows > 0
        }
        let fitting = scene.installation.makesFeeds ? ["in-feed", "already-in-feed"] : ["activated", "already-active"]
        let others = source.isRefused ? Set(accepted.keys) : Set(accepted.keys).subtracting(fitting)
        expect(others.isEmpty || !open.isEmpty, "run \(number) has rows that are \(others.sorted()): \(balance)")
        let path = detail["files"].array?.first { $0["kind"].string == "results" }?["path"].string
        guard let path, scene.holds(path) else { return }
        let results = try CSVTable(parsing: try scene.installation.text(path))
        expect(
            results.column("line") == source.rows.map { "\($0.line)" },
            "\(path) has the lines \(results.column("line")), the source \(source.rows.count) rows from line 2 on"
        )
        let written = try Balance(results)
        expect(written == balance, "\(path) says \(written), the run \(balance)")
        for row in results.rows where ["activated", "already-active"].contains(row["status"]) {
            expect(
                row["giftCardId"]?.hasPrefix("gid://shopify/GiftCard/") == true,
                "\(path): line \(row["line"] ?? "?") is \(row["status"] ?? "?") without a card's id"
            )
        }
    }

    /// Feed and bulk files were published once each, and every delivery is at its end.
    private mutating func publications(of number: Int, _ source: SourceFile) async throws {
        let detail = try await scene.installation.show(number)
        for file in detail["files"].array ?? [] {
            expect(file["state"].string == "published", "run \(number): \(file["path"]) is \(file["state"])")
        }
        let published = (detail["audit"].array ?? []).filter { $0["event"].string == "published" }
            .compactMap { $0["detail"].string }
            .filter { $0.hasPrefix("activation-feed ") || $0.hasPrefix("bulk-file ") }
        expect(published.count == Set(published).count, "run \(number) published more than once: \(published.sorted())")
        let attempts = detail["run"]["attempt"].int ?? 0
        guard !source.isRefused else {
            return expect(published.isEmpty, "run \(number) was refused and published \(published.sorted())")
        }
        // One of the two: a dropped feed is not published, and where nothing is sent there is no bulk file. None where each of the cards is there already.
        let isOneKind = scene.installation.takesFeeds || scene.installation.makesFeeds
        let statuses = detail["run"]["statuses"]
        let isNothingSent = isOneKind && statuses["activated"] == .null && statuses["in-feed"] == .null
        let isAsPlanned = published.count <= attempts + (isOneKind ? 0 : 1) && (isNothingSent || !published.isEmpty)
        expect(isAsPlanned, "run \(number) had \(attempts) attempts and published \(published.sorted())")
    }

    // MARK: Files

    /// Each source lies in one place, and nothing is left in the staging directory.
    private mutating func places(of sources: [SourceFile]) throws {
        let tree = try scene.installation.tree()
        for source in sources {
            let found = tree.filter { path in
                path.hasPrefix(scene.installation.inboxDirectory) && path.contains("/" + source.name)
                    && ((try? scene.installation.text(path)) == source.text)
            }
            let twins = sources.count { $0.name == source.name && $0.text == source.text }
            expect(found.count == twins, "\(source.name) was dropped \(twins) times and lies at \(found)")
        }
        // A part whose connection was lost while it was written is removed a day later.
        let staged = tree.filter { $0.hasPrefix(".dropline") && !$0.hasPrefix(".dropline/.part-sftp-") }
        expect(staged.isEmpty, "left in the staging directory: \(staged)")
        let open = try scene.installation.inbox()
        expect(open.isEmpty, "left in the inbox: \(open)")
    }

    /// The ledger is sound: SQLite itself looks at every page.
    private mutating func ledger() async throws {
        let said = try await python(
            "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchall())",
            scene.installation.folder + "/var/dropline.sqlite"
        )
        expect(said == "[('ok',)]", "PRAGMA integrity_check says \(said)")
    }

    /// A further poll does nothing, changes nothing and ends with 0.
    private mutating func nothingIsLeftToDo() async throws {
        let before = try scene.installation.tree()
        let poll = try await scene.installation.poll("--wait", "1s")
        let said = try? poll.json()
        let isQuiet =
            poll.exit == 0 && said?["runs"].array?.isEmpty == true && said?["unsettled"].int == 0
            && said?["faults"].array?.isEmpty == true
        expect(isQuiet, "a further poll did not end with 0 and nothing to do: \(poll)")
        let after = try scene.installation.tree()
        expect(before == after, "a further poll changed the drop from \(before) to \(after)")
    }
}

extension Scene {
    /// Whether a file is there; a reader may have taken it away.
    func holds(_ inDrop: String) -> Bool { FileManager.default.fileExists(atPath: installation.path(inDrop)) }
}

/// Runs a line of Python, which has SQLite, and returns what it prints.
func python(_ code: String, _ arguments: String...) async throws -> String {
    let result = try await run(
        .name("python3"),
        arguments: Arguments(["-c", code] + arguments),
        output: .string(limit: 10_000_000),
        error: .string(limit: 1_000_000)
    )
    guard case .exited(0) = result.terminationStatus else {
        throw SupportError("python3: \(result.terminationStatus) \(result.standardError)")
    }
    return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
}
