import CommandSupport
import Foundation
import Testing

/// One drop of several that can't be used: its own pipeline stops, the others are served.
@Suite struct DeadDropTests {
    private let sample = "Thu Mar 19 2026 11:00:00 GMT-0700 (PDT)-GiftCardFulfillment.csv"
    private let rows = "giftCardNumber,price\ndldead000001,5\n"

    @Test func `a drop that is dead stops its own pipeline alone`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addDeadDrop("type: folder, root: gone")
            try installation.drop(sample, rows)
            let poll = try await installation.poll()
            #expect(poll.exit == 69, "\(poll)")
            let json = try poll.json()
            #expect(json["faults"].array?.count == 1 && "\(json["faults"])".contains("drop dead"), "\(poll)")
            #expect(json["runs"].array?.map { $0["state"] } == ["done"], "\(poll)")
            let check = try await installation.run("check", "--connect")
            #expect(check.exit == 69 && check.output.contains("fails drop dead"), "\(check)")
            #expect(check.output.contains("ok    drop local") && check.output.contains("ok    shop main"), "\(check)")
            let alone = try await installation.poll("local-gift-cards")
            #expect(alone.exit == 0, "\(alone)")
        }
    }

    @Test func `a server's missing secret is a fault of the configuration, once its pipeline is served`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addDeadDrop(
                "type: sftp, host: 127.0.0.1, port: 1, user: u, auth: { password: \"${DROPLINE_NONE}\" }, host_keys: k, root: /"
            )
            let poll = try await installation.run("poll")
            #expect(poll.exit == 78 && poll.errors.contains("drops.dead.auth.password"), "\(poll)")
            let check = try await installation.run("check", "--connect")
            #expect(check.exit == 78 && check.output.contains("fails drop dead"), "\(check)")
            #expect(check.output.contains("ok    drop local") && check.output.contains("ok    shop main"), "\(check)")
            let alone = try await installation.poll("local-gift-cards")
            #expect(alone.exit == 0, "its secret is not asked for: \(alone)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func `a server that can't be reached ends with 69, and the others are served`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addDeadDrop(
                "type: sftp, host: 127.0.0.1, port: 1, user: u, auth: agent, host_keys: k, root: /"
            )
            try installation.drop(sample, rows)
            let poll = try await installation.poll()
            #expect(poll.exit == 69, "\(poll)")
            #expect(try poll.json()["runs"].array?.map { $0["state"] } == ["done"], "\(poll)")
            let check = try await installation.run("check", "--connect")
            #expect(check.exit == 69 && check.output.contains("fails drop dead: "), "\(check)")
            #expect(!check.output.contains("source dead"), "nothing more is asked of it: \(check)")
        }
    }
}

extension Installation {
    /// Adds a drop named `dead` and a pipeline on it.
    fileprivate func addDeadDrop(_ entry: String) throws {
        let pipeline = try String(contentsOfFile: pipelineFile, encoding: .utf8)
            .replacing("pipeline: local-gift-cards", with: "pipeline: on-the-dead")
            .replacing("drop: local", with: "drop: dead")
        try pipeline.write(toFile: folder + "/pipelines/on-the-dead.yaml", atomically: true, encoding: .utf8)
        try edit(configuration) { text in
            text = text.replacing("drops:\n", with: "drops:\n  dead: { \(entry) }\n")
            text += "  - pipelines/on-the-dead.yaml\n"
        }
    }
}
