import Foundation
import Glibc
import Ledgers
import Runner
import Testing

@testable import Alerts

/// Real scripts that take messages.
@Suite(.timeLimit(.minutes(10))) struct CommandTests {
    private let alert: Alert

    init() {
        let words = "$(touch owned); `touch owned` 'x' \"y\""
        let condition = Condition(.failing, pipeline: "p", run: RunID(7), since: 1_772_000_000_000, words: words)
        alert = Alert(.began, Standing(condition, alert: "0000abcd-1"), id: "0000abcd-1")
    }

    private func receiver(_ command: [String], limit: Duration = .seconds(20)) -> CommandReceiver {
        CommandReceiver(name: "page", patience: .zero, command: command, limit: limit)
    }

    private func script(_ text: String, in folder: String) throws -> String {
        let path = folder + "/page"
        try ("#!/bin/sh\n" + text).write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o700)
        return path
    }

    private func fault(_ receiver: CommandReceiver) async -> String {
        do {
            try await receiver.deliver(alert, from: "0000abcd")
            return "delivered"
        } catch {
            return "\(error)"
        }
    }

    @Test func `the message comes on standard input, the arguments as they are, and no secret of the environment`()
        async throws
    {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        setenv("DROPLINE_TEST_SECRET", "shpat_secret", 1)
        let path = try script(
            "cd \(folder); cat > message; printf '%s\\n' \"$@\" > arguments; env > environment",
            in: folder
        )
        try await receiver([path, "--team", "$(touch owned) *"]).deliver(alert, from: "0000abcd")
        func text(_ name: String) throws -> String { try String(contentsOfFile: folder + "/" + name, encoding: .utf8) }
        #expect(
            try text("message")
                == #"{"beginning":"0000abcd-1","event":"began","id":"0000abcd-1","installation":"0000abcd","#
                + #""kind":"failing","pipeline":"p","run":7,"since":"2026-02-25T06:13:20Z","#
                + #""text":"p: failing: $(touch owned); `touch owned` 'x' \"y\"","what":"$(touch owned); `touch owned` 'x' \"y\""}"#
                + "\n"
        )
        #expect(try text("arguments") == "--team\n$(touch owned) *\n")
        #expect(try !text("environment").contains("shpat_secret"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/owned"))
    }

    @Test func `one that fails, or is not there, is a fault with its reason`() async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let failing = try script("exit 7", in: folder)
        #expect(await fault(receiver([failing])) == "the command ended with exit code 7")
        let killed = try script("kill -9 $$", in: folder)
        #expect(await fault(receiver([killed])) == "the command ended with signal 9")
        #expect(await fault(receiver([folder + "/none"])).contains("can't be run"))
        #expect(await fault(receiver([folder])).contains("can't be run"))
    }

    @Test func `one that reads nothing is as good as another`() async throws {
        for _ in 0..<20 { #expect(await fault(receiver(["/bin/true"])) == "delivered") }
    }

    @Test func `one that does not end is ended`() async throws {
        let words = await fault(receiver(["/bin/sleep", "600"], limit: .milliseconds(200)))
        #expect(words.contains("did not end"))
    }

    @Test func `one that leaves another behind is not waited for`() async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try script("sleep 20 & exit 0", in: folder)
        let start = ContinuousClock.now
        #expect(await fault(receiver([path])) == "delivered")
        #expect(ContinuousClock.now - start < .seconds(10))
    }
}
