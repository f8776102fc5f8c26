import CommandSupport
import Testing

/// A pipeline that ends at `activation-feed`, and its shop: what is wrong is said with its place, and what is not needed is not asked for.
@Suite struct FeedConfigurationTests {
    struct Change: Sendable, CustomTestStringConvertible {
        var what: String
        /// Changed in `dropline.yaml` and in the pipeline's file, wherever it stands.
        var find: String
        var write: String
        /// Where the fault is told; empty for none.
        var place = ""
        var says = ""

        var testDescription: String { what }
    }

    private static let domain = "    domain: dropline-sandbox.myshopify.com\n"
    private static let token = "    token: file:secrets/shopify-token\n"

    private func check(_ change: Change, only: Bool) async throws -> CommandResult {
        let installation = try await Installation()
        try installation.addFeedMakingPipeline()
        for path in [installation.configuration, installation.feedMakingPipelineFile] {
            try installation.edit(path) {
                if only { $0 = $0.replacing("  - pipelines/local-gift-cards.yaml\n", with: "") }
                $0 = $0.replacing(change.find, with: change.write)
            }
        }
        return try await installation.run("check")
    }

    @Test(arguments: [
        Change(
            what: "a bulk file to be delivered",
            find: "artifact: results",
            write: "artifact: bulk-file",
            place: "gift-card-feeds.yaml:18:17:",
            says: "ends at 'activation-feed' makes no bulk file"
        ),
        Change(
            what: "no feed to be delivered",
            find: "artifact: activation-feed",
            write: "artifact: rejects",
            place: "gift-card-feeds.yaml:15:3:",
            says: "delivers it, or nobody could activate its cards; add to 'deliver'"
        ),
        Change(
            what: "a stage behind it",
            find: "quoting: single-line }\n",
            write: "quoting: single-line }\n  - reconcile: {}\n",
            place: "gift-card-feeds.yaml:15:3:",
            says: "a pipeline that calls no shop ends at 'activation-feed'"
        ),
        Change(
            what: "a domain that nothing tells",
            find: domain,
            write: "",
            place: "gift-card-feeds.yaml:15:30:",
            says: "add 'domain: ….myshopify.com' to the shop"
        ),
        Change(
            what: "a domain that is none",
            find: "domain: dropline-sandbox.myshopify.com",
            write: "domain: example.com",
            place: "dropline.yaml:23:13:",
            says: "'domain' is the shop's own, such as example.myshopify.com"
        ),
        Change(
            what: "a domain that is an address",
            find: "domain: dropline-sandbox",
            write: "domain: https://dropline-sandbox",
            place: "dropline.yaml:23:13:",
            says: "without 'https://'"
        ),
    ])
    func `a fault is told with its place`(_ change: Change) async throws {
        let result = try await check(change, only: true)
        #expect(result.exit == 78, "\(result)")
        #expect(result.errors.contains(change.place) && result.errors.contains(change.says), "\(result)")
        #expect(result.errors.split(separator: "\n").count == 1, "one fault gives one message: \(result)")
    }

    @Test(arguments: [
        Change(what: "no token", find: token, write: ""),
        Change(what: "a token that is not set", find: "file:secrets/shopify-token", write: "${NOBODY_SET_THIS}"),
    ])
    func `what such a pipeline does not need is not asked for`(_ change: Change) async throws {
        let result = try await check(change, only: true)
        #expect(result.exit == 0 && result.errors.isEmpty, "\(result)")
    }

    @Test func `an url that shows the domain needs no other word of it`() async throws {
        let installation = try await Installation()
        try installation.addFeedMakingPipeline()
        try installation.edit(installation.configuration) {
            $0 = $0.replacing(Self.domain, with: "")
                .replacing("http://127.0.0.1:1 ", with: "https://Example.myshopify.com ")
        }
        let result = try await installation.run("explain", Installation.feedMakingPipeline)
        #expect(result.exit == 0 && result.output.contains("(example.myshopify.com, USD)"), "\(result)")
    }

    @Test func `a shop without a token is only named`() async throws {
        let change = Change(what: "no token", find: Self.token, write: "")
        let called = try await check(change, only: false)
        #expect(called.exit == 78 && called.errors.contains("local-gift-cards.yaml:15:30:"), "\(called)")
        #expect(called.errors.contains("the shop 'main' has no 'token': only pipelines that end at"), "\(called)")
        let neither = Change(
            what: "no token and no domain",
            find: Self.token,
            write: "    # domain\n"
        )
        let installation = try await Installation()
        try installation.edit(installation.configuration) { $0 = $0.replacing(neither.find, with: neither.write) }
        let result = try await installation.run("check")
        #expect(result.exit == 78 && result.errors.contains("dropline.yaml:20:5: the shop needs 'token'"), "\(result)")
    }
}
