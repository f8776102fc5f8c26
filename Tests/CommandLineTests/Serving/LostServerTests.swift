import CommandSupport
import SSHServers
import Testing

/// What people, probes and pagers see of a server that is gone and comes back.
@Suite(.timeLimit(.minutes(10))) struct LostServerTests {
    private let pipeline = "pipeline=\"\(Installation.serverPipeline)\""

    /// Waits until so many more sweeps have ended; their end is told in milliseconds.
    private func sweeps(_ count: Int, in pages: ServedPages) async throws {
        var ends: Set<Double> = []
        try await waitUntil("\(count) more sweeps have ended") {
            if let end = try await pages.metric("dropline_last_sweep_timestamp_seconds{\(pipeline)}") {
                ends.insert(end)
            }
            return ends.count > count
        }
    }

    @Test func `a killed server turns the state and readyz to 'can't see' with one alert, and back with one`()
        async throws
    {
        try await withServer(OpenSSHServer()) { server in
            try await withSandbox { shop in
                try await withWebhook { received, address in
                    try await withRefusingPort { port in
                        try await lose(server, shop, received, address, ServedPages(port: port))
                    }
                }
            }
        }
    }

    @Test func `an answer of the shop that is lost is counted, though its run finds out what became of it`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let result = try await withRefusingPort { port in
                try installation.edit(installation.configuration) { $0 += "web: { port: \(port) }\n" }
                return try await serving(installation) { _, _ in
                    let pages = ServedPages(port: port)
                    try await waitUntil("it listens") { try await pages.get("/healthz") != nil }
                    try await shop.inject(["kind": "lost-answer", "count": 1, "root": "bulkOperationRunMutation"])
                    try installation.drop("a-GiftCardFulfillment.csv", "giftCardNumber,price\ndllostanswer,5\n")
                    try await waitUntil("it is done") {
                        try await installation.runs().map { $0["state"].string } == ["done"]
                    }
                    let lost = #"dropline_remote_errors_total{code="shop-answer-lost",name="main",side="shop"}"#
                    #expect(try await pages.metric(lost) == 1)
                    #expect(try await pages.get("/metrics")?.text.contains("dllostanswer") == false)
                }
            }
            #expect(result.exit == 0, "\(result)")
            #expect(try await shop.codes() == ["dllostanswer"])
        }
    }

    private func lose(
        _ server: RunningServer,
        _ shop: SandboxShop,
        _ received: ReceivedAlerts,
        _ address: String,
        _ pages: ServedPages
    ) async throws {
        let installation = try await Installation(shop, on: server.place())
        try installation.set("schedule", "{ every: 1s }")
        try installation.edit(installation.configuration) {
            $0 += "web: { port: \(pages.port) }\nalerts: { duty: { type: webhook, url: \"${HOOK}\" } }\n"
        }
        let result = try await serving(installation, environment: ["HOOK": address]) { _, _ in
            try await waitUntil("it is ready") { try await pages.get("/readyz")?.status == 200 }
            try await waitUntil("the drop was seen") { try await pages.get("/")?.text.contains(">idle<") == true }
            await server.stop()

            try await waitUntil("it is not ready") { try await pages.get("/readyz")?.status == 503 }
            let why = try await pages.get("/readyz")?.text ?? ""
            let words = "not ready: \(Installation.serverPipeline) can't see its drop: "
            #expect(why.hasPrefix(words) && why.contains("last seen"), "\(why)")
            try await waitUntil("the overview says so") {
                try await pages.get("/")?.text.contains(">cannot see its drop<") == true
            }
            try await waitUntil("it is told") { !received.messages.isEmpty }
            try await sweeps(4, in: pages)
            #expect(received.events == ["began cannot-see"])
            let errors = #"dropline_remote_errors_total{code="unreachable",name="netsuite",side="drop"}"#
            let counted = try await pages.metric(errors) ?? 0
            #expect(counted >= 4, "each failed look is counted: \(counted)")
            #expect(try await pages.get("/healthz")?.status == 200, "a lost server is no reason to restart the service")

            try installation.drop("a-GiftCardFulfillment.csv", "giftCardNumber,price\ndllostserver1,5\n")
            try await server.start()
            try await waitUntil("it is ready again") {
                try await pages.get("/readyz")?.status == 200
            }
            try await waitUntil("what was dropped meanwhile is done") {
                try await installation.runs().map { $0["state"].string } == ["done"]
            }
            try await waitUntil("its return is told") { received.messages.count > 1 }
            try await sweeps(3, in: pages)
            let after = try await pages.metric(errors)
            #expect(after ?? 0 >= counted)
            try await sweeps(2, in: pages)
            #expect(try await pages.metric(errors) == after, "nothing is counted that did not fail")
            // What the sandbox says in each answer.
            let budget = try await pages.metric(#"dropline_shop_api_budget_maximum_points{shop="main"}"#) ?? 0
            let left = try await pages.metric(#"dropline_shop_api_budget_available_points{shop="main"}"#) ?? -1
            let rate = try await pages.metric(#"dropline_shop_api_budget_restore_points_per_second{shop="main"}"#) ?? 0
            #expect(budget > 0 && 0...budget ~= left && rate > 0, "\(left) of \(budget), \(rate) in a second")
        }
        #expect(result.exit == 0, "\(result)")
        let told = received.messages
        try #require(received.events == ["began cannot-see", "ended cannot-see"], "\(told)")
        #expect(told[0]["pipeline"].string == Installation.serverPipeline && told[1]["beginning"] == told[0]["id"])
        #expect(try await shop.codes() == ["dllostserver1"])
    }
}
