import DropDoubles
import FileDrops
import Foundation
import Ledgers
import Logging
import Pipelines
import SQLiteLedger
import Sealing
import Testing

@testable import PollStage

/// Many files in one source.
@Suite struct IntakeSliceTests {
    private final class Place {
        let folder = NSTemporaryDirectory() + "dropline-intake-" + UUID().uuidString.prefix(8).lowercased()
        let installation: Installation
        let pipeline: Pipeline

        init(_ names: [String]) throws {
            installation = Installation(
                name: "0000abcd",
                ledger: try SQLiteLedger(path: folder + "/ledger.sqlite"),
                workspace: try Workspace(root: folder + "/workspace"),
                keyring: try Keyring.create(.random()),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            try FileManager.default.createDirectory(atPath: folder + "/drop/in", withIntermediateDirectories: true)
            for name in names {
                try Data("h\n\(name)\n".utf8).write(to: URL(fileURLWithPath: folder + "/drop/in/" + name))
            }
            let source = try Source.plain(on: FolderDrop(name: "d", root: folder + "/drop"))
            pipeline = Pipeline(name: "p", shop: "", source: source, stages: [])
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func take(_ slice: IntakeSlice) async throws -> (names: [String], report: IntakeReport) {
            let report = try await PollIntake().sweep(pipeline, taking: slice, in: installation)
            let names = try await installation.ledger.read { ledger in
                try report.taken.compactMap { try ledger.run($0)?.source.name }
            }
            return (names, report)
        }
    }

    private static let names = (1...7).map { "\($0).csv" }

    @Test func `files are taken in the source's order, so many at a time, each once`() async throws {
        let place = try Place(Self.names)
        let slice = IntakeSlice(files: 3, time: .seconds(600))
        for (taken, left) in [
            (["1.csv", "2.csv", "3.csv"], 4), (["4.csv", "5.csv", "6.csv"], 1), (["7.csv"], 0), ([], 0),
        ] {
            let (names, report) = try await place.take(slice)
            #expect(names == taken)
            #expect((report.left, report.unclaimed.count) == (left, left))
        }
    }

    @Test func `a slice whose time is up has taken one file all the same`() async throws {
        let place = try Place(Self.names)
        for name in Self.names {
            let (names, report) = try await place.take(IntakeSlice(files: 100, time: .zero))
            #expect(names == [name])
            #expect(report.left == 7 - (Int(name.prefix(1)) ?? 0))
        }
    }

    @Test func `files that are left out are neither taken nor counted as left`() async throws {
        let place = try Place(Self.names)
        let slice = IntakeSlice(files: 2, time: .seconds(600), excluding: ["in/1.csv", "in/2.csv", "in/7.csv"])
        let (names, report) = try await place.take(slice)
        #expect(names == ["3.csv", "4.csv"])
        #expect((report.left, report.unclaimed.count) == (2, 5))
    }

    @Test func `copies of earlier owners are found by their places, and none by a first owner`() async throws {
        let place = try Place([])
        let key = ClaimKey.file(pipeline: "p", drop: "d", path: "in/x.csv")
        let workspace = place.installation.workspace
        for epoch in [1, 2, 12] {
            let path = try workspace.place(workspace.incomingPath(Claim(key: key, epoch: Int64(epoch))))
            try Data().write(to: URL(fileURLWithPath: path))
        }
        func found(_ epoch: Int64) -> [String] {
            workspace.incomingFiles(before: Claim(key: key, epoch: epoch)).map { String($0.split(separator: "-")[1]) }
        }
        #expect(found(1) == [])
        #expect(found(2) == ["1.sealed"])
        #expect(found(12) == ["1.sealed", "2.sealed"])
        #expect(found(13) == ["1.sealed", "2.sealed", "12.sealed"])
        #expect(workspace.incomingPrefixes() == [workspace.incomingPrefix(key)])
    }
}
