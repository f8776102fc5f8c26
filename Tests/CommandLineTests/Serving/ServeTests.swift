import CommandSupport
import Foundation
import Glibc
import SSHServers
import Testing

/// `dropline serve` as a process, with a socket in systemd's place.
@Suite(.timeLimit(.minutes(10))) struct ServeTests {
    private let rows = "giftCardNumber,price\n"

    private func name(_ minute: Int) -> String {
        "Thu Mar 19 2026 11:\(10 + minute):00 GMT-0700 (PDT)-GiftCardFulfillment.csv"
    }

    /// How many lines of the log hold both texts.
    private func count(_ result: CommandResult, _ one: String, _ other: String) -> Int {
        result.errors.split(separator: "\n").filter { $0.contains(one) && $0.contains(other) }.count
    }

    private func states(_ installation: Installation) async throws -> [String] {
        try await installation.runs().map { $0["state"].string ?? "?" }
    }

    @Test func `a dropped file is taken within two seconds after it has settled, and a stop ends with 0`() async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("settle", "1s")
            let result = try await serving(installation) { _, _ in
                let dropped = Int(Date().timeIntervalSince1970 * 1000)
                try installation.drop(name(1), rows + "dlserve000001,5\n")
                try await waitUntil("the file is done") { try await states(installation) == ["done"] }
                let taken = try await installation.show(1)["run"]["createdAt"]
                let moment = try #require(taken.string.flatMap { ISO8601DateFormatter.milliseconds($0) })
                #expect(0...3_000 ~= moment - dropped, "taken \(moment - dropped) ms after it was dropped")
            }
            #expect(result.exit == 0, "\(result)")
            #expect(try await shop.codes() == ["dlserve000001"])
        }
    }

    @Test func `a folder that is removed and made again is served again`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let result = try await serving(installation) { _, _ in
                let inbox = installation.path(Installation.inbox)
                try FileManager.default.removeItem(atPath: inbox)
                try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: false)
                try installation.drop(name(1), rows + "dlserve000002,5\n")
                try await waitUntil("the file is done") { try await states(installation) == ["done"] }
            }
            #expect(result.exit == 0, "\(result)")
        }
    }

    @Test func `a stop in the middle of a bulk operation leaves the run to the next start`() async throws {
        try await withSandbox(operationSeconds: "4") { shop in
            let installation = try await Installation(shop)
            let first = try await serving(installation) { _, _ in
                try installation.drop(name(1), rows + "dlserve000003,5\n")
                try await shop.wait(until: "an operation runs") { try await !$0.operations().isEmpty }
            }
            #expect(first.exit == 0, "\(first)")
            #expect(try await states(installation) == ["waiting"], "nobody has waited for the shop")
            let second = try await serving(installation) { _, _ in
                try await waitUntil("the run is done") { try await states(installation) == ["done"] }
            }
            #expect(second.exit == 0, "\(second)")
            #expect(try await installation.show(1)["run"]["interruptions"] == 0, "a stop is no interruption")
            #expect(try await shop.operations().count == 1)
        }
    }

    @Test func `a service that is killed in the middle goes on at the next start, and sends no card twice`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name(1), rows + "dlserve000011,5\n")
            let environment = ["DROPLINE_CRASH_AT": "bulk-import.after-commit"]
            let killed = try await withDropline(
                ["serve", "--config", installation.configuration],
                environment: environment
            ) { _ in }.result
            #expect(killed.exit == -9, "\(killed)")
            let result = try await serving(installation) { _, _ in
                try await waitUntil("the run is done") { try await states(installation) == ["done"] }
            }
            #expect(result.exit == 0, "\(result)")
            #expect(try await shop.codes() == ["dlserve000011"])
            #expect(try await shop.operations().count == 1)
        }
    }

    @Test func `a second signal ends the process at once, and nothing is lost`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.edit(installation.configuration) { $0 += "serve: { stop_within: 100s }\n" }
            try await shop.inject(["kind": "hang", "count": 50, "seconds": 30])
            let result = try await serving(installation, stops: false) { running, socket in
                try installation.drop(name(1), rows + "dlserve000004,5\n")
                try await waitUntil("the file is taken") { try await !states(installation).isEmpty }
                try running.terminate()
                try await socket.wait(for: "STOPPING=1")
                try running.interrupt()
            }
            #expect(result.exit == 130, "\(result)")
            try await shop.clearFaults()
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            #expect(try await states(installation) == ["done"])
        }
    }

    @Test func `what does not come to its end in time is left, with its claim let go`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.edit(installation.configuration) { $0 += "serve: { stop_within: 1s }\n" }
            try await shop.inject(["kind": "hang", "count": 50, "seconds": 30])
            let result = try await serving(installation) { _, _ in
                try installation.drop(name(1), rows + "dlserve000005,5\n")
                try await waitUntil("the file is taken") { try await !states(installation).isEmpty }
            }
            #expect(result.exit == 0 && result.errors.contains("goes on at the next start"), "\(result)")
            try await shop.clearFaults()
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            let run = try await installation.show(1)["run"]
            #expect(run["state"] == "done" && run["interruptions"] == 0, "\(run)")
        }
    }

    @Test func `a wrong configuration is refused and the old one kept; a right one is turned to`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let result = try await serving(installation) { running, socket in
                try installation.set("match", "\"*-Other.csv\"")
                try installation.edit(installation.pipelineFile) { $0 += "scedule: { every: 5m }\n" }
                kill(pid_t(running.process), SIGHUP)
                let reloading = try await socket.wait(for: "RELOADING=1")
                // CLOCK_MONOTONIC is the uptime of a machine that does not sleep.
                let uptime = try String(contentsOfFile: "/proc/uptime", encoding: .utf8).split(separator: " ")
                let told = reloading.split(separator: "MONOTONIC_USEC=").last.flatMap { Double($0) } ?? 0
                #expect(abs(told / 1_000_000 - (uptime.first.flatMap { Double($0) } ?? 0)) < 10, "\(reloading)")
                try await socket.wait(for: "READY=1")
                try installation.drop(name(1), rows + "dlserve000006,5\n")
                try await shop.wait(until: "the old pattern is served") { try await $0.codes() == ["dlserve000006"] }
                try installation.edit(installation.pipelineFile) { $0 = $0.replacing("scedule", with: "schedule") }
                kill(pid_t(running.process), SIGHUP)
                try await socket.wait(for: "READY=1")
                try installation.drop("a-Other.csv", rows + "dlserve000007,5\n")
                try await waitUntil("the new pattern is served") { try await states(installation) == ["done", "done"] }
            }
            #expect(result.exit == 0, "\(result)")
            #expect(result.errors.contains("did you mean 'schedule'"), "\(result)")
            #expect(result.errors.contains("the old one is kept"), "\(result)")
        }
    }

    @Test func `a reload that moves the ledger is refused`() async throws {
        let installation = try await Installation()
        let result = try await serving(installation) { running, socket in
            try installation.set("state", "var/other.sqlite")
            kill(pid_t(running.process), SIGHUP)
            try await socket.wait(for: "READY=1")
        }
        #expect(result.exit == 0 && result.errors.contains("need a restart"), "\(result)")
    }

    @Test func `systemd hears that it is ready, alive and stopping, over an abstract socket too`() async throws {
        let installation = try await Installation()
        let socket = try NotifySocket("@dropline-test-\(UUID().uuidString)")
        let result = try await serving(
            installation,
            environment: ["WATCHDOG_USEC": "600000"],
            socket: socket,
            stops: false
        ) {
            running,
            socket in
            try await socket.wait(for: "WATCHDOG=1")
            try await socket.wait(for: "WATCHDOG=1")
            try running.terminate()
            try await socket.wait(for: "STOPPING=1")
        }
        #expect(result.exit == 0, "\(result)")
    }

    @Test func `a watchdog that belongs to another process is not fed`() async throws {
        let installation = try await Installation()
        let environment = ["WATCHDOG_USEC": "200000", "WATCHDOG_PID": "1"]
        let result = try await serving(installation, environment: environment) { running, socket in
            kill(pid_t(running.process), SIGHUP)
            try await socket.wait(for: "RELOADING=1")
            try await Task.sleep(for: .milliseconds(500))
            while let message = socket.next() { #expect(!message.contains("WATCHDOG")) }
        }
        #expect(result.exit == 0, "\(result)")
    }

    @Test func `a drop that is lost is told once, and its return once, while others are served`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let (root, away) = (installation.dropFolder, installation.folder + "/away")
            try installation.addToPipeline("schedule: { every: 1s }")
            let result = try await serving(installation, ["--log-level", "notice"]) { _, _ in
                #expect(rename(root, away) == 0)
                try await Task.sleep(for: .seconds(4))
                #expect(rename(away, root) == 0)
                try installation.drop(name(1), rows + "dlserve000008,5\n")
                try await waitUntil("the file is done") { try await states(installation) == ["done"] }
                try await Task.sleep(for: .seconds(1))
            }
            #expect(result.exit == 0, "\(result)")
            #expect(
                count(result, "condition began", "kind=cannot-see") == 1,
                "\(result)"
            )
            #expect(
                count(result, "condition ended", "kind=cannot-see") == 1,
                "\(result)"
            )
        }
    }

    @Test func `a server that is killed is told once, and the service finds back to it by itself`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withSandbox { shop in
                let installation = try await Installation(shop, on: server.place())
                try installation.set("schedule", "{ every: 1s }")
                let result = try await serving(installation) { _, _ in
                    try installation.drop(name(1), rows + "dlserve000009,5\n")
                    try await waitUntil("the file is done") { try await states(installation) == ["done"] }
                    await server.stop()
                    try await Task.sleep(for: .seconds(4))
                    try await server.start()
                    try installation.drop(name(2), rows + "dlserve000010,5\n")
                    try await waitUntil("the other is done") {
                        try await states(installation) == ["done", "done"]
                    }
                    try await Task.sleep(for: .seconds(1))
                }
                #expect(result.exit == 0, "\(result)")
                #expect(count(result, "condition began", "kind=cannot-see") == 1, "\(result)")
                #expect(count(result, "condition ended", "kind=cannot-see") == 1, "\(result)")
            }
        }
    }

    @Test func `a wrong configuration at the start ends with 78, an unknown pipeline with 64`() async throws {
        let installation = try await Installation()
        let unknown = try await installation.run("serve", "other")
        #expect(unknown.exit == 64, "\(unknown)")
        try installation.addToPipeline("schedule: { cron: \"* * * *\", timezone: UTC }")
        let wrong = try await installation.run("serve")
        #expect(wrong.exit == 78 && wrong.errors.contains("has 4 fields"), "\(wrong)")
    }

    @Test func `two services on one ledger take each file once`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let other = try NotifySocket(installation.folder + "/notify-2")
            let result = try await serving(installation) { _, _ in
                let second = try await serving(installation, socket: other) { _, _ in
                    for minute in 1...4 { try installation.drop(name(minute), rows + "dlserve10000\(minute),5\n") }
                    try await waitUntil("all are done") {
                        try await states(installation) == ["done", "done", "done", "done"]
                    }
                }
                #expect(second.exit == 0, "\(second)")
            }
            #expect(result.exit == 0, "\(result)")
            #expect(try await shop.codes().count == 4)
        }
    }
}

extension ISO8601DateFormatter {
    /// Milliseconds since 1970 of a moment as Dropline writes it.
    fileprivate static func milliseconds(_ text: String) -> Int? {
        let formatter = ISO8601DateFormatter()
        for options in [[.withInternetDateTime, .withFractionalSeconds], [.withInternetDateTime]] as [Options] {
            formatter.formatOptions = options
            if let date = formatter.date(from: text) { return Int((date.timeIntervalSince1970 * 1000).rounded()) }
        }
        return nil
    }
}
