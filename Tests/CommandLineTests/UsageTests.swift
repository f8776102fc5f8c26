import CommandSupport
import Foundation
import Testing

/// Help, wrong usage, and what goes to which stream.
@Suite struct UsageTests {
    static let commands = [
        "demo", "init", "check", "host-key", "poll", "run", "runs", "show", "test", "approve", "refuse", "resolve",
        "rejects", "pause", "resume", "sandbox",
    ]

    @Test func `the help names every command and the exit codes`() async throws {
        let help = try await dropline(["--help"])
        #expect(help.exit == 0 && help.errors.isEmpty, "\(help)")
        for command in Self.commands { #expect(help.output.contains("\n  \(command) "), "\(command): \(help)") }
        for code in ["0 done", "64 wrong", "65 a", "69 a", "70 internal", "78 configuration"] {
            let words = help.output.split { $0.isWhitespace }.joined(separator: " ")
            #expect(words.contains(code), "\(code): \(help)")
        }
        let bare = try await dropline([])
        #expect(bare.output == help.output, "without a command the help is shown: \(bare)")
    }

    @Test(arguments: commands)
    func `every command has its help`(command: String) async throws {
        let help = try await dropline([command, "--help"])
        #expect(help.exit == 0 && help.errors.isEmpty, "\(help)")
        #expect(help.output.contains("USAGE: dropline \(command)"), "\(help)")
        for option in ["--config", "--log-level", "--quiet"] { #expect(help.output.contains(option), "\(help)") }
    }

    @Test(arguments: ["check", "host-key", "poll", "run", "runs", "show", "approve", "refuse", "resolve", "rejects"])
    func `a command that prints data prints it as JSON too`(command: String) async throws {
        let help = try await dropline([command, "--help"])
        #expect(help.output.contains("--json"), "\(help)")
    }

    @Test func `the version is printed`() async throws {
        let version = try await dropline(["--version"])
        #expect(version.exit == 0, "\(version)")
        #expect(version.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil, "\(version)")
    }

    @Test(
        arguments: [
            ["frobnicate"], ["poll", "--frobnicate"], ["poll", "--wait", "5x"], ["poll", "--wait", "-5s"],
            ["poll", "--log-level", "loud"], ["poll", "--config"], ["run"], ["run", "local-gift-cards"], ["show"],
            ["show", "x"], ["show", "1", "2"], ["runs", "--state", "nope"], ["runs", "--since", "yesterday"],
            ["runs", "--last", "x"], ["check", "--connct"], ["init", "a", "b"], ["init", "--sandbox-port", "x"],
            ["sandbox", "--port", "x"], ["sandbox", "--fault", "no-such-fault"],
        ]
    )
    func `wrong usage ends with 64 and says on standard error how it would be right`(arguments: [String]) async throws {
        let result = try await dropline(arguments, in: NSTemporaryDirectory())
        #expect(result.exit == 64, "\(result)")
        #expect(result.output.isEmpty, "\(result)")
        #expect(result.errors.contains("Error:") && result.errors.contains("--help"), "\(result)")
    }

    @Test(
        arguments: [
            ["sandbox", "--port", "99999"], ["sandbox", "--port", "0", "--issue-limit", "abc"],
            ["sandbox", "--port", "0", "--currency", "dollars"], ["init", "--sandbox-port", "70000"],
            ["runs", "--last=-1"],
        ]
    )
    func `a value that can't be meant is wrong usage`(arguments: [String]) async throws {
        let folder = NSTemporaryDirectory() + "dropline-usage-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (isStuck, result) = try await withDropline(arguments, in: folder) { running in
            // A sandbox that takes such a value serves until it is ended.
            do {
                try await waitUntil("the command ends", within: .seconds(3)) { hasEnded(running.process) }
                return false
            } catch {
                try running.kill()
                return true
            }
        }
        #expect(result.exit == 64, "\(isStuck ? "it went on: " : "")\(result)")
    }

    @Test func `an unknown run is wrong usage, and the message says where the known ones are`() async throws {
        let installation = try await Installation()
        let result = try await installation.run("show", "7")
        #expect(result.exit == 64 && result.errors.contains("dropline runs"), "\(result)")
    }

    @Test func `an unknown pipeline is refused by name, and the known ones are listed`() async throws {
        let installation = try await Installation()
        for arguments in [["poll", "nosuch"], ["check", "nosuch"], ["run", "nosuch", "x.csv"]] {
            let result = try await installation.run(arguments)
            #expect(result.exit == 64 && result.output.isEmpty, "\(result)")
            #expect(result.errors.contains("'nosuch'") && result.errors.contains(Installation.pipeline), "\(result)")
        }
    }

    // MARK: Streams

    @Test func `data goes to standard output, what a person must see to standard error`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(
                "Thu Mar 19 2026 09:00:00 GMT-0700 (PDT)-GiftCardFulfillment.csv",
                "giftCardNumber,price\nshort,5\ndlstream0001,5\n"
            )
            let poll = try await installation.run("poll")
            #expect(poll.exit == 1, "\(poll)")
            #expect(poll.output.contains("1 activated") && poll.output.contains("1 invalid"), "\(poll)")
            #expect(!poll.output.contains("needs a person"), "\(poll)")
            #expect(poll.errors.contains("needs a person"), "\(poll)")
            let coloured = (poll.output + poll.errors).contains("\u{1B}")
            #expect(!coloured, "no colour and no progress off a terminal: \(poll)")
        }
    }

    @Test func `the debug log is on standard error alone, and JSON stays JSON beside it`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(
                "Thu Mar 19 2026 09:01:00 GMT-0700 (PDT)-GiftCardFulfillment.csv",
                "giftCardNumber,price\ndlstream0002,5\n"
            )
            let poll = try await installation.poll("--log-level", "trace")
            let json = try poll.json()
            #expect(json["runs"][0]["state"] == "done", "\(poll)")
            #expect(poll.errors.contains(" debug "), "\(poll)")
            #expect(!(poll.output + poll.errors).contains("dlstream0002"), "no code in the log: \(poll)")
            #expect(!(poll.output + poll.errors).contains("shpat_sandbox"), "no token in the log: \(poll)")
        }
    }

    @Test func `quiet says nothing when all is well, and errors all the same`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(
                "Thu Mar 19 2026 09:02:00 GMT-0700 (PDT)-GiftCardFulfillment.csv",
                "giftCardNumber,price\ndlquiet00001,5\n"
            )
            let well = try await installation.run("poll", "--quiet")
            #expect(well.exit == 0 && well.errors.isEmpty, "\(well)")
            #expect(well.output.contains("1 activated"), "data is not what is quiet: \(well)")
            try FileManager.default.removeItem(atPath: installation.path(Installation.inbox))
            let ill = try await installation.run("poll", "--quiet")
            #expect(ill.exit == 69 && !ill.errors.isEmpty, "\(ill)")
        }
    }

    @Test func `the configuration is named by an option, by the environment, or lies in the folder`() async throws {
        let installation = try await Installation()
        let runs: [CommandResult] = [
            try await dropline(["runs", "--config", installation.configuration]),
            try await dropline(["runs"], environment: ["DROPLINE_CONFIG": installation.configuration]),
            try await dropline(["runs"], in: installation.folder),
        ]
        for result in runs { #expect(result.exit == 0 && result.output == "no runs\n", "\(result)") }
        let nowhere = try await dropline(["runs"], environment: ["DROPLINE_CONFIG": "/nowhere/dropline.yaml"])
        #expect(nowhere.exit == 78 && nowhere.errors.contains("/nowhere/dropline.yaml"), "\(nowhere)")
    }

    private func hasEnded(_ process: Int) -> Bool {
        // A process that ended and was not waited for yet is a zombie.
        let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return stat.map { $0.contains(") Z ") } ?? true
    }
}
