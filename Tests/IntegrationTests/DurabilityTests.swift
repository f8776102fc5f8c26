import CommandSupport
import Foundation
import SSHServers
import Testing

/// What a loss of power would leave, as the order tells in which the real process writes, syncs, renames and sends.
@Suite struct DurabilityTests {
    @Test func `each file is synced, then named, then in the ledger, and only then seen by others`() async throws {
        try await withScene("traced") { scene in
            let installation = scene.installation
            let source = SourceFile()
            try scene.drop(source)
            let log = installation.folder + "/trace"
            let sweep = try await CommandWrapper.$words.withValue(DiskTrace.tracing(to: log)) {
                try await installation.poll("--wait", "40s")
            }
            #expect(sweep.exit == 1, "\(sweep)")
            let (drop, workspace) = (installation.dropFolder + "/", installation.folder + "/var/workspace/")
            let order = DiskOrder(try DiskTrace(log)) { $0.hasPrefix(drop) && !$0.hasPrefix(drop + ".dropline/") }
            expectSame(Set(order.violations), [])
            #expect(order.commits > 10, "the ledger was synced \(order.commits) times")

            let names = order.names.map(\.to)
            let sealed = names.filter { $0.hasPrefix(workspace) }.map { String($0.dropFirst(workspace.count)) }
            let kinds = sealed.filter { $0.hasPrefix("runs/1/") }.map { String($0.dropFirst(7).prefix { $0 != "." }) }
            expectSame(
                kinds,
                ["activation-feed-0-0", "bulk-file-1-1", "bulk-result-1-1", "results-0-0", "rejects-0-0"]
            )
            #expect(sealed.contains { $0.hasPrefix("incoming/") }, "\(sealed)")
            let published = names.filter { $0.hasPrefix(drop) && !$0.hasPrefix(drop + ".dropline/") }
            let folders = published.map { String(($0 as NSString).deletingLastPathComponent.dropFirst(drop.count)) }
            let (outputs, inbox) = ("dropline/\(installation.pipeline)/", Installation.inbox)
            expectSame(
                folders,
                [outputs + "feed", outputs + "bulk", outputs + "result", inbox + "/error", inbox + "/archive"]
            )
            // The source was written by NetSuite.
            let key = installation.folder + "/var/dropline.key"
            #expect(names.contains(key), "\(names)")
            for name in names where name != published.last {
                #expect(order.isWhole(name), "\(name) was not seen to be written and synced")
            }
        }
    }

    @Test func `a server that can sync has each file on its disk before it gets its name`() async throws {
        let log = NSTemporaryDirectory() + "dropline-trace-" + UUID().uuidString.prefix(8).lowercased()
        defer { try? FileManager.default.removeItem(atPath: log) }
        var server = OpenSSHServer()
        server.wrapper = DiskTrace.tracing(to: log)
        try await withServer(server) { running in
            try await withScene("a traced server", on: running.place()) { scene in
                try scene.drop(SourceFile())
                let sweep = try await scene.installation.poll("--wait", "40s")
                #expect(sweep.exit == 1, "\(sweep)")
                let order = DiskOrder(try DiskTrace(log)) { _ in false }
                let parts = order.names.filter { $0.from.contains("/.part-") }
                #expect(parts.count == 4, "feed, bulk file, results and rejects: \(order.names)")
                for part in parts {
                    #expect(order.isWhole(part.to), "\(part.to) was not seen to be written and synced")
                }
                expectSame(Set(order.violations.filter { $0.contains("became") }), [])
            }
        }
    }
}
