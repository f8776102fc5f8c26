import CommandSupport
import Foundation
import Glibc
import Testing

/// `alerts:` as a person writes it, and what a service makes of it.
@Suite(.timeLimit(.minutes(10))) struct AlertTests {
    /// A script that adds each message to a file.
    private func addReceiver(to installation: Installation) throws -> String {
        let (script, kept) = (installation.folder + "/page", installation.folder + "/kept")
        try "#!/bin/sh\ncat >> \(kept)\n".write(toFile: script, atomically: true, encoding: .utf8)
        chmod(script, 0o700)
        try installation.edit(installation.configuration) {
            $0 += "alerts:\n  page: { type: command, command: [\(script)] }\n"
        }
        return kept
    }

    /// What has arrived; once, where a service was stopped before it saw that, and the next one has sent it again with the same id.
    private func messages(_ path: String) -> [JSON] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        var ids: Set<String> = []
        return text.split(separator: "\n").compactMap { try? JSON(parsing: Data($0.utf8)) }
            .filter { ids.insert($0["id"].string ?? "").inserted }
    }

    private func events(_ path: String) -> [String] {
        messages(path).map { "\($0["event"].string ?? "") \($0["kind"].string ?? "")" }
    }

    private func serving(_ installation: Installation, _ body: () async throws -> Void) async throws {
        let socket = try NotifySocket(installation.folder + "/notify-" + UUID().uuidString.prefix(4))
        let result = try await withDropline(
            ["serve", "--config", installation.configuration],
            environment: ["NOTIFY_SOCKET": socket.name]
        ) { running in
            try await socket.wait(for: "READY=1")
            try await body()
            try running.terminate()
        }.result
        #expect(result.exit == 0, "\(result)")
    }

    @Test func `a drop that is lost is told once over two services, and its return once`() async throws {
        let installation = try await Installation()
        let kept = try addReceiver(to: installation)
        try installation.addToPipeline("schedule: { every: 1s }")
        let (root, away) = (installation.dropFolder, installation.folder + "/away")
        try await serving(installation) {
            #expect(rename(root, away) == 0)
            try await waitUntil("it is told") { events(kept) == ["began cannot-see"] }
        }
        try await serving(installation) {
            try await Task.sleep(for: .seconds(3))
            #expect(events(kept) == ["began cannot-see"], "the restart repeats nothing")
            #expect(rename(away, root) == 0)
            try await waitUntil("its return is told") { events(kept).count == 2 }
        }
        #expect(events(kept) == ["began cannot-see", "ended cannot-see"])
        let told = messages(kept)
        #expect(told[0]["pipeline"] == "local-gift-cards" && told[1]["beginning"] == told[0]["id"], "\(told)")
    }

    @Test func `the condition of a pipeline that is taken away while nothing is served is told to be over`()
        async throws
    {
        let installation = try await Installation()
        let kept = try addReceiver(to: installation)
        let (root, away) = (installation.dropFolder, installation.folder + "/away")
        #expect(rename(root, away) == 0)
        try await serving(installation) {
            try await waitUntil("it is told") { events(kept) == ["began cannot-see"] }
        }
        // The same file under another name is another pipeline, whose drop is there.
        #expect(rename(away, root) == 0)
        try installation.set("pipeline", "other-cards")
        try await serving(installation) {
            try await waitUntil("it is told to be over") { events(kept).count == 2 }
        }
        let told = messages(kept)
        #expect(events(kept) == ["began cannot-see", "ended cannot-see"])
        #expect(told[1]["beginning"] == told[0]["id"] && told[1]["pipeline"].string == Installation.pipeline)
        #expect(told[1]["why"] == "the pipeline is not configured any more", "\(told)")
    }

    @Test func `a run that needs a person is told with its number and without a code`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let kept = try addReceiver(to: installation)
            try await serving(installation) {
                try installation.drop(
                    "a-GiftCardFulfillment.csv",
                    "giftCardNumber,price\ndlalert0000001,5\ndlalert0000002,none\n"
                )
                try await waitUntil("it is told") { events(kept) == ["began needs-a-person"] }
            }
            #expect(messages(kept)[0]["run"] == 1)
            #expect(try !String(contentsOfFile: kept, encoding: .utf8).contains("dlalert"))
        }
    }

    @Test func `check --test-alerts sends a trial to each, and tells which did not take it`() async throws {
        let installation = try await Installation()
        let kept = try addReceiver(to: installation)
        try installation.edit(installation.configuration) {
            $0 += "  broken: { type: command, command: [/bin/false] }\n"
        }
        let result = try await installation.run("check", "--test-alerts")
        #expect(result.exit == 69, "\(result)")
        #expect(result.output.contains("ok    alerts page: took a trial message"), "\(result)")
        #expect(result.output.contains("fails alerts broken: the command ended with exit code 1"), "\(result)")
        #expect(events(kept) == ["trial trial"])
        #expect(try await installation.run("check").exit == 0)
        #expect(events(kept) == ["trial trial"], "without the option nothing is sent")
    }

    @Test func `a secret that can't be had ends the start with 78 and its key`() async throws {
        let installation = try await Installation()
        try installation.edit(installation.configuration) {
            $0 += "alerts: { ops: { type: slack, url: \"${DROPLINE_NO_SUCH}\" } }\n"
        }
        let result = try await installation.run("serve")
        #expect(result.exit == 78 && result.errors.contains("alerts.ops.url: the environment variable"), "\(result)")
    }

    @Test(arguments: [
        ("{ type: pager }", "'pager' is not one of: webhook, slack, email, command"),
        ("{ url: \"${X}\" }", "'type' is missing"),
        ("{ type: slack, url: https://hooks.example.com/T0/secret }", "'url' is a secret and may not stand here"),
        ("{ type: slack }", "'url' is missing"),
        ("{ type: slack, url: \"${X}\", token: \"${Y}\" }", "unknown key 'token'"),
        ("{ type: command, command: /usr/bin/page --all }", "'command' is a list"),
        ("{ type: command, command: [page] }", "begins with the whole path"),
        ("{ type: command, command: [/bin/page], after: soon }", "'soon' is not a time"),
        ("{ type: email, server: mail.example.com, from: a@b.c, to: d@e.f }", "'server' is smtps://HOST"),
        (
            "{ type: email, server: \"smtps://u:p@mail.example.com\", from: a@b.c, to: d@e.f }",
            "'server' is smtps://HOST"
        ),
        ("{ type: email, server: \"smtps://m.example.com\", from: a@b.c, to: [] }", "'to' names nobody"),
        (
            "{ type: email, server: \"smtps://m.example.com\", from: a@b.c, to: \"Ops <d@e.f>\" }",
            "is not a plain address"
        ),
        ("{ type: email, server: \"smtps://m.example.com\", user: me, from: a@b.c, to: d@e.f }", "belong together"),
    ])
    func `what is wrong in a receiver is said, and ends with 78`(receiver: String, words: String) async throws {
        let installation = try await Installation()
        try installation.edit(installation.configuration) { $0 += "alerts:\n  ops: \(receiver)\n" }
        let result = try await installation.run("check")
        #expect(result.exit == 78 && result.errors.contains(words), "\(result)")
        #expect(!result.errors.contains("T0/secret"), "\(result)")
    }
}
