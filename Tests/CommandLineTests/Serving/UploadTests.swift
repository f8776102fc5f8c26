import CommandSupport
import Foundation
import SSHServers
import Testing

extension Installation {
    /// The names in a folder beside the configuration.
    fileprivate func names(inFolder folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self.folder + "/" + folder)
    }
}

/// What is left on the disk of a file that was dropped on a page, when the process is killed in the middle.
@Suite(.timeLimit(.minutes(10))) struct UploadTests {
    private let code = "dlupload000001"
    private let name = "a-GiftCardFulfillment.csv"
    private var content: String { "giftCardNumber,price\n\(code),5\n" }
    private var page: String { "/pipelines/\(Installation.pipeline)" }

    /// Every file below the installation, its temporary folder included, in which the code stands in clear.
    private func clearCopies(_ installation: Installation) throws -> [String] {
        let walk = FileManager.default.enumerator(atPath: installation.folder)
        var found: [String] = []
        while let path = walk?.nextObject() as? String {
            guard walk?.fileAttributes?[.type] as? FileAttributeType == .typeRegular else { continue }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: installation.folder + "/" + path))
            if bytes.range(of: Data(code.utf8)) != nil { found.append(path) }
        }
        return found
    }

    /// A console whose temporary files lie in the installation, killed by its body or at a place of its own; returns the result.
    private func killed(
        _ shop: SandboxShop,
        environment: [String: String] = [:],
        _ body: (Installation, ServedPages, String, RunningCommand) async throws -> Void
    ) async throws -> (Installation, CommandResult) {
        let installation = try await Installation(shop)
        let temporary = installation.folder + "/tmp"
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
        let result = try await withRefusingPort { port in
            try installation.addConsole(on: port, [("ada", "act")])
            return try await withDropline(
                ["console", "--config", installation.configuration],
                environment: environment.merging(["TMPDIR": temporary]) { first, _ in first }
            ) { running in
                let pages = ServedPages(port: port)
                try await waitUntil("it listens") { try await pages.get("/healthz") != nil }
                let token = try await pages.logIn("ada", Installation.token(of: "ada"))
                try await body(installation, pages, token, running)
            }.result
        }
        return (installation, result)
    }

    @Test(arguments: ["poll.before-fetch", "poll.fetched"])
    func `a file that is taken while the process is killed stands nowhere in clear`(place: String) async throws {
        try await withSandbox { shop in
            let (installation, result) = try await killed(shop, environment: ["DROPLINE_CRASH_AT": place]) {
                _,
                pages,
                token,
                _ in
                let foreseen = try await pages.upload(name, content, to: page + "/file", token: token)
                let kept = try #require(foreseen?.text.field("file"), "\(String(describing: foreseen))")
                let taken = try? await pages.post(page + "/take", "token=\(token)&file=\(kept)&reason=a+sample")
                #expect(taken == nil, "the process was not killed: \(String(describing: taken))")
            }
            #expect(result.exit == -9, "\(result)")
            #expect(try clearCopies(installation) == [])
        }
    }

    @Test func `a file whose dry run is under way when the process is killed stands nowhere in clear`() async throws {
        try await withSandbox { shop in
            let (installation, result) = try await killed(shop) { installation, pages, token, running in
                try await shop.inject(["kind": "hang", "count": 1, "seconds": 60])
                async let foreseen = pages.upload(name, content, to: page + "/file", token: token)
                try await shop.wait(until: "the dry run has the file and asks the shop") {
                    try await $0.faults().isEmpty
                }
                try running.kill()
                _ = try? await foreseen
            }
            #expect(result.exit == -9, "\(result)")
            #expect(try clearCopies(installation) == [])
        }
    }

    @Test func `a dry run ends when its sender goes away, and leaves nothing`() async throws {
        try await withSandbox { shop in
            let (_, result) = try await killed(shop) { installation, pages, token, running in
                let temporary = { try installation.names(inFolder: "tmp").filter { $0.hasPrefix("dropline-") } }
                try await shop.inject(["kind": "hang", "count": 1, "seconds": 600])
                let sender = Task { try await pages.upload(name, content, to: page + "/file", token: token) }
                try await shop.wait(until: "the dry run has the file and asks the shop") {
                    try await $0.faults().isEmpty
                }
                #expect(try temporary().count == 1)
                sender.cancel()
                _ = try? await sender.value
                try await waitUntil("its folder is gone") { try temporary().isEmpty }
                let foreseen = try await pages.upload(name, content, to: page + "/file", token: token)
                #expect(foreseen?.status == 200, "\(String(describing: foreseen))")
                try running.terminate()
            }
            #expect([0, 143, -15].contains(result.exit), "\(result)")
            #expect(!result.errors.contains("error"), "\(result)")
        }
    }

    @Test func `what a killed process left of a dry run the next one removes, and nothing of one that lives`()
        async throws
    {
        try await withSandbox { shop in
            let (installation, _) = try await killed(shop) { installation, pages, token, running in
                try await shop.inject(["kind": "hang", "count": 1, "seconds": 60])
                async let foreseen = pages.upload(name, content, to: page + "/file", token: token)
                try await shop.wait(until: "the dry run has the file and asks the shop") {
                    try await $0.faults().isEmpty
                }
                let poll = try await installation.run("poll", environment: ["TMPDIR": installation.folder + "/tmp"])
                #expect(poll.exit == 0, "\(poll)")
                #expect(try installation.names(inFolder: "tmp").contains { $0.hasPrefix("dropline-dry-run-") })
                try running.kill()
                _ = try? await foreseen
            }
            #expect(try installation.names(inFolder: "tmp").contains { $0.hasPrefix("dropline-dry-run-") })
            let poll = try await installation.run("poll", environment: ["TMPDIR": installation.folder + "/tmp"])
            #expect(poll.exit == 0, "\(poll)")
            #expect(try installation.names(inFolder: "tmp").filter { $0.hasPrefix("dropline-") } == [])
        }
    }

    @Test func `a dropped file is looked at and taken, and its run says who and why`() async throws {
        try await withSandbox { shop in
            let (installation, result) = try await killed(shop) { installation, pages, token, running in
                let foreseen = try await pages.upload(name, content, to: page + "/file", token: token)
                #expect(try await shop.codes().isEmpty, "a dry run changes nothing")
                let kept = try #require(foreseen?.text.field("file"), "\(String(describing: foreseen))")
                let taken = try await pages.post(page + "/take", "token=\(token)&file=\(kept)&reason=a+sample")
                #expect(taken?.status == 303, "\(String(describing: taken))")
                try await waitUntil("the run is done") { try await installation.state(of: 1) == "done" }
                try running.terminate()
            }
            #expect(result.exit == 0 || result.exit == 143 || result.exit == -15, "\(result)")
            #expect(try await shop.codes() == [code])
            let decisions = try await installation.decisions(1)
            #expect(decisions.map(\.who) == ["ada"] && decisions[0].detail.contains("a sample"), "\(decisions)")
        }
    }
}
