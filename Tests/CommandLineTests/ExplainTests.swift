import CommandSupport
import Testing

/// `dropline explain`: what a pipeline will do, true to its configuration.
@Suite struct ExplainTests {
    @Test(arguments: [
        ("match: \"*-GiftCardFulfillment.csv\"", "match: \"*.txt\"", "named '*.txt'"),
        ("  directory: netsuite/salesorder/giftcard-fulfillment\n", "  directory: in\n", "in in on the drop 'local'"),
        ("settle: 0s", "settle: 90s", "stay the same for 90s"),
        ("cut_grace: 15m ", "cut_grace: 2h ", "counts as growing for 2h"),
        ("source:\n", "source:\n  final_line_break: optional\n", "needs no line break"),
        ("source:\n", "source:\n  done_marker: .ok\n", "'‹name›.ok' beside it"),
        ("source:\n", "source:\n  match_case: false\n", "Upper and lower case are alike"),
        ("source:\n", "source:\n  min_size: 5KB\n", "below 5KB is left alone"),
        ("source:\n", "source:\n  max_size: 7MB\n", "above 7MB is put aside"),
        ("order: name-date", "order: mtime", "in the order of their times"),
        ("archive: archive", "archive: put-away", "giftcard-fulfillment/put-away"),
        ("quarantine: error", "quarantine: aside", "goes to netsuite/salesorder/giftcard-fulfillment/aside whole"),
        ("unknown_after: 24h", "unknown_after: 3d", "at every sweep for 3d"),
        ("deliver:\n", "operation_patience: 45m\ndeliver:\n", "has not ended after 45m"),
        ("card: 500,", "card: 75.50,", "a card above 75.50 USD is held"),
        ("file: 20000,", "file: 123,", "more than 123 USD is held"),
        ("day: 50000", "day: 456", "24 hours come to more than 456 USD"),
        ("limits: { card: 500, file: 20000, day: 50000 }\n", "", "There is no limit"),
        ("code_prefix: shopify-giftcard-, ", "", "lower-cased, and spaces and dashes"),
        ("quoting: single-line", "code_pattern: \"gc[0-9]{10}\"", "does not match 'gc[0-9]{10}' as a whole is none"),
        ("quoting: single-line", "quoting: rfc4180", "as in RFC 4180"),
        ("{ mutation: gift-card-create }", "{ send_customer: true }", "its customer is named"),
        ("{ mutation: gift-card-create }", "{ part_size: 3MB }", "above 3MB is split"),
        ("reconcile: {}", "reconcile: { accept_existing: true }", "counts as already-active"),
        ("deliver:\n", "on_invalid: quarantine\ndeliver:\n", "no row of it is sent"),
        ("dropline/local-gift-cards/result }", "done, mode: \"0640\" }", "go to done on the drop 'local'"),
        ("dropline/local-gift-cards/result }", "done, mode: \"0640\" }", "mode 0640"),
        (
            "  - { artifact: bulk-file, drop: local, directory: dropline/local-gift-cards/bulk }\n", "",
            "The bulk files go nowhere"
        ),
    ])
    func `a setting is said as it is`(_ find: String, _ write: String, _ says: String) async throws {
        let installation = try await Installation()
        let before = try await installation.run("explain", Installation.pipeline)
        #expect(before.exit == 0 && !before.output.contains(says), "\(before)")
        try installation.edit(installation.pipelineFile) { $0 = $0.replacing(find, with: write) }
        let after = try await installation.run("explain", Installation.pipeline)
        #expect(after.exit == 0 && after.output.contains(says), "\(after)")
    }

    @Test func `a pipeline of dropped feeds is explained as one, in JSON too`() async throws {
        let installation = try await Installation()
        try installation.addFeedPipeline()
        let result = try await installation.run("explain", Installation.feedPipeline, "--json")
        let parts = try result.json()["parts"].array ?? []
        #expect(result.exit == 0, "\(result)")
        expectSame(
            parts.map { $0["about"].string },
            ["files", "when", "bulk-file", "bulk-import", "reconcile", "limits", "outputs", "bad input"]
        )
        #expect(result.output.contains("is taken as an activation feed"), "\(result)")
        #expect(result.output.contains("The feed must be of the shop 'main'"), "\(result)")
        #expect(!result.output.contains("The activation feed goes"), "\(result)")
        #expect(result.output.contains("No totals line is a code"), "\(result)")
        try installation.edit(installation.feedPipelineFile) {
            $0 = $0.replacing("mutation: gift-card-create", with: "code_pattern: \"[0-9]{16}\"")
        }
        let patterned = try await installation.run("explain", Installation.feedPipeline)
        #expect(patterned.output.contains("A code that does not match '[0-9]{16}' as a whole is none"), "\(patterned)")
    }

    @Test func `nothing is opened, and a pipeline that there is not is wrong usage`() async throws {
        let installation = try await Installation()
        let before = try image(of: installation.folder)
        let unknown = try await installation.run("explain", "nosuch")
        #expect(unknown.exit == 64 && unknown.errors.contains("configured: local-gift-cards"), "\(unknown)")
        let result = try await installation.run("explain", Installation.pipeline)
        #expect(result.exit == 0, "\(result)")
        let after = try image(of: installation.folder)
        expectSame(after, before)
        try installation.edit(installation.configuration) { $0 = $0.replacing("workspace:", with: "workspce:") }
        let faulty = try await installation.run("explain", Installation.pipeline)
        #expect(faulty.exit == 78, "\(faulty)")
    }
}
