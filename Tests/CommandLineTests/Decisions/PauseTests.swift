import CommandSupport
import Foundation
import Testing

/// `dropline pause` and `dropline resume`: nothing new is taken and nothing sent; what was sent is followed to its end.
@Suite struct PauseTests {
    private let name = DecisionFile.name(1)
    private let pipeline = Installation.pipeline

    private func pause(_ installation: Installation) async throws {
        let result = try await installation.run("pause", pipeline, "--reason", "stock-taking")
        #expect(result.exit == 0 && result.output.hasPrefix("\(pipeline) is paused;"), "\(result)")
    }

    private func resume(_ installation: Installation) async throws {
        let result = try await installation.run("resume", pipeline, "--reason", "done")
        #expect(result.exit == 0, "\(result)")
    }

    @Test func `a paused pipeline takes nothing, says so with exit 0, and goes on when it is resumed`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try await pause(installation)
            try installation.drop(name, DecisionFile.text(("dlpause00001", "5")))
            let text = try await installation.run("poll")
            #expect(text.exit == 0, "\(text)")
            expectSame(text.output, "the pipeline '\(pipeline)' is paused by \(NSUserName()): stock-taking\n")
            let json = try await installation.poll().json()["paused"][0]
            #expect(json["pipeline"].string == pipeline && json["reason"] == "stock-taking", "\(json)")
            #expect(json["who"].string == NSUserName() && json["since"].string?.hasSuffix("Z") == true, "\(json)")
            let (runs, inbox) = (try await installation.runs(), try installation.inbox())
            #expect(runs.isEmpty && inbox == [name], "\(runs) \(inbox)")
            try await resume(installation)
            let after = try await installation.poll()
            #expect(after.exit == 0 && after.output.contains("\"paused\":[]"), "\(after)")
            let codes = try await shop.codes()
            expectSame(codes, ["dlpause00001"])
        }
    }

    @Test func `what Shopify works on is followed to its end in a pause`() async throws {
        try await withSandbox(operationSeconds: "0.5") { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text(("dlpause00002", "5")))
            _ = try await installation.poll("--wait", "0s")
            let before = try await installation.state(of: 1)
            expectSame(before, "waiting")
            try await pause(installation)
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            let results = try installation.results(of: name)
            expectSame(results.column("status"), ["activated"])
            let state = try await installation.state(of: 1)
            expectSame(state, "done")
        }
    }

    /// Where the process dies before the pause, what was sent by then, and what brings it there.
    @Test(
        arguments: [
            ("activation-feed.before-commit", 0, nil), ("bulk-file.before-commit", 0, nil),
            ("bulk-import.intended", 0, nil), ("bulk-import.single-settled", 1, "bulk-not-allowed"),
        ]
    )
    func `nothing is sent in a pause, wherever the run is`(_ place: String, _ sent: Int, _ fault: String?) async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            if let fault { try await shop.inject(fault) }
            try installation.drop(name, DecisionFile.text(("dlpause00003", "5"), ("dlpause00004", "6")))
            let killed = try await installation.poll(environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9, "\(killed)")
            try await pause(installation)
            for _ in 1...2 {
                let poll = try await installation.poll("--wait", "5s")
                #expect(poll.exit == 0, "\(poll)")
            }
            let (codes, operations) = (try await shop.codes(), try await shop.operations())
            #expect(codes.count == sent && operations.isEmpty, "\(codes) \(operations)")
            try await resume(installation)
            _ = try await installation.poll()
            let after = try await shop.codes()
            expectSame(after, ["dlpause00003", "dlpause00004"])
        }
    }

    @Test func `an approved run and a file that a person gives wait for the end of the pause`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let path = try installation.drop(name, DecisionFile.text(("dlpause00005", "501")))
            _ = try await installation.poll()
            try await pause(installation)
            let approval = try await installation.run("approve", "1", "--reason", "fine")
            #expect(approval.exit == 0, "\(approval)")
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            let given = try await installation.run("run", pipeline, path)
            #expect(given.exit == 1 && given.errors.contains("dropline resume \(pipeline)"), "\(given)")
            let (before, runs) = (try await shop.codes(), try await installation.runs())
            #expect(before.isEmpty && runs.count == 1, "\(before) \(runs)")
            try await resume(installation)
            _ = try await installation.poll()
            let after = try await shop.codes()
            expectSame(after, ["dlpause00005"])
        }
    }

    @Test func `a pause begins and ends once, with a reason, on a pipeline that there is`() async throws {
        let installation = try await Installation()
        let none = try await installation.run("resume", pipeline, "--reason", "r")
        #expect(none.exit == 64 && none.errors.contains("'\(pipeline)' is not paused"), "\(none)")
        async let first = installation.run("pause", pipeline, "--reason", "first")
        async let second = installation.run("pause", pipeline, "--reason", "second")
        let exits = try await [first, second].map(\.exit)
        expectSame(exits.sorted(), [0, 64])
        for command in ["pause", "resume"] {
            let bare = try await installation.run(command, pipeline)
            #expect(bare.exit == 64 && bare.errors.contains("--reason"), "\(bare)")
            let unknown = try await installation.run(command, "nosuch", "--reason", "r")
            #expect(unknown.exit == 64 && unknown.errors.contains(pipeline), "\(unknown)")
        }
    }
}
