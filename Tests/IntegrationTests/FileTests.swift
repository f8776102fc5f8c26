import CommandSupport
import Foundation
import Synchronization
import Testing

/// Files that come twice, under one name, with the same codes, half-written; outputs that readers take away.
@Suite struct FileTests {
    // MARK: The same content, the same name

    @Test(arguments: [true, false])
    func `the same content again sends nothing`(_ hasSameName: Bool) async throws {
        try await withScene("the same content, \(hasSameName ? "the same" : "another") name") { scene in
            let first = SourceFile(bad: false)
            let again = hasSameName ? first : SourceFile(bad: false, time: "11:00:00")
            try scene.drop(first)
            let sweeps = try await scene.sweep()
            let published = try Published(scene.installation)
            try scene.drop(again)
            let second = try await scene.sweep()
            #expect((sweeps + second).map(\.exit) == [0, 0], "\(scene.name): \(sweeps + second)")
            let states = try await scene.installation.runs().map { $0["state"].string }
            #expect(states == ["done", "duplicate"], "\(scene.name): \(states)")
            let differences = try Published(scene.installation).differences(from: published)
            #expect(differences.isEmpty, "\(scene.name): a duplicate published something: \(differences)")
            try await Invariants.expect(scene, [first, again], comparesOutputs: false, sweeps: sweeps + second)
        }
    }

    @Test func `a file with bad rows dropped again activates nothing anew and overwrites nothing`() async throws {
        try await withScene("the usual file twice") { scene in
            let source = SourceFile()
            try scene.drop(source)
            var sweeps = try await scene.sweep()
            let published = try Published(scene.installation)
            try scene.drop(source)
            sweeps += try await scene.sweep()
            #expect(sweeps.map(\.exit) == [1, 1], "\(scene.name): \(sweeps)")
            let balance = try await scene.installation.balance(2)
            #expect(balance.statuses["already-active"]?.rows == 12, "\(scene.name): \(balance)")
            let after = try Published(scene.installation)
            for (path, text) in published.texts {
                #expect(after.texts[path] == text, "\(scene.name): \(path) was changed by the second run")
            }
            try await Invariants.expect(scene, [source, source], comparesOutputs: false, sweeps: sweeps)
        }
    }

    @Test func `one file dropped three times with three outcomes keeps the outputs of each`() async throws {
        try await withScene("one file three times, refused, partly refused, activated", countsSingleCalls: false) {
            scene in
            let source = SourceFile(bad: false)
            let outcomes: [[Fault]] = [
                [Fault("fall-forward", root: FaultTests.bulk)],
                [Fault("fall-forward", root: FaultTests.bulk), Fault("missing-unexecuted", lines: 3)],
                [],
            ]
            var sweeps: [CommandResult] = []
            for (number, faults) in outcomes.enumerated() {
                try await scene.inject(faults)
                // A card that somebody made by hand, and another, later: each drop ends in another way.
                if number < 2 { try await scene.shop.addCard(source.codes[number], "1.00", note: "by hand") }
                try scene.drop(source)
                sweeps += try await scene.sweep(atMost: 3)
            }
            let states = try await scene.installation.runs().map { $0["state"].string }
            #expect(states == ["done", "done", "done"], "\(scene.name): \(states); \(sweeps)")
            let results = try scene.installation.results()
            #expect(results.count == 3, "\(scene.name): three runs, and the results \(results)")
            let staged = try scene.installation.tree().filter { $0.hasPrefix(".dropline") }
            #expect(staged.isEmpty, "\(scene.name): left in the staging directory: \(staged)")
            let last = try await scene.installation.balance(3)
            #expect(last.statuses["conflict"]?.rows == 2, "\(scene.name): \(last)")
            #expect(last.isBalanced && last.total.rows == 12, "\(scene.name): \(last)")
        }
    }

    @Test func `the same name with other content is another file`() async throws {
        try await withScene("the same name, other content") { scene in
            let first = SourceFile()
            let second = SourceFile(seed: "b").named(first.name)
            try scene.drop(first)
            var sweeps = try await scene.sweep()
            let published = try Published(scene.installation)
            try scene.drop(second)
            sweeps += try await scene.sweep()
            #expect(sweeps.map(\.exit) == [1, 1], "\(scene.name): \(sweeps)")
            let after = try Published(scene.installation)
            for (path, text) in published.texts {
                #expect(after.texts[path] == text, "\(scene.name): \(path) was changed by the second file")
            }
            let digest = try await scene.installation.show(2)["run"]["sha256"].string?.prefix(8) ?? "?"
            let others = after.texts.keys.filter { published.texts[$0] == nil }.sorted()
            #expect(others.count == 4, "\(scene.name): the second file's outputs are \(others)")
            for path in others {
                #expect(path.contains(".\(digest)-"), "\(scene.name): \(path) does not carry .\(digest)")
            }
            try await Invariants.expect(scene, [first, second], comparesOutputs: false, sweeps: sweeps)
        }
    }

    @Test func `a file that takes the name of one that is being processed is not mistaken for it`() async throws {
        try await withScene("the name is taken over while the run waits", operationSeconds: "1.5") { scene in
            let first = SourceFile()
            let second = SourceFile(seed: "b").named(first.name)
            try scene.drop(first)
            var sweeps = [try await scene.installation.poll("--wait", "0s")]
            try scene.drop(second)
            sweeps += try await scene.sweep()
            // The second file is seen once the first one's run is at its end.
            if try !scene.installation.inbox().isEmpty { sweeps += try await scene.sweep() }
            try await Invariants.expect(scene, [first, second], comparesOutputs: false, sweeps: sweeps)
        }
    }

    // MARK: The same codes

    @Test(arguments: [true, false])
    func `two files with the same codes make each card once`(_ hasSameValue: Bool) async throws {
        try await withScene("the same codes, \(hasSameValue ? "the same" : "another") value") { scene in
            let codes = SourceFile(bad: false).codes
            let first = SourceFile(codes: codes, value: 20, time: "08:00:00")
            let second = SourceFile(codes: codes, value: hasSameValue ? 20 : 30, time: "08:15:00")
            try scene.drop(first)
            try scene.drop(second)
            let sweeps = try await scene.sweep()
            let last = sweeps.last?.exit
            #expect(last == (hasSameValue ? 0 : 1) || sweeps.contains { $0.exit == 1 }, "\(scene.name): \(sweeps)")
            let status = hasSameValue ? "already-active" : "conflict"
            let balances = [try await scene.installation.balance(1), try await scene.installation.balance(2)]
            #expect(balances[0].statuses.keys.sorted() == ["activated"], "\(scene.name), first file: \(balances[0])")
            #expect(balances[1].statuses.keys.sorted() == [status], "\(scene.name), second file: \(balances[1])")
            try await Invariants.expect(scene, [first, second], comparesOutputs: false, sweeps: sweeps)
        }
    }

    @Test func `a second file waits for the first one's codes, and takes those that the first one lost`() async throws {
        try await withScene("the first file's cards come to nothing", operationSeconds: "1") { scene in
            let codes = SourceFile(bad: false).codes
            let first = SourceFile(codes: codes, value: 20, time: "08:00:00")
            let second = SourceFile(codes: codes, value: 20, time: "08:15:00")
            // The first operation is carried out by a version that refuses every card.
            try await scene.inject([Fault("fall-forward", root: FaultTests.bulk)])
            try scene.drop(first)
            try scene.drop(second)
            let sweeps = try await scene.sweep()
            let balances = [try await scene.installation.balance(1), try await scene.installation.balance(2)]
            #expect(balances[0].statuses.keys.sorted() == ["refused"], "\(scene.name), first file: \(balances[0])")
            #expect(balances[1].statuses.keys.sorted() == ["activated"], "\(scene.name), second file: \(balances[1])")
            let made = try await scene.shop.codes()
            #expect(made == codes.sorted(), "\(scene.name): \(made); \(sweeps)")
        }
    }

    // MARK: Growing files

    @Test func `a file that grows while it is polled is taken once, whole`() async throws {
        try await withScene("a growing file") { scene in
            try scene.installation.set("settle", "400ms")
            let source = SourceFile(cards: 60, bad: false)
            let path = scene.installation.path(Installation.inbox + "/" + source.name)
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            let growing = Task {
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                // Pieces end anywhere: in the middle of a line, and behind one.
                for piece in Array(source.text.utf8).chunks(of: 97) {
                    try file.write(contentsOf: Data(piece))
                    try await Task.sleep(for: .milliseconds(60))
                }
                try file.close()
            }
            var sweeps: [CommandResult] = []
            while try await scene.installation.runs().isEmpty, sweeps.count < 60 {
                sweeps.append(try await scene.installation.poll("--no-wait", "--wait", "20s"))
            }
            try await growing.value
            sweeps += try await scene.sweep()
            #expect(sweeps.allSatisfy { $0.exit == 0 }, "\(scene.name): \(sweeps.filter { $0.exit != 0 })")
            try await Invariants.expect(scene, [source], comparesOutputs: false, sweeps: sweeps.suffix(3))
        }
    }

    @Test
    func `a second file of one name that was archived before a kill is found there, and no copy is put beside it`()
        async throws
    {
        try await withScene("killed behind the move of a namesake") { scene in
            let first = SourceFile(cards: 3, seed: "f", bad: false)
            let second = SourceFile(cards: 3, seed: "s", bad: false)
            try scene.drop(first)
            _ = try await scene.installation.poll("--wait", "20s")
            try scene.drop(second)
            let killed = try await scene.installation.poll(
                "--wait",
                "20s",
                environment: ["DROPLINE_CRASH_AT": "deliver.moved"]
            )
            #expect(killed.exit == -9, "\(killed)")
            _ = try await scene.sweep()
            let archive = try scene.installation.archive()
            #expect(archive.count == 2 && archive.first == first.name, "\(archive)")
            #expect(try scene.installation.inbox().isEmpty)
        }
    }

    @Test func `a file that gets whole lines while it is read is left, though it looked settled`() async throws {
        try await withScene("lines that come faster than they are read") { scene in
            let source = SourceFile(cards: 4_000, bad: false)
            let lines = source.text.split(separator: "\n", omittingEmptySubsequences: true).map { String($0) + "\n" }
            let path = try scene.installation.drop(source.name, lines.prefix(2).joined())
            let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try writer.seekToEnd()
            let isPolling = Flag()
            async let written = Task.detached {
                var count = 2
                while isPolling.isUp, count < lines.count - 1 {
                    try writer.write(contentsOf: Data(lines[count].utf8))
                    count += 1
                    usleep(2_000)
                }
                return count
            }.value
            // Each commit takes longer than a line: what was listed has changed when it is claimed.
            let poll = try await CommandWrapper.$words.withValue(CommandWrapper.slowDisk(milliseconds: 50)) {
                try await scene.installation.poll("--no-wait")
            }
            isPolling.lower()
            let count = try await written
            try #require(count < lines.count - 1, "the writer was at its end before the poll")
            #expect(poll.exit == 0, "\(poll)")
            let json = try poll.json()
            #expect(json["unsettled"] == 1 && json["runs"] == [], "\(count) lines: \(poll)")
            try writer.write(contentsOf: Data(lines[count...].joined().utf8))
            let sweeps = [poll] + (try await scene.sweep())
            try await Invariants.expect(scene, [source], comparesOutputs: false, sweeps: sweeps)
        }
    }

    @Test func `a file without its last line break is left until the rest comes`() async throws {
        try await withScene("the last line is cut") { scene in
            let source = SourceFile()
            try scene.installation.drop(source.name, String(source.text.dropLast(9)))
            let early = try await scene.installation.poll("--wait", "1s")
            #expect(early.exit == 0, "\(scene.name): \(early)")
            let cards = try await scene.shop.codes()
            #expect(cards.isEmpty, "\(scene.name): cards were made of half a file: \(cards)")
            let path = scene.installation.path(Installation.inbox + "/" + source.name)
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.seekToEnd()
            try file.write(contentsOf: Data(source.text.utf8.suffix(9)))
            try file.close()
            let sweeps = try await scene.sweep()
            #expect(sweeps.map(\.exit) == [1], "\(scene.name): \(sweeps)")
            try await Invariants.expect(scene, sweeps: sweeps)
        }
    }

    // MARK: Readers

    @Test func `outputs that a reader takes away at once are not published again`() async throws {
        try await withScene("a reader that takes everything away") { scene in
            let source = SourceFile()
            try await scene.inject([Fault("code-taken")])
            try scene.drop(source)
            var sweeps = [try await scene.installation.poll("--wait", "30s")]
            let reader = try Published(scene.installation)
            #expect(
                reader.texts.count == 4,
                "\(scene.name): while a row is unknown, there are \(reader.texts.keys.sorted())"
            )
            for path in reader.texts.keys { try FileManager.default.removeItem(atPath: scene.installation.path(path)) }
            sweeps.append(try await scene.installation.poll("--wait", "1s"))
            let again = try Published(scene.installation).texts.keys.sorted()
            #expect(again.isEmpty, "\(scene.name): published again without a change: \(again)")
            // Somebody else's card turns up under the code: the row is settled, and the results change.
            let unknown = try await scene.installation.show(1)["rows"].array?.first { $0["status"].string == "unknown" }
            let code = try #require(source.rows.first { $0.line == unknown?["line"].int }?.code)
            try await scene.shop.addCard(code, "3.00", note: "by hand")
            sweeps += try await scene.sweep()
            #expect(sweeps.map(\.exit) == [0, 0, 1], "\(scene.name): \(sweeps)")
            let last = try Published(scene.installation).texts.keys.sorted().map { $0.split(separator: "/").last ?? "" }
            #expect(
                last == ["\(source.stem)-Results.csv", "\(source.stem)-Rejects.csv"].map { Substring($0) },
                "\(scene.name): when the last row is settled, results and rejects are published, and got \(last)"
            )
            let balance = try Balance(try scene.installation.results(of: source.name))
            #expect(balance.statuses["conflict"]?.rows == 1, "\(scene.name): \(balance)")
            #expect(balance.total.rows == source.rows.count, "\(scene.name): \(balance)")
            let staged = try scene.installation.tree().filter { $0.hasPrefix(".dropline") }
            #expect(staged.isEmpty, "\(scene.name): left in the staging directory: \(staged)")
        }
    }

    @Test(arguments: ["deliver.renamed:1", "deliver.renamed:2", "deliver.renamed:3", "deliver.renamed:4"])
    func `what was published before a crash and taken away is not published again`(_ place: String) async throws {
        try await withScene("killed at \(place), then a reader") { scene in
            let source = SourceFile()
            try scene.drop(source)
            let killed = try await scene.installation.poll("--wait", "30s", environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9, "\(scene.name): \(killed)")
            let taken = try Published(scene.installation).texts
            #expect(!taken.isEmpty, "\(scene.name): nothing was published before the crash")
            for path in taken.keys { try FileManager.default.removeItem(atPath: scene.installation.path(path)) }
            let sweeps = try await scene.sweep()
            #expect(sweeps.map(\.exit) == [1], "\(scene.name): \(sweeps)")
            var all = try Published(scene.installation)
            for path in taken.keys {
                #expect(all.texts[path] == nil, "\(scene.name): \(path) was published again")
                all.texts[path] = taken[path]
            }
            let differences = all.differences(from: try await Published.expected())
            #expect(differences.isEmpty, "\(scene.name): \(differences)")
            try await Invariants.expect(scene, comparesOutputs: false, sweeps: sweeps)
        }
    }
}

extension Array {
    /// The elements in pieces of a length, the last one shorter.
    func chunks(of length: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: length).map { self[$0..<Swift.min($0 + length, count)] }
    }
}

/// Up until it is lowered.
private final class Flag: Sendable {
    private let state = Mutex(true)

    var isUp: Bool { state.withLock { $0 } }
    func lower() { state.withLock { $0 = false } }
}
