import FileDrops
import Foundation
import Ledgers
import Logging
import Pipelines
import Runner
import SQLiteLedger
import Sealing
import Testing

/// What a purge leaves alone because another process owns it, seen from within.
@Suite struct PurgeFencingTests {
    private let folder = NSTemporaryDirectory() + "dropline-purging-\(UUID().uuidString)"

    private func withInstallation(_ body: (Installation, RunID) async throws -> Void) async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let installation = Installation(
            name: "0000abcd",
            ledger: try SQLiteLedger(path: folder + "/ledger.sqlite"),
            workspace: try Workspace(root: folder + "/workspace"),
            keyring: try .create(.random()),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var run = Run(
            pipeline: "p",
            shop: "main",
            source: RunSource(drop: "d", path: "in/a.csv", name: "a.csv", size: 1, modified: 1),
            stem: "a",
            digest: "ab",
            state: .done,
            nextStage: nil,
            createdAt: 1
        )
        run.finishedAt = 1
        let id = try await installation.ledger.write { [run] in try $0.add(run) }
        try write("runs/\(id)/results-0-0.sealed", in: installation)
        try await body(installation, id)
    }

    private func write(_ path: String, in installation: Installation) throws {
        try Data("sealed".utf8).write(to: URL(fileURLWithPath: try installation.workspace.place(path)))
    }

    private func purge(_ installation: Installation) async throws -> PurgeReport {
        let age = Duration.seconds(3600)
        let retention = Retention(workspace: age, ledger: age, archive: age)
        return try await Purging.purge(retention, in: installation, isDryRun: false, who: "me", sources: [:]) { _ in nil
        }
    }

    @Test func `a run that another process works on keeps everything`() async throws {
        try await withInstallation { installation, run in
            let other = try SQLiteLedger(path: folder + "/ledger.sqlite")
            let working = try #require(try await other.claim(.run(run)))
            let early = try await purge(installation)
            #expect(Set(early.busy) == [run] && early.gone.isEmpty, "\(early)")
            #expect(try await installation.ledger.read { try $0.purges(of: run) } == [])
            #expect(installation.workspace.contents(of: "runs/\(run)").count == 1)
            try await other.release(working)
            let late = try await purge(installation)
            #expect(late.busy.isEmpty && late.gone.map(\.place) == ["runs/\(run)/results-0-0.sealed"], "\(late)")
            #expect(installation.workspace.file("runs/\(run)") == nil)
            #expect(!FileManager.default.fileExists(atPath: folder + "/workspace/runs/\(run)"))
        }
    }

    @Test func `a run that was begun anew keeps everything, and goes again when it has ended anew`() async throws {
        try await withInstallation { installation, id in
            var run = try #require(try await installation.ledger.read { try $0.run(id) })
            run.state = .open
            try await installation.ledger.write { [run] in try $0.put(run) }
            #expect(try await purge(installation).gone.isEmpty)
            run.state = .done
            try await installation.ledger.write { [run] in try $0.put(run) }
            #expect(try await purge(installation).gone.count == 1)
            #expect(try await purge(installation).gone.isEmpty)
        }
    }

    @Test func `what is forgotten is gone from the ledger's files at once, while it is open`() async throws {
        try await withInstallation { installation, run in
            let row = Row(line: 2, status: .activated, netSuiteOrder: "778899001122", shopifyOrder: "778899001133")
            try await installation.ledger.write { try $0.put(row, of: run) }
            #expect(try ledgerBytes().contains("778899001122"), "the search finds nothing")
            let report = try await purge(installation)
            #expect(report.gone.contains { $0.part == .ledger && $0.size == 1 }, "\(report)")
            #expect(try !ledgerBytes().contains("778899"))
        }
    }

    private func ledgerBytes() throws -> String {
        try ["", "-wal"].map { URL(fileURLWithPath: folder + "/ledger.sqlite" + $0) }
            .filter { FileManager.default.fileExists(atPath: $0.path) }
            .map { String(decoding: try Data(contentsOf: $0), as: Unicode.ASCII.self) }
            .joined()
    }

    @Test func `what is being fetched stays, and what its dead owner left goes`() async throws {
        try await withInstallation { installation, _ in
            let other = try SQLiteLedger(path: folder + "/ledger.sqlite")
            let key = ClaimKey.file(pipeline: "p", drop: "d", path: "b.csv")
            let fetching = try #require(try await other.claim(key))
            let path = installation.workspace.incomingPath(fetching)
            try write(path, in: installation)
            #expect(try await !purge(installation).gone.contains { $0.place == path })
            #expect(installation.workspace.file(path) != nil)
            try await other.release(fetching)
            #expect(try await purge(installation).gone.isEmpty, "a young one may be the only copy of its file")
            let earlier = Date(timeIntervalSinceNow: -7200)
            let full = installation.workspace.root + "/" + path
            try FileManager.default.setAttributes([.modificationDate: earlier], ofItemAtPath: full)
            #expect(try await purge(installation).gone.map(\.place) == [path])
        }
    }

    @Test func `a fetched source that a run has stays with its run`() async throws {
        try await withInstallation { installation, id in
            let path = "incoming/abc-1.sealed"
            try write(path, in: installation)
            let artifact = Artifact(
                kind: .source,
                fileName: "a.csv",
                path: path,
                digest: "ab",
                size: 1,
                mediaType: "text/csv",
                count: 0
            )
            var run = try #require(try await installation.ledger.read { try $0.run(id) })
            run.state = .waiting
            try await installation.ledger.write { [run] ledger in
                try ledger.put(artifact, of: id)
                try ledger.put(run)
            }
            #expect(try await purge(installation).gone.isEmpty)
            run.state = .done
            try await installation.ledger.write { [run] in try $0.put(run) }
            #expect(try await purge(installation).gone.map(\.place).contains(path))
        }
    }
}
