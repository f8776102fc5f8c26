import CommandSupport
import Foundation
import Glibc
import SSHServers
import Testing

/// Who may use the console once the configuration was read again.
@Suite(.timeLimit(.minutes(10))) struct ReloadAccessTests {
    private func reload(_ running: RunningCommand, _ socket: NotifySocket) async throws {
        kill(pid_t(running.process), SIGHUP)
        try await socket.wait(for: "RELOADING=1")
        try await socket.wait(for: "READY=1")
    }

    /// Writes the users anew, on another port if it is told so.
    private func set(_ installation: Installation, _ port: Int, _ users: [(String, String)]) throws {
        try installation.edit(installation.configuration) { text in
            text = text.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.hasPrefix("web: ") }.joined(separator: "\n")
        }
        try installation.addConsole(on: port, users)
    }

    @Test func `a reload takes over users, roles and tokens, ends sessions, and leaves the port`() async throws {
        let installation = try await Installation()
        let run = "/pipelines/\(Installation.pipeline)/run"
        let result = try await withRefusingPort { port in
            try installation.addConsole(on: port, [("ada", "act"), ("sam", "act"), ("eve", "see")])
            return try await serving(installation) { running, socket in
                let (ada, sam, eve) = (ServedPages(port: port), ServedPages(port: port), ServedPages(port: port))
                try await waitUntil("it listens") { try await ada.get("/healthz") != nil }
                let token = try await ada.logIn("ada", Installation.token(of: "ada"))
                let removed = try await sam.logIn("sam", Installation.token(of: "sam"))
                _ = try await eve.logIn("eve", Installation.token(of: "eve"))
                for pages in [ada, sam, eve] { #expect(try await pages.get("/metrics")?.status == 200) }

                // Sam is removed, Ada may only look, and Eve's token is another one.
                try set(installation, 1, [("ada", "see"), ("eve", "see"), ("new", "act")])
                let other = String(repeating: "f", count: 40)
                try other.write(toFile: installation.folder + "/secrets/eve", atomically: false, encoding: .utf8)
                try await reload(running, socket)
                #expect(try await ada.get("/metrics")?.status == 200, "her session goes on")
                #expect(try await ada.post(run, "token=\(token)")?.status == 403, "and may only look now")
                #expect(try await sam.get("/metrics")?.status == 401)
                #expect(try await sam.post(run, "token=\(removed)")?.status == 401)
                #expect(try await eve.get("/metrics")?.status == 401, "a session of the old token")
                let former = ServedPages(port: port, token: Installation.token(of: "eve"))
                #expect(try await former.get("/metrics")?.status == 401)
                #expect(try await ServedPages(port: port, token: other).get("/metrics")?.status == 200)
                let added = ServedPages(port: port, token: Installation.token(of: "new"))
                #expect(try await added.post(run, "")?.status == 200)

                // Who comes back logs in anew.
                try set(installation, port, [("sam", "act")])
                try await reload(running, socket)
                #expect(try await sam.get("/metrics")?.status == 401)
                #expect(try await ada.get("/metrics")?.status == 401)
                _ = try await sam.logIn("sam", Installation.token(of: "sam"))
            }
        }
        #expect(result.exit == 0, "\(result)")
        #expect(result.errors.contains("'listen' and 'port' of 'web' need a restart"), "\(result)")
    }

    @Test(arguments: [
        ("web: { port: PORT, users: [{ name: ada, role: act, token: \"file:secrets/none\" }] }", "web.users.ada.token"),
        (
            "web: { port: PORT, users: [{ name: ada, role: act, password: \"${DROPLINE_NONE}\" }] }",
            "web.users.ada.password"
        ),
        ("WEB\nalerts: { ops: { type: slack, url: \"${DROPLINE_NONE}\" } }", "alerts.ops.url"),
        ("web: { port: PORT }", "without a login"),
    ])
    func `a secret that can't be had, and a console open to others, leave the old configuration`(
        lines: String,
        words: String
    ) async throws {
        let installation = try await Installation()
        let result = try await withRefusingPort { port in
            try installation.addConsole(on: port, [("ada", "act")])
            // From beyond this machine, so that nobody may be let in without a login.
            try installation.edit(installation.configuration) {
                $0 = $0.replacing(
                    "web: { ",
                    with: "web: { listen: 0.0.0.0, public_url: \"https://dropline.example.com\", "
                )
            }
            let old = try #require(
                try String(contentsOfFile: installation.configuration, encoding: .utf8).split(separator: "\n")
                    .first { $0.hasPrefix("web: ") }
            )
            return try await serving(installation) { running, socket in
                let pages = ServedPages(port: port, token: Installation.token(of: "ada"))
                try await waitUntil("it listens") { try await pages.get("/metrics")?.status == 200 }
                try installation.edit(installation.configuration) {
                    $0 = $0.replacing(old, with: lines.replacing("PORT", with: "\(port)").replacing("WEB", with: old))
                }
                try await reload(running, socket)
                #expect(try await pages.get("/metrics")?.status == 200, "the old users hold")
                #expect(try await ServedPages(port: port).get("/metrics")?.status == 401)
            }
        }
        #expect(result.exit == 0, "\(result)")
        #expect(result.errors.contains("the old one is kept") && result.errors.contains(words), "\(result)")
    }

    @Test func `a console that is taken away goes on with its users, and the log says that it needs a restart`()
        async throws
    {
        let installation = try await Installation()
        let result = try await withRefusingPort { port in
            try installation.addConsole(on: port, [("ada", "act")])
            return try await serving(installation) { running, socket in
                let pages = ServedPages(port: port, token: Installation.token(of: "ada"))
                try await waitUntil("it listens") { try await pages.get("/metrics")?.status == 200 }
                try installation.edit(installation.configuration) { $0 = $0.replacing("web: ", with: "# web: ") }
                try await reload(running, socket)
                #expect(try await pages.get("/metrics")?.status == 200)
                #expect(try await ServedPages(port: port).get("/metrics")?.status == 401)
            }
        }
        #expect(result.exit == 0 && result.errors.contains("'web' needs a restart"), "\(result)")
    }

    @Test func `check --connect fetches the secrets of users and tells which can't be had`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addConsole(on: 0, [("ada", "act"), ("sam", "see")])
            let good = try await installation.run("check", "--connect")
            #expect(good.output.contains("ok    web user ada: may act, with a token"), "\(good)")
            try "short".write(toFile: installation.folder + "/secrets/sam", atomically: false, encoding: .utf8)
            try FileManager.default.removeItem(atPath: installation.folder + "/secrets/ada")
            try installation.edit(installation.configuration) {
                $0 = $0.replacing("users: [", with: "users: [{ name: eve, password: \"${EVE}\" }, ")
            }
            let unset = try await installation.run("check", "--connect")
            #expect(unset.output.contains("web.users.eve.password: the environment variable"), "\(unset)")
            let environment = ["EVE": "hunter2hunter2"]
            let bad = try await installation.run("check", "--connect", environment: environment)
            #expect(bad.output.contains("web.users.eve.password: this is no hash"), "\(bad)")
            #expect(!(bad.output + bad.errors).contains("hunter2"), "\(bad)")
            #expect(
                bad.exit == 78 && bad.output.contains("fails web user ada: configuration: web.users.ada.token"),
                "\(bad)"
            )
            #expect(
                bad.output.contains("a token has at least 32 characters") && !bad.output.contains("short"),
                "\(bad)"
            )
        }
    }
}
