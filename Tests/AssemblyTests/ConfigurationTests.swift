import Foundation
import Testing

@testable import Assembly

/// Configuration files as people write them, right and wrong.
struct ConfigurationTests {
    @Test func `the starter is a configuration without a problem`() throws {
        let folder = try TemporaryFolder()
        _ = try Starter(folder: folder.path).write()
        let configuration = try Configuration.load(folder.path + "/dropline.yaml")
        #expect(configuration.pipelines.map(\.name) == ["local-gift-cards"])
        #expect(configuration.state == folder.path + "/var/dropline.sqlite")
    }

    @Test(arguments: [
        ("local-gift-cards", StarterTexts.folderPipeline), ("gift-card-activation", StarterTexts.serverPipeline),
    ])
    func `the starter's pipelines are those in pipelines`(_ name: String, _ text: String) throws {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let published = try String(
            contentsOf: repository.appendingPathComponent("pipelines/\(name).yaml"),
            encoding: .utf8
        )
        #expect(text == published)
    }

    @Test func `naming the server's pipeline is all that the starter's configuration needs for it`() throws {
        let folder = try TemporaryFolder()
        _ = try Starter(folder: folder.path).write()
        let text = try folder.read("dropline.yaml").replacingOccurrences(of: "  # - pipelines", with: "  - pipelines")
        try folder.write("dropline.yaml", text)
        let configuration = try Configuration.load(folder.path + "/dropline.yaml")
        #expect(configuration.pipelines.map(\.name) == ["gift-card-activation", "local-gift-cards"])
    }

    @Test func `the starter overwrites nothing`() throws {
        let folder = try TemporaryFolder()
        try folder.write("dropline.yaml", "mine")
        let entries = try Starter(folder: folder.path).write()
        #expect(entries.first { $0.path == "dropline.yaml" }?.isWritten == false)
        #expect(try folder.read("dropline.yaml") == "mine")
        #expect(try Starter(folder: folder.path).write().allSatisfy { !$0.isWritten })
    }

    @Test(arguments: [
        ("  main:\n", "  main:\n    tokn: x\n", "unknown key 'tokn'; did you mean 'token'?"),
        ("token: ${DROPLINE_TEST_TOKEN}", "token: shpat_0123456789", "'token' is a secret and may not stand here"),
        ("currency: USD", "currency: dollars", "'dollars' is not a currency code"),
        ("api_version: \"2026-07\"", "api_version: \"2025-01\"", "'2025-01' is not one of: 2026-01, 2026-04, 2026-07"),
        ("type: folder", "type: ftp", "'ftp' is not one of: folder, sftp"),
        ("url: https://example.myshopify.com", "url: http://example.myshopify.com", "not encrypted"),
        ("key: file:var/dropline.key", "key: 0123456789abcdef", "'key' is a secret and may not stand here"),
        ("key: file:var/dropline.key", "key: ${KEY}", "the master key is 32 bytes in a file"),
        ("pipelines: [pipelines/*.yaml]", "pipelines: [pipelnes/*.yaml]", "no pipeline file matches 'pipelnes/*.yaml'"),
        ("state: var/dropline.sqlite", "state: var/a\nstate: var/b", "stands twice"),
        ("drops:", "drops: [", "not YAML"),
    ])
    func `a fault in dropline.yaml is told with its place`(_ text: String, _ fault: String, _ words: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("dropline.yaml", Samples.configuration.replacingOccurrences(of: text, with: fault))
        try folder.write("pipelines/cards.yaml", Samples.pipeline)
        let problems = folder.problems()
        #expect(problems.contains { $0.message.contains(words) && $0.file.hasSuffix("dropline.yaml") }, "\(problems)")
        #expect(problems.allSatisfy { $0.line > 0 && $0.column > 0 }, "\(problems)")
        #expect(!"\(problems)".contains("shpat_0123456789"), "a secret is repeated")
    }

    @Test(arguments: [
        ("  settle: 30s", "  settle: 30", "'30' is not a time"),
        ("  settle: 30s", "  setle: 30s", "unknown key 'setle'; did you mean 'settle'?"),
        ("mode: \"0640\"", "operation_patience: 25h", "'operation_patience' is at most 24h"),
        ("mode: \"0640\"", "operation_patience: 2 hours", "'2 hours' is not a time"),
        ("  order: name-date", "  order: weekday", "'weekday' is not one of: name-date, mtime, name"),
        ("  drop: local\n", "  drop: remote\n", "no drop is named 'remote'; configured: local"),
        ("  directory: inbox", "  directory: ../inbox", "leads out of"),
        ("  - bulk-import: { shop: main }", "  - bulk-import: { shop: other }", "no shop is named 'other'"),
        ("  - reconcile: {}\n", "", "the stages are, in this order"),
        ("  - reconcile: {}\n", "  - reconsile: {}\n", "'reconsile' is not a stage"),
        ("artifact: results", "artifact: result", "'result' is not one of"),
        ("limits: { card: 500 }", "limits: { card: -5 }", "'-5' is not an amount in plain digits"),
        ("limits: { card: 500 }", "limits: { cart: 500 }", "unknown key 'cart'; did you mean 'card'?"),
        ("pipeline: cards\n", "", "'pipeline' is missing"),
        ("  archive: archive", "  archive: /archive", "'archive' is a directory beside the files"),
        ("mode: \"0640\"", "mode: \"9\"", "'9' is not a file mode"),
    ])
    func `a fault in a pipeline file is told with its place`(_ text: String, _ fault: String, _ words: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("dropline.yaml", Samples.configuration)
        try folder.write("pipelines/cards.yaml", Samples.pipeline.replacingOccurrences(of: text, with: fault))
        let problems = folder.problems()
        #expect(problems.contains { $0.message.contains(words) && $0.file.hasSuffix("cards.yaml") }, "\(problems)")
        #expect(problems.allSatisfy { $0.line > 0 && $0.column > 0 }, "\(problems)")
    }

    @Test(arguments: [("", 7_200), ("operation_patience: 24h\n", 86_400), ("operation_patience: 90s\n", 90)])
    func `an operation has two hours, or what the pipeline says, up to Shopify's own day`(
        _ line: String,
        _ seconds: Int
    ) throws {
        let folder = try TemporaryFolder()
        try folder.write("dropline.yaml", Samples.configuration)
        try folder.write("pipelines/cards.yaml", line + Samples.pipeline)
        let configuration = try Configuration.load(folder.path + "/dropline.yaml")
        #expect(configuration.pipelines.map(\.operationPatience) == [.seconds(seconds)])
    }

    @Test func `all that is wrong is told at once`() throws {
        let folder = try TemporaryFolder()
        try folder.write("dropline.yaml", Samples.configuration.replacingOccurrences(of: "USD", with: "dollars"))
        try folder.write("pipelines/cards.yaml", Samples.pipeline.replacingOccurrences(of: "30s", with: "soon"))
        #expect(folder.problems().count >= 2)
    }

    @Test func `a pipeline defined twice is a problem`() throws {
        let folder = try TemporaryFolder()
        try folder.write("dropline.yaml", Samples.configuration)
        try folder.write("pipelines/cards.yaml", Samples.pipeline)
        try folder.write("pipelines/more.yaml", Samples.pipeline)
        #expect(folder.problems().contains { $0.message.contains("is defined in") })
    }

    @Test func `a file that is not there says what to do`() throws {
        let folder = try TemporaryFolder()
        #expect(folder.problems().first?.message.contains("dropline init") == true)
    }
}

/// A configuration and a pipeline that are right, to be made wrong.
private enum Samples {
    static let configuration = """
        state: var/dropline.sqlite
        workspace: var/workspace
        key: file:var/dropline.key
        drops:
          local: { type: folder, root: drop }
        shops:
          main:
            url: https://example.myshopify.com
            token: ${DROPLINE_TEST_TOKEN}
            api_version: "2026-07"
            currency: USD
        pipelines: [pipelines/*.yaml]

        """

    static let pipeline = """
        pipeline: cards
        source:
          drop: local
          directory: inbox
          match: "*.csv"
          settle: 30s
          archive: archive
          order: name-date
        limits: { card: 500 }
        mode: "0640"
        stages:
          - activation-feed: { shop: main }
          - bulk-file: {}
          - bulk-import: { shop: main }
          - reconcile: {}
        deliver:
          - { artifact: results, drop: local, directory: out }

        """
}
