import CommandSupport
import Foundation
import Testing

/// Whatever others chose, nothing that is printed acts on a terminal, and nobody forges a line.
@Suite struct TerminalTests {
    /// ESC [2J, the same as one control character of C1, backspace, delete, a line, a reversal, a line separator.
    static let nasty = "a\u{1B}[2J\u{9B}31m\u{8}\u{7F}\nrun 99  done\r\u{202E}\u{2028}b"

    @Test func `names of files reach no terminal, no log and no reason as they are`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let name = Self.nasty + "-GiftCardFulfillment.csv"
            try installation.drop(name, "giftCardNumber,price\ndlcontrol001,5\n")
            try installation.drop("2" + name, "giftCardNumber,\u{1B}[2J\ndlcontrol002,5\n")
            let link = installation.path(Installation.inbox + "/3" + name)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/etc/passwd")
            let poll = try await installation.run("poll", "--log-level", "trace")
            #expect(poll.exit == 1, "\(poll)")
            #expect(poll.output.contains("is a link"), "\(poll)")
            let commands = [
                ["runs"], ["runs", "--json"], ["show", "1"], ["show", "2"], ["show", "1", "--json"], ["trace", name],
                ["trace", name, "--json"],
                ["poll", "--json"], ["poll", "--log-level", "trace", "--json"],
                ["run", Installation.pipeline, installation.folder + "/" + name],
                ["check", "--connect"], ["approve", "1", "--reason", name],
                ["pause", Installation.pipeline, "--reason", name],
                ["poll", "--json"], ["poll"],
            ]
            var said = [poll]
            for command in commands { said.append(try await installation.run(command)) }
            for result in said { Self.expectHarmless(result) }
            let names = try await installation.runs().map { $0["file"].string ?? "" }
            #expect(Set(names) == [name, "2" + name], "JSON gives the names themselves: \(names)")
        }
    }

    @Test func `what stands in a configuration reaches no terminal as it is`() async throws {
        let installation = try await Installation()
        let key = "\"k\\e[2J\\x9B\\nerror: forged\\u202E\""
        try installation.edit(installation.configuration) { $0 += "\(key): 1\n" }
        try installation.edit(installation.pipelineFile) { $0 += "\(key): 1\nmode: \(key)\n" }
        for command in [["check"], ["poll"], ["poll", "no\u{1B}[2Jpe"], ["runs"]] {
            let result = try await installation.run(command)
            #expect(result.exit == 78, "\(result)")
            Self.expectHarmless(result)
            #expect(!result.errors.contains("\nerror: forged"), "\(result)")
        }
    }

    private static func expectHarmless(_ result: CommandResult) {
        let all = result.output + result.errors
        let bad = all.unicodeScalars.first { scalar in
            guard scalar != "\n" else { return false }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: return true
            default: return false
            }
        }
        #expect(bad == nil, "\(bad.map { String($0.value, radix: 16) } ?? "") of \(result)")
        #expect(!all.split(separator: "\n").contains { $0.hasPrefix("run 99") }, "a line is forged by \(result)")
    }
}
