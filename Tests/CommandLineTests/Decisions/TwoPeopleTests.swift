import CommandSupport
import Foundation
import SSHServers
import Testing

/// `approval: two-people`: nobody approves what they dropped themselves.
@Suite struct TwoPeopleTests {
    private let name = DecisionFile.name(7)
    private let page = "/pipelines/\(Installation.pipeline)"

    private func installation(_ shop: SandboxShop) async throws -> Installation {
        let installation = try await Installation(shop)
        try installation.addToPipeline("approval: two-people")
        return installation
    }

    @Test func `whoever gave a file to 'run' can't approve it, and one that lay in its drop anybody approves`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await installation(shop)
            let file = installation.folder + "/a.csv"
            try DecisionFile.text(("dltwopeople01", "501")).write(toFile: file, atomically: true, encoding: .utf8)
            _ = try await installation.run("run", Installation.pipeline, file)
            let refused = try await installation.run("approve", "1", "--reason", "mine")
            #expect(refused.exit == 64, "\(refused)")
            #expect(
                refused.errors.contains("\(NSUserName()) dropped the file of run 1")
                    && refused.errors.contains("somebody else"),
                "\(refused)"
            )
            #expect(try await installation.state(of: 1) == "held")

            try installation.drop(name, DecisionFile.text(("dltwopeople02", "501")))
            _ = try await installation.poll()
            let approved = try await installation.run("approve", "2", "--reason", "agreed")
            #expect(approved.exit == 0, "\(approved)")
            #expect(try await shop.codes() == [])
        }
    }

    @Test func `on the console another person approves`() async throws {
        try await withSandbox { shop in
            let installation = try await installation(shop)
            let result = try await withRefusingPort { port in
                try installation.addConsole(on: port, [("ada", "act"), ("bob", "act")])
                return try await withDropline(["console", "--config", installation.configuration]) { running in
                    let (ada, bob) = (ServedPages(port: port), ServedPages(port: port))
                    try await waitUntil("it listens") { try await ada.get("/healthz") != nil }
                    let token = try await ada.logIn("ada", Installation.token(of: "ada"))
                    let text = DecisionFile.text(("dltwopeople03", "501"))
                    let foreseen = try await ada.upload(name, text, to: page + "/file", token: token)
                    let kept = try #require(foreseen?.text.field("file"), "\(String(describing: foreseen))")
                    _ = try await ada.post(page + "/take", "token=\(token)&file=\(kept)&reason=a+sample")
                    try await waitUntil("the run is held") { try await installation.state(of: 1) == "held" }
                    let refused = try await ada.post("/runs/1/approve", "token=\(token)&reason=mine")
                    #expect(
                        refused?.status == 409 && refused?.text.contains("ada dropped the file") == true,
                        "\(String(describing: refused))"
                    )
                    let other = try await bob.logIn("bob", Installation.token(of: "bob"))
                    let approved = try await bob.post("/runs/1/approve", "token=\(other)&reason=agreed")
                    #expect(approved?.status == 303, "\(String(describing: approved))")
                    try await waitUntil("the run is done") { try await installation.state(of: 1) == "done" }
                    try running.terminate()
                }.result
            }
            #expect([0, 143, -15].contains(result.exit), "\(result)")
            #expect(try await shop.codes() == ["dltwopeople03"])
            expectSame(try await installation.decisions(1).map(\.who), ["ada", "bob"])
        }
    }
}
