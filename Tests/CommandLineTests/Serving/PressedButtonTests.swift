import CommandSupport
import SSHServers
import Testing

/// What buttons of a service's console do to real runs, and what of it stands in the audit trail.
@Suite(.timeLimit(.minutes(10))) struct PressedButtonTests {
    /// A service whose console a script may use, and one that may only look.
    private func served(
        _ file: String,
        fault: String? = nil,
        _ body:
            @Sendable @escaping (Installation, SandboxShop, _ act: ServedPages, _ see: ServedPages) async throws -> Void
    ) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            if let fault { try await shop.inject(fault) }
            try await withRefusingPort { port in
                try installation.addConsole(on: port, [("deploy", "act"), ("probe", "see")])
                let result = try await serving(installation) { _, _ in
                    let act = ServedPages(port: port, token: Installation.token(of: "deploy"))
                    let see = ServedPages(port: port, token: Installation.token(of: "probe"))
                    try await waitUntil("it listens") { try await act.get("/healthz") != nil }
                    try installation.drop(DecisionFile.name(1), file)
                    try await body(installation, shop, act, see)
                }
                #expect(result.exit == 0, "\(result)")
            }
        }
    }

    private func state(_ installation: Installation) async throws -> String? {
        try await installation.runs().first?["state"].string
    }

    @Test func `a held run goes on once it is approved with a reason, and the trail says who and why`() async throws {
        try await served(DecisionFile.text(("dlbutton001", "501"), ("dlbutton002", "20.50"))) {
            installation,
            shop,
            act,
            see in
            try await waitUntil("the run is held") { try await state(installation) == "held" }
            let silent = try await act.post("/runs/1/approve", "reason=+")
            #expect(silent?.status == 400, "\(String(describing: silent))")
            let barred = try await see.post("/runs/1/approve", "reason=please")
            #expect(barred?.status == 403, "\(String(describing: barred))")
            #expect(try await state(installation) == "held")
            #expect(try await shop.codes() == [])

            let approved = try await act.post("/runs/1/approve", "reason=a+gift+for+the+board")
            #expect(approved?.status == 200, "\(String(describing: approved))")
            #expect(approved?.text == "Run 1 is released: 2 rows, 521.50 USD.\n")
            try await waitUntil("the run goes on by itself") { try await state(installation) == "done" }
            #expect(try await shop.codes() == ["dlbutton001", "dlbutton002"])
            let again = try await act.post("/runs/1/approve", "reason=once+more")
            #expect(again?.status == 409, "\(String(describing: again))")

            let decisions = try await installation.decisions(1)
            #expect(decisions.map(\.event) == ["approved"] && decisions.map(\.who) == ["deploy"], "\(decisions)")
            #expect(decisions.first?.detail.hasSuffix(": a gift for the board") == true, "\(decisions)")
            let audit = try await see.get("/audit")?.text ?? ""
            #expect(audit.contains("a gift for the board") && audit.contains("deploy"), "\(audit)")
        }
    }

    @Test func `a held run is refused with a reason, ends by itself, and the trail says who and why`() async throws {
        try await served(DecisionFile.text(("dlbutton011", "501"), ("dlbutton012", "20.50"))) {
            installation,
            shop,
            act,
            see in
            try await waitUntil("the run is held") { try await state(installation) == "held" }
            let silent = try await act.post("/runs/1/refuse", "reason=+")
            #expect(silent?.status == 400, "\(String(describing: silent))")
            let barred = try await see.post("/runs/1/refuse", "reason=please")
            #expect(barred?.status == 403, "\(String(describing: barred))")
            let telling = try await act.post("/runs/1/refuse", "reason=not+dlbutton011")
            #expect(telling?.status == 409, "\(String(describing: telling))")
            #expect(try await state(installation) == "held")

            let refused = try await act.post("/runs/1/refuse", "reason=typed+ten+times+too+high")
            #expect(refused?.text == "Run 1 is refused: 2 rows, 521.50 USD. None of it is sent.\n")
            try await waitUntil("the run ends by itself") { try await state(installation) == "done" }
            #expect(try await shop.codes() == [])
            let results = try installation.results(of: DecisionFile.name(1))
            #expect(results.column("status") == ["refused", "refused"])
            #expect(Set(results.column("reason")) == ["refused by deploy: typed ten times too high"])
            let again = try await act.post("/runs/1/refuse", "reason=once+more")
            #expect(again?.status == 409, "\(String(describing: again))")
            let decisions = try await installation.decisions(1)
            #expect(decisions.map(\.event) == ["refused"] && decisions.map(\.who) == ["deploy"], "\(decisions)")
        }
    }

    @Test func `an unknown row ends as a person resolves it, its run goes on, and the trail says who and why`()
        async throws
    {
        try await served(DecisionFile.text(("dlbutton003", "10"), ("dlbutton004", "3")), fault: "code-taken") {
            installation,
            _,
            act,
            see in
            try await waitUntil("a row is unknown") {
                guard try await state(installation) == "waiting" else { return false }
                return try await installation.show(1)["rows"].array?.contains { $0["status"] == "unknown" } == true
            }
            let row = try #require(try await installation.show(1)["rows"].array?.first { $0["status"] == "unknown" })
            let page = "/runs/1/lines/\(row["line"].int ?? 0)"
            #expect(try await act.get(page)?.status == 200)
            let wrong = try await act.post(page + "/resolve", "as=done&reason=r")
            #expect(wrong?.status == 400, "\(String(describing: wrong))")
            let barred = try await see.post(page + "/resolve", "as=refused&reason=r")
            #expect(barred?.status == 403, "\(String(describing: barred))")
            // The shop shows no such card.
            let unseen = try await act.post(page + "/resolve", "as=activated&reason=r")
            #expect(unseen?.status != 200, "\(String(describing: unseen))")

            // While a sweep has the run the button says so.
            try await waitUntil("it is resolved") {
                try await act.post(page + "/resolve", "as=refused&reason=asked+support")?.status == 200
            }
            try await waitUntil("the run is done") { try await state(installation) == "done" }
            #expect(
                try installation.results(of: DecisionFile.name(1)).column("status").sorted() == [
                    "activated", "refused",
                ]
            )
            let decisions = try await installation.decisions(1)
            #expect(decisions.map(\.who) == ["deploy"], "\(decisions)")
            #expect(decisions.first?.detail.hasSuffix("as refused: asked support") == true, "\(decisions)")
        }
    }
}
