import CommandSupport
import Foundation
import Testing

/// Sealed files that are not what their run recorded: swapped with another run's, cut, taken away, or from another backup.
///
/// Nothing of them is used: the run stops and says which file it is, nothing is sent, no row changes, and it goes on once that is put right.
@Suite struct SwappedFileTests {
    /// A file of a run that stands before the stage that reads it next.
    struct Victim: Sendable {
        /// As messages name it.
        let kind: String
        /// Its name in the run's folder; `nil` for the source, which lies in `incoming/`.
        let name: String?
        /// Where the process that worked on the run was killed.
        let crash: String

        static let source = Victim(kind: "source", name: nil, crash: "poll.taken")
        static let feed = Victim(
            kind: "activation-feed",
            name: "activation-feed-0-0",
            crash: "activation-feed.after-commit"
        )
        static let bulkFile = Victim(kind: "bulk-file", name: "bulk-file-1-1", crash: "bulk-file.after-commit")
        static let intended = Victim(kind: "bulk-file", name: "bulk-file-1-1", crash: "bulk-import.intended")
        static let bulkResult = Victim(kind: "bulk-result", name: "bulk-result-1-1", crash: "bulk-import.ended")
        static let results = Victim(kind: "results", name: "results-0-0", crash: "reconcile.after-commit")
        static let rejects = Victim(kind: "rejects", name: "rejects-0-0", crash: "reconcile.after-commit")
        static let all = [source, feed, bulkFile, intended, bulkResult, results, rejects]

        /// Whether it is read only after other outputs of the run were published.
        var isPublishedLast: Bool { kind == "results" || kind == "rejects" }
    }

    /// What lies in the victim's place.
    enum Alien: Sendable {
        /// The same file of another run.
        case otherRun
        /// What another run of this number had there, before the ledger was restored.
        case backup
        case half
        case nothing
    }

    /// How it is put right.
    enum Cure: Sendable { case putBack, rerun }

    struct Case: Sendable, CustomTestStringConvertible {
        let victim: Victim
        let alien: Alien
        let cure: Cure

        var testDescription: String { "\(victim.kind) at \(victim.crash): \(alien), \(cure)" }
    }

    static let cases =
        Victim.all.map { Case(victim: $0, alien: .otherRun, cure: .putBack) }
        + Victim.all.map { Case(victim: $0, alien: .backup, cure: $0.kind == "source" ? .putBack : .rerun) }
        + [Victim.feed, .bulkResult, .results].map { Case(victim: $0, alien: .half, cure: .rerun) }
        + [Victim.source, .feed, .bulkFile].map { Case(victim: $0, alien: .nothing, cure: .putBack) }
        + [Victim.bulkResult].map { Case(victim: $0, alien: .nothing, cure: .rerun) }

    private static let first = SourceFile(cards: 4, seed: "f", time: "08:00:00")
    private static let second = SourceFile(cards: 4, seed: "s", time: "09:00:00")
    /// A file of the name of the second, with other cards.
    private static let lost = SourceFile(cards: 6, seed: "l", time: "09:00:00")

    @Test(arguments: cases)
    func `a file that is not what its run recorded stops the run, and nothing of it is used`(_ row: Case) async throws {
        try await withScene("swapped \(row.testDescription)") { scene in
            let installation = scene.installation
            try scene.drop(Self.first)
            let done = try await scene.sweep()
            let place = try await leave(scene, row)
            let right = try? installation.readSealed(place.path)
            try place.put(into: installation)

            let before = try await Seen(scene)
            let stopped = try await installation.poll("--wait", "40s")
            try await expectStopped(scene, stopped, row, before, place.path)
            let again = try await installation.poll("--wait", "40s")
            #expect(again.exit == 70, "\(scene.name): it stays stopped: \(again)")

            let request = ["rerun", "2", "--reason", "a file was swapped", "--wait", "40s"]
            if row.victim.kind == "source" {
                let refused = try await installation.run(request)
                #expect(refused.exit == (row.alien == .nothing ? 64 : 70), "\(refused)")
                #expect(refused.errors.contains("the source of run 2"), "\(refused)")
                try await Seen(scene).expect(before, scene)
            }
            switch row.cure {
            case .putBack: try installation.writeSealed(place.path, try #require(right))
            case .rerun:
                let rerun = try await installation.run(request)
                #expect([0, 1].contains(rerun.exit), "\(scene.name): \(rerun)")
            }
            let sweeps = try await scene.sweep()
            try await expectDone(scene, done + [stopped, again] + sweeps)
        }
    }

    // MARK: Steps

    /// A sealed file that is about to be put where it does not belong.
    private struct Place {
        var path: String
        /// What comes there; `nil` where the file is taken away.
        var alien: Data?

        func put(into installation: Installation) throws {
            guard let alien else { return try FileManager.default.removeItem(atPath: installation.sealed(path)) }
            try installation.writeSealed(path, alien)
        }
    }

    /// Leaves run 2 where it reads the victim next; says where that lies and what is to come there.
    private func leave(_ scene: Scene, _ row: Case) async throws -> Place {
        let installation = scene.installation
        let earlier = try installation.sealedFiles("incoming")
        var alien: Data?
        if row.alien == .backup {
            let backup = try installation.backUp("before")
            try scene.drop(Self.lost)
            try await crash(scene, row)
            alien = try installation.readSealed(try path(row, earlier, installation))
            try installation.restore(["dropline.sqlite", "workspace"], from: backup)
            try FileManager.default.removeItem(atPath: installation.path(Installation.inbox + "/" + Self.lost.name))
        }
        try scene.drop(Self.second)
        try await crash(scene, row)
        let path = try path(row, earlier, installation)
        switch row.alien {
        case .backup: break
        case .otherRun: alien = try installation.readSealed(row.victim.name.map { "runs/1/\($0).sealed" } ?? earlier[0])
        case .half:
            let whole = try installation.readSealed(path)
            alien = whole.prefix(whole.count / 2)
        case .nothing: alien = nil
        }
        return Place(path: path, alien: alien)
    }

    private func crash(_ scene: Scene, _ row: Case) async throws {
        let killed = try await scene.installation.poll(
            "--wait",
            "40s",
            environment: ["DROPLINE_CRASH_AT": row.victim.crash]
        )
        #expect(killed.exit == -9, "\(scene.name): \(killed)")
    }

    private func path(_ row: Case, _ earlier: [String], _ installation: Installation) throws -> String {
        if let name = row.victim.name { return "runs/2/\(name).sealed" }
        return try #require(try installation.sealedFiles("incoming").first { !earlier.contains($0) })
    }

    private func expectStopped(
        _ scene: Scene,
        _ poll: CommandResult,
        _ row: Case,
        _ before: Seen,
        _ path: String
    ) async throws {
        #expect(poll.exit == 70, "\(scene.name): \(poll)")
        let run = try await scene.installation.show(2)["run"]
        let said = run["reason"].string ?? ""
        let what = row.alien == .nothing ? "is not in the workspace any more" : "is not what was recorded"
        #expect(run["state"].string == "stopped", "\(scene.name): \(run)")
        #expect(said.contains("the \(row.victim.kind) of run 2 (\(path)) \(what)"), "\(scene.name): \(said)")
        #expect(said.contains("Put it back from the backup that the ledger came from"), "\(scene.name): \(said)")
        #expect(said.contains("'dropline rerun 2 --reason TEXT'") == (row.victim.kind != "source"), "\(said)")
        #expect(run["attention"].string == said, "\(scene.name): it needs a person: \(run)")
        #expect(poll.errors.contains(what), "\(scene.name): \(poll)")
        try await Seen(scene).expect(before, scene, besidesOutputs: row.victim.isPublishedLast)
        guard row.victim.isPublishedLast else { return }
        let published =
            row.victim.kind == "results" ? try scene.installation.results() : try scene.installation.quarantine()
        #expect(!published.contains { $0.hasPrefix(Self.second.stem) }, "\(scene.name): \(published)")
    }

    /// Each card once, and every row of both files accounted for.
    private func expectDone(_ scene: Scene, _ sweeps: [CommandResult]) async throws {
        let run = try await scene.installation.show(2)["run"]
        #expect(run["state"].string == "done", "\(scene.name): \(run) \(sweeps)")
        let codes = try await scene.shop.codes()
        #expect(Set(codes).count == codes.count, "\(scene.name): a code has two cards")
        #expect(Set(codes).isSuperset(of: Self.first.codes + Self.second.codes), "\(scene.name): \(codes)")
        for (number, source) in [(1, Self.first), (2, Self.second)] {
            let balance = try await scene.installation.balance(number)
            #expect(balance.isBalanced && balance.statuses["activated"]?.rows == 4, "\(scene.name): \(balance)")
            #expect(
                try scene.installation.results(of: source.name).column("status").filter { $0 == "activated" }.count == 4
            )
        }
        #expect(try scene.installation.archive().contains(Self.second.name), "\(scene.name)")
    }
}

/// What must be as it was while a run is stopped.
struct Seen: Sendable, Equatable {
    private var codes: [String]
    private var executions: Int
    private var rows: JSON
    private var tree: [String]

    /// Looks at the shop, the rows of run 2, and the drop.
    init(_ scene: Scene) async throws {
        codes = try await scene.shop.codes()
        executions = try await scene.executions()
        rows = try await scene.installation.show(2)["run"]["statuses"]
        tree = try scene.installation.tree()
    }

    func expect(_ before: Seen, _ scene: Scene, besidesOutputs: Bool = false) {
        #expect(codes == before.codes, "\(scene.name): cards were made")
        #expect(executions == before.executions, "\(scene.name): something was sent")
        #expect(rows == before.rows, "\(scene.name): rows have changed")
        if !besidesOutputs { #expect(tree == before.tree, "\(scene.name): something was published or put away") }
    }
}
