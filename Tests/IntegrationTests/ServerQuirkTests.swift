import CommandSupport
import Foundation
import SSHServers
import Testing

/// Servers that lack something or behave in their own way: they are met by what they can do, not by their names.
@Suite struct ServerQuirkTests {
    struct Quirk: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: AsyncSSHServer

        init(_ name: String, _ kind: AsyncSSHServer, _ change: (inout AsyncSSHServer) -> Void = { _ in }) {
            var kind = kind
            change(&kind)
            (testDescription, self.kind) = (name, kind)
        }
    }

    private static let posixRename = "posix-rename@openssh.com"
    private static let unsupported = SSHServers.Fault.Effect.status(8, "Operation unsupported")

    static let quirks = [
        Quirk("no posix-rename", AsyncSSHServer(extensions: ["fsync@openssh.com"])),
        Quirk("no fsync", AsyncSSHServer(extensions: [posixRename])),
        Quirk(
            "no setstat",
            AsyncSSHServer(faults: [SSHServers.Fault(.setstat, unsupported), SSHServers.Fault(.fsetstat, unsupported)])
        ),
        Quirk(
            "none of the three, and a rename that overwrites",
            AsyncSSHServer(extensions: [], overwritesByRename: true)
        ) {
            $0.faults = [SSHServers.Fault(.setstat, unsupported), SSHServers.Fault(.fsetstat, unsupported)]
        },
        Quirk("listings without attributes", AsyncSSHServer(hasBareListings: true)),
        Quirk("short reads", AsyncSSHServer(givesShortReads: true)),
        Quirk("a root of its own", AsyncSSHServer(isChrooted: true)),
        Quirk("times seven hours behind", AsyncSSHServer()) { $0.timeShift = -25_200 },
        Quirk("times a day ahead", AsyncSSHServer()) { $0.timeShift = 86_400 },
    ]

    @Test(arguments: quirks)
    func `a server that lacks something gets the same outputs`(_ quirk: Quirk) async throws {
        try await withServer(quirk.kind) { server in
            try await withScene(quirk.testDescription, on: server.place()) { scene in
                try scene.installation.set("settle", "1s")
                try scene.installation.addToPipeline("mode: \"0640\"")
                try scene.drop(SourceFile())
                let sweeps = try await scene.sweep()
                #expect(sweeps.map(\.exit) == [1], "\(sweeps)")
                for path in try Published(scene.installation).texts.keys {
                    let attributes = try FileManager.default.attributesOfItem(atPath: scene.installation.path(path))
                    #expect(attributes[.posixPermissions] as? Int == 0o640, "\(path): \(attributes)")
                }
                try await Invariants.expect(scene, sweeps: sweeps)
            }
        }
    }

    @Test func `a server whose zone changes while a run is under way loses and doubles nothing`() async throws {
        try await withServer(AsyncSSHServer()) { server in
            try await withScene("another zone", on: server.place(), operationSeconds: "0.5") { scene in
                try scene.drop(SourceFile())
                var sweeps = [try await scene.installation.poll("--wait", "0s")]
                var kind = AsyncSSHServer()
                kind.timeShift = 3_600
                try await server.restart(kind)
                sweeps += try await scene.sweep()
                // What has another time now is held to be another file, which is found to be the same.
                #expect(Set(try await scene.shop.codes()) == Set(SourceFile().codes))
                let runs = try await scene.installation.runs().map { $0["state"].string ?? "?" }
                #expect(runs.allSatisfy(Scene.isFinal) && runs.count <= 2, "\(runs)")
                let differences = try Published(scene.installation).differences(from: await Published.expected())
                let lost = differences.filter { $0.contains("was not published") || $0.contains("is not as") }
                #expect(lost.isEmpty, "\(lost); \(sweeps)")
                #expect(try scene.installation.inbox().isEmpty)
            }
        }
    }

    // MARK: Files that are handed out once

    private func onceServer(_ bytes: Int = .max / 2) -> AsyncSSHServer {
        var kind = AsyncSSHServer()
        kind.readOnce = bytes
        return kind
    }

    @Test func `a file that is handed out once and whole is processed, and the archive gets the copy`() async throws {
        try await withServer(onceServer()) { server in
            try await withScene("handed out once", on: server.place()) { scene in
                try scene.drop(SourceFile())
                let sweeps = try await scene.sweep()
                #expect(server.log().contains("read once: the file is gone"))
                #expect(try scene.installation.archive() == [SourceFile().name])
                try await Invariants.expect(scene, sweeps: sweeps)
            }
        }
    }

    @Test func `of a file that vanishes in the middle what was read is kept, said, and nothing of it sent`()
        async throws
    {
        try await withServer(onceServer(400)) { server in
            try await withScene("handed out once, and not whole", on: server.place()) { scene in
                try scene.drop(SourceFile())
                let poll = try await scene.installation.poll("--wait", "20s")
                try await expectIncomplete(scene, poll, bytes: 400)
            }
        }
    }

    /// What must hold where a file vanished before it was read to its end.
    private func expectIncomplete(_ scene: Scene, _ poll: CommandResult, bytes: Int? = nil) async throws {
        #expect(poll.exit == 1, "\(poll)")
        let size = SourceFile().text.utf8.count
        let words = bytes.map { "\($0) of \(size) bytes are kept" } ?? "of \(size) bytes are kept"
        #expect(poll.errors.contains(words), "\(poll)")
        let runs = try await scene.installation.runs().map { $0["state"].string }
        #expect(runs == ["incomplete"], "\(runs)")
        let kept = try scene.installation.text(Installation.inbox + "/error/" + SourceFile().name)
        #expect(!kept.isEmpty && SourceFile().text.hasPrefix(kept) && kept.utf8.count < size, "\(kept)")
        #expect(try await scene.shop.codes().isEmpty)
        let again = try await scene.installation.poll()
        #expect(again.exit == 0, "\(again)")
    }

    @Test(arguments: ["poll.fetched", "poll.taken", "deliver.before-archive"])
    func `a file that is handed out once is not lost by a kill behind its reading`(_ place: String) async throws {
        try await withServer(onceServer()) { server in
            try await withScene("handed out once, killed at \(place)", on: server.place()) { scene in
                try scene.drop(SourceFile())
                let killed = try await scene.installation.poll(
                    "--wait",
                    "40s",
                    environment: ["DROPLINE_CRASH_AT": place]
                )
                #expect(killed.exit == -9, "\(killed)")
                #expect(try scene.installation.inbox().isEmpty)
                let sweeps = try await scene.sweep()
                #expect(sweeps.map(\.exit) == [1], "\(sweeps)")
                try await Invariants.expect(scene, sweeps: [killed] + sweeps)
            }
        }
    }

    @Test func `a file that is handed out once is not lost with the connection, however long that is gone`()
        async throws
    {
        try await withServer(onceServer()) { server in
            try await withRelay(to: server.port) { relay in
                try await withScene("handed out once, then cut", on: server.place(port: relay.port)) { scene in
                    let large = SourceFile(cards: 40_000)
                    try scene.drop(large)
                    // Nothing comes through any more once half of it was read: more than a socket holds for a reader who is late.
                    relay.plan {
                        .cut($0 == 0 ? .end : .reset, after: $0 == 0 ? large.text.utf8.count / 2 : 0, .toClient)
                    }
                    let first = try await scene.installation.poll("--wait", "1s")
                    #expect(first.exit == 69, "\(first)")
                    let gone = try scene.installation.inbox().isEmpty
                    #expect(gone, "the server still has the file")
                    relay.plan { _ in nil }
                    let poll = try await scene.installation.poll("--wait", "20s")
                    #expect(poll.exit == 1 && poll.errors.contains("bytes are kept"), "\(poll)")
                    let kept = try scene.installation.text(Installation.inbox + "/error/" + large.name)
                    #expect(!kept.isEmpty && large.text.hasPrefix(kept), "\(kept.utf8.count)")
                    #expect(try await scene.shop.codes().isEmpty)
                }
            }
        }
    }

    // MARK: Answers that are lost

    struct LostRename: Sendable, CustomTestStringConvertible {
        let request: SSHServers.Fault.Request
        let effect: SSHServers.Fault.Effect
        let skip: Int

        var testDescription: String { "\(request.rawValue) \(skip + 1), \(effect)" }
    }

    /// Plain renames: four outputs into place, then the source into the archive; the others are from part to whole.
    static let lostRenames =
        (0...4).map { LostRename(request: .rename, effect: .drop, skip: $0) }
        + (0...3).map { LostRename(request: .posixRename, effect: .drop, skip: $0) }
        + [0, 4].map { LostRename(request: .rename, effect: .silence, skip: $0) }

    @Test(arguments: lostRenames)
    func `a rename whose answer is lost is looked for, and nothing is published or archived twice`(
        _ lost: LostRename
    ) async throws {
        let fault = SSHServers.Fault(lost.request, lost.effect, .after, skip: lost.skip, count: 1)
        try await withServer(AsyncSSHServer(faults: [fault])) { server in
            try await withScene("lost: \(lost.testDescription)", on: server.place()) { scene in
                try scene.installation.addToServer("timeout: 3s")
                try scene.drop(SourceFile())
                let sweeps = try await scene.sweep()
                #expect(server.log().contains("fault: \(lost.request.rawValue)"), "the fault did not strike")
                try await Invariants.expect(scene, sweeps: sweeps)
            }
        }
    }

    // MARK: Readers

    @Test(arguments: [true, false], [true, false])
    func `a reader that takes each output away as it appears gets each once, whole`(
        _ hasPosixRename: Bool,
        _ losesAnAnswer: Bool
    ) async throws {
        // The feed is in place, and its sender doesn't know.
        let skip = hasPosixRename ? 0 : 1
        let faults = losesAnAnswer ? [SSHServers.Fault(.rename, .drop, .after, skip: skip, count: 1)] : []
        try await withServer(AsyncSSHServer(extensions: hasPosixRename ? nil : [], faults: faults)) { server in
            try await withScene("a reader in haste", on: server.place()) { scene in
                try scene.drop(SourceFile())
                let reader = Reader(scene.installation)
                let sweeps = try await reader.taking { try await scene.sweep() }
                #expect(sweeps.map(\.exit) == [1], "\(sweeps)")
                var all = try Published(scene.installation)
                for (path, texts) in try reader.taken() {
                    #expect(texts.count == 1, "\(path) appeared \(texts.count) times")
                    #expect(all.texts[path] == nil, "\(path) appeared again")
                    all.texts[path] = texts[0].replacing(#/gid://shopify/GiftCard/\d+/#, with: "gid")
                }
                let differences = all.differences(from: try await Published.expected())
                #expect(differences.isEmpty, "\(differences)")
                try await Invariants.expect(scene, comparesOutputs: false, sweeps: sweeps)
            }
        }
    }
}

/// Somebody who moves every output away at the moment that it appears.
private struct Reader {
    private let installation: Installation
    private let directories: [String]
    private let folder: String

    init(_ installation: Installation) {
        self.installation = installation
        directories = ["feed", "bulk", "result"].map { "dropline/\(installation.pipeline)/" + $0 }
        folder = installation.folder + "/taken"
    }

    /// Takes outputs away for as long as something else is done.
    func taking<R: Sendable>(_ body: @Sendable () async throws -> R) async throws -> R {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try take()
                    try? await Task.sleep(for: .milliseconds(1))
                }
            }
            let result = try await body()
            group.cancelAll()
            try await group.waitForAll()
            return result
        }
    }

    private func take() throws {
        let files = FileManager.default
        for directory in directories {
            for name in try installation.names(directory) {
                let place = folder + "/" + UUID().uuidString + "/" + directory
                try files.createDirectory(atPath: place, withIntermediateDirectories: true)
                try files.moveItem(atPath: installation.path(directory + "/" + name), toPath: place + "/" + name)
            }
        }
    }

    /// What was taken, by the paths in the drop.
    func taken() throws -> [String: [String]] {
        var texts: [String: [String]] = [:]
        let walk = FileManager.default.enumerator(atPath: folder)
        while let path = walk?.nextObject() as? String {
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isDirectory)
            guard !isDirectory.boolValue else { continue }
            let inDrop = path.split(separator: "/").dropFirst().joined(separator: "/")
            texts[inDrop, default: []].append(try String(contentsOfFile: folder + "/" + path, encoding: .utf8))
        }
        return texts
    }
}
