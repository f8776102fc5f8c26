import CommandSupport
import Foundation
import Testing

/// Every command with every code that it can end with, on the real binary.
@Suite struct ExitCodeTests {
    /// What a command finds.
    enum Scenery: String, Sendable {
        /// Nothing was ever run.
        case new
        /// As `new`, with a good file in the drop.
        case dropped
        /// As `new`, with a file in the drop of which a row is invalid.
        case droppedBad
        /// Run 1 is done; one row of it is invalid.
        case done
        /// Run 1 is held.
        case held
        /// Run 1 waits for line 2, which is unknown.
        case unknown
        /// As `unknown`, and the shop is gone.
        case unknownAlone
        /// A file is in the drop; neither the shop nor the server of the drop `netsuite` can be reached.
        case alone
        /// `dropline.yaml` has a fault.
        case misconfigured
        /// Run 1 is held, and its pipeline isn't configured any more.
        case orphaned
        /// The ledger is no ledger.
        case damaged
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var code: Int
        var scenery: Scenery
        /// `{good}`, `{bad}`, `{other}` and `{none}` are files to give, `{out}` is one to write.
        var line: String

        init(_ code: Int, _ scenery: Scenery, _ line: String) {
            (self.code, self.scenery, self.line) = (code, scenery, line)
        }

        var testDescription: String { "\(code): \(line), \(scenery.rawValue)" }
        /// `poll`, `key backup`.
        var command: String {
            let words = line.split(separator: " ").map(String.init)
            return words[0] == "key" ? words.prefix(2).joined(separator: " ") : words[0]
        }
    }

    static let table = [
        Case(0, .new, "init {out}"), Case(64, .new, "init a b"), Case(70, .new, "init {good}"),
        Case(0, .new, "demo"), Case(64, .new, "demo --frobnicate"),
        Case(0, .new, "check --connect"), Case(64, .new, "check nosuch"), Case(69, .alone, "check --connect"),
        Case(78, .misconfigured, "check"), Case(0, .done, "check --ledger"), Case(70, .damaged, "check --ledger"),
        Case(0, .dropped, "poll"), Case(1, .droppedBad, "poll"), Case(64, .new, "poll nosuch"),
        Case(69, .alone, "poll"),
        Case(70, .damaged, "poll"), Case(78, .misconfigured, "poll"),
        Case(0, .new, "run local-gift-cards {good}"), Case(1, .new, "run local-gift-cards {bad}"),
        Case(64, .new, "run nosuch {good}"), Case(65, .new, "run local-gift-cards {other}"),
        Case(65, .new, "run local-gift-cards {none}"), Case(69, .alone, "run local-gift-cards {good}"),
        Case(70, .damaged, "run local-gift-cards {good}"), Case(78, .misconfigured, "run local-gift-cards {good}"),
        Case(0, .new, "run local-gift-cards {good} --dry-run"), Case(1, .new, "run local-gift-cards {bad} --dry-run"),
        Case(65, .new, "run local-gift-cards {other} --dry-run"),
        Case(69, .alone, "run local-gift-cards {good} --dry-run"),
        Case(0, .new, "runs"), Case(0, .done, "runs"), Case(64, .new, "runs --state nosuch"),
        Case(70, .damaged, "runs"),
        Case(78, .misconfigured, "runs"),
        Case(0, .done, "show 1"), Case(64, .done, "show 2"), Case(70, .damaged, "show 1"),
        Case(78, .misconfigured, "show 1"),
        Case(0, .done, "trace es01"), Case(64, .new, "trace"), Case(70, .damaged, "trace es01"),
        Case(78, .misconfigured, "trace es01"),
        Case(0, .new, "test"), Case(64, .new, "test nosuch"), Case(78, .misconfigured, "test"),
        Case(0, .held, "approve 1 --reason r"), Case(64, .done, "approve 1 --reason r"),
        Case(64, .new, "approve 1 --reason r"),
        Case(64, .held, "approve 1"), Case(70, .damaged, "approve 1 --reason r"),
        Case(78, .orphaned, "approve 1 --reason r"),
        Case(78, .misconfigured, "approve 1 --reason r"),
        Case(0, .held, "refuse 1 --reason r"), Case(64, .done, "refuse 1 --reason r"),
        Case(64, .new, "refuse 1 --reason r"), Case(64, .unknown, "refuse 1 --reason r"),
        Case(64, .held, "refuse 1"), Case(70, .damaged, "refuse 1 --reason r"),
        Case(78, .orphaned, "refuse 1 --reason r"), Case(78, .misconfigured, "refuse 1 --reason r"),
        Case(64, .done, "cancel 1 --reason r"), Case(64, .new, "cancel 1 --reason r"), Case(64, .done, "cancel 1"),
        Case(70, .damaged, "cancel 1 --reason r"), Case(78, .orphaned, "cancel 1 --reason r"),
        Case(78, .misconfigured, "cancel 1 --reason r"),
        Case(0, .held, "poll"), Case(0, .done, "poll"),
        Case(0, .unknown, "resolve 1 2 --as refused --reason r"),
        Case(1, .unknown, "resolve 1 2 --as activated --reason r"),
        Case(64, .unknown, "resolve 1 3 --as refused --reason r"),
        Case(69, .unknownAlone, "resolve 1 2 --as refused --reason r"),
        Case(70, .damaged, "resolve 1 2 --as refused --reason r"),
        Case(78, .orphaned, "resolve 1 2 --as refused --reason r"),
        Case(0, .done, "rejects 1 --output {out} --reason r"), Case(64, .done, "rejects 2 --output {out} --reason r"),
        Case(70, .damaged, "rejects 1 --output {out} --reason r"),
        Case(78, .orphaned, "rejects 1 --output {out} --reason r"),
        Case(0, .new, "pause local-gift-cards --reason r"), Case(64, .new, "pause nosuch --reason r"),
        Case(70, .damaged, "pause local-gift-cards --reason r"),
        Case(78, .misconfigured, "pause local-gift-cards --reason r"),
        Case(64, .new, "resume nosuch --reason r"), Case(70, .damaged, "resume local-gift-cards --reason r"),
        Case(78, .misconfigured, "resume local-gift-cards --reason r"),
        Case(64, .new, "host-key --drop nosuch"), Case(69, .alone, "host-key --drop netsuite"),
        Case(78, .misconfigured, "host-key --drop netsuite"),
        Case(0, .done, "key rotate --reason r"), Case(64, .new, "key rotate --frobnicate"),
        Case(70, .damaged, "key rotate --reason r"),
        Case(78, .misconfigured, "key rotate --reason r"),
        Case(0, .done, "key backup --output {out} --passphrase-file {words}"),
        Case(64, .done, "key backup --output {out}"),
        Case(78, .new, "key backup --output {out} --passphrase-file {words}"),
        Case(64, .done, "key restore {good}"), Case(65, .done, "key restore {good} --passphrase-file {words}"),
        Case(78, .misconfigured, "key restore {good} --passphrase-file {words}"),
        Case(64, .new, "sandbox --port x"),
        Case(64, .new, "console --port x"), Case(78, .misconfigured, "console"), Case(64, .new, "password x"),
        Case(64, .new, "serve nosuch"), Case(78, .misconfigured, "serve"), Case(70, .damaged, "serve"),
        Case(0, .new, "explain local-gift-cards"), Case(64, .new, "explain nosuch"),
        Case(78, .misconfigured, "explain local-gift-cards"),
        Case(0, .done, "purge --older-than 1d"), Case(64, .new, "purge --older-than soon"),
        Case(70, .damaged, "purge --older-than 1d"), Case(78, .new, "purge --older-than 1d"),
        Case(78, .misconfigured, "purge"),
        Case(1, .done, "rerun 1 --reason r"), Case(1, .done, "rerun 1 --from deliver --reason r"),
        Case(64, .done, "rerun 2 --reason r"), Case(64, .done, "rerun 1 --from nosuch --reason r"),
        Case(69, .unknownAlone, "rerun 1 --reason r"), Case(70, .damaged, "rerun 1 --reason r"),
        Case(78, .orphaned, "rerun 1 --reason r"),
    ]

    @Test(arguments: table)
    func `a command ends with its code`(_ row: Case) async throws {
        try await withSandbox { shop in
            let installation = try await Installation([.alone].contains(row.scenery) ? nil : shop)
            try await arrange(row.scenery, installation)
            let arguments = row.line.split(separator: " ").map { word in
                word.hasPrefix("{") ? installation.folder + "/given-" + word.dropFirst().dropLast() : String(word)
            }
            for (name, text) in [
                ("good", good), ("bad", bad), ("other", "no header that is known\n1,2\n"),
                ("words", "several random words\n"),
            ] {
                let path = installation.folder + "/given-" + name
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            }
            let result =
                ["init", "demo", "sandbox"].contains(row.command)
                ? try await dropline(arguments, in: installation.folder) : try await installation.run(arguments)
            #expect(result.exit == row.code, "\(result)")
            let saysWhy = !result.errors.isEmpty || (!result.output.isEmpty && row.code != 64)
            #expect(saysWhy || row.code <= 1, "\(result)")
            #expect(row.code != 64 || result.output.isEmpty, "\(result)")
        }
    }

    @Test func `a pause ends with 0, a second end of it with what resume says`() async throws {
        let installation = try await Installation()
        _ = try await installation.run("pause", "local-gift-cards", "--reason", "r")
        let resumed = try await installation.run("resume", "local-gift-cards", "--reason", "r")
        #expect(resumed.exit == 0, "\(resumed)")
    }

    @Test func `a case that fails ends test with 1`() async throws {
        let installation = try await Installation()
        try installation.set("activation-feed", "{ shop: main, code_prefix: shopify- }")
        let result = try await installation.run("test")
        #expect(result.exit == 1, "\(result)")
    }

    @Test func `a sandbox that is asked to end does so with 0, and one without its port ends with 70`() async throws {
        let (sandbox, output) = (Process(), Pipe())
        sandbox.executableURL = URL(fileURLWithPath: try droplineBinary())
        sandbox.arguments = ["sandbox", "--quiet", "--port", "0"]
        (sandbox.standardOutput, sandbox.standardError) = (output, FileHandle.nullDevice)
        try sandbox.run()
        // It listens once it says so.
        let said = output.fileHandleForReading.availableData
        kill(sandbox.processIdentifier, SIGTERM)
        sandbox.waitUntilExit()
        #expect(!said.isEmpty && sandbox.terminationReason == .exit && sandbox.terminationStatus == 0)
        try await withSandbox { shop in
            let second = try await dropline(["sandbox", "--port", "\(shop.port)"])
            #expect(second.exit == 70 && !second.errors.isEmpty, "\(second)")
        }
    }

    @Test func `every command of the help stands in the table, with what it can always end with`() async throws {
        let help = try await dropline(["--help"])
        let commands = help.output.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
            .compactMap {
                $0.hasPrefix("  ") && !$0.hasPrefix("   ") ? $0.split(separator: " ").first.map(String.init) : nil
            }
        #expect(commands.count >= 16, "\(help)")
        let known = Dictionary(grouping: Self.table) { $0.command.split(separator: " ").first.map(String.init) ?? "" }
        for command in commands where command.first?.isLowercase == true {
            let codes = Set((known[command] ?? []).map(\.code))
            #expect(codes.contains(64), "\(command): \(codes)")
            #expect(
                ["init", "demo", "sandbox", "password"].contains(command) || codes.contains(78),
                "\(command): \(codes)"
            )
        }
    }

    // MARK: Sceneries

    private let good = "giftCardNumber,price\ndlexitcodes01,5\n"
    private let bad = "giftCardNumber,price\ndlexitcodes01,5\nshort,5\n"
    private let name = "Fri Mar 20 2026 09:01:00 GMT-0700 (PDT)-GiftCardFulfillment.csv"

    private func arrange(_ scenery: Scenery, _ installation: Installation) async throws {
        switch scenery {
        case .new: break
        case .dropped: try installation.drop(name, good)
        case .alone:
            try installation.drop(name, good)
            try installation.set("host", "127.0.0.1")
            try installation.edit(installation.configuration) { $0 = $0.replacing("port: 22", with: "port: 1") }
        case .droppedBad: try installation.drop(name, bad)
        case .done:
            try installation.drop(name, bad)
            _ = try await installation.poll()
        case .held, .orphaned:
            try installation.set("limits", "{ card: 1 }")
            try installation.drop(name, good)
            _ = try await installation.poll()
            guard scenery == .orphaned else { return }
            try installation.edit(installation.pipelineFile) {
                $0 = $0.replacing("pipeline: local-gift-cards", with: "pipeline: renamed")
            }
        case .unknown, .unknownAlone:
            let port = try String(contentsOfFile: installation.configuration, encoding: .utf8)
                .firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { Int($0.output.1) }
            try await SandboxShop(port: port ?? 0).inject("code-taken")
            try installation.drop(name, good)
            _ = try await installation.poll()
            if scenery == .unknownAlone { try installation.set("url", "http://127.0.0.1:1") }
        case .misconfigured: try installation.edit(installation.configuration) { $0 += "stat: x\n" }
        case .damaged:
            let folder = installation.folder + "/var"
            try Data(String(repeating: "no ledger ", count: 500).utf8)
                .write(to: URL(fileURLWithPath: folder + "/dropline.sqlite"))
        }
    }
}
