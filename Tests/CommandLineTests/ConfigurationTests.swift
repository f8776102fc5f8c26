import CommandSupport
import Foundation
import Testing

/// What is wrong in a configuration is said with its place, and ends with 78.
@Suite struct ConfigurationTests {
    /// A change to `dropline.yaml` or the pipeline, and what must be said of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var what: String
        var find: String
        var write: String
        /// The file's name with line and column.
        var place: String
        var says: [String]
        /// How many problems there are.
        var problems = 1

        var testDescription: String { what }
    }

    static let faults = [
        Fault(
            what: "a misspelt key",
            find: "workspace:",
            write: "workspce:",
            place: "dropline.yaml:3:1",
            says: ["'workspce'", "did you mean 'workspace'"]
        ),
        Fault(
            what: "a misspelt key of the source",
            find: "cut_grace:",
            write: "cut_grase:",
            place: "local-gift-cards.yaml:8:3",
            says: ["did you mean 'cut_grace'"]
        ),
        Fault(
            what: "a misspelt limit",
            find: "card: 500",
            write: "crd: 500",
            place: "local-gift-cards.yaml:13:11",
            says: ["did you mean 'card'"]
        ),
        Fault(
            what: "a misspelt option of a stage",
            find: "code_prefix:",
            write: "code_prefx:",
            place: "local-gift-cards.yaml:15:36",
            says: ["did you mean 'code_prefix'"]
        ),
        Fault(
            what: "a literal secret",
            find: "file:secrets/shopify-token",
            write: "shpat_0123456789abcdef",
            place: "dropline.yaml:21:12",
            says: ["secret", "${ENV_NAME}", "file:PATH"]
        ),
        Fault(
            what: "a secret with text around the reference",
            find: "file:secrets/shopify-token",
            write: "\"x${SHOPIFY_TOKEN}\"",
            place: "dropline.yaml:21:12",
            says: ["secret"]
        ),
        Fault(
            what: "a literal master key",
            find: "file:var/dropline.key",
            write: "0123456789abcdef0123456789abcdef",
            place: "dropline.yaml:4:6",
            says: ["file:PATH"]
        ),
        Fault(
            what: "an unknown drop",
            find: "drop: local\n",
            write: "drop: nosuch\n",
            place: "local-gift-cards.yaml:4:9",
            says: ["'nosuch'", "local"]
        ),
        Fault(
            what: "an unknown shop",
            find: "shop: main",
            write: "shop: other",
            place: "local-gift-cards.yaml:15:30",
            says: ["'other'", "main"],
            problems: 2
        ),
        Fault(
            what: "an unknown stage",
            find: "- reconcile: {}",
            write: "- reconcil: {}",
            place: "local-gift-cards.yaml:18:5",
            says: ["'reconcil'", "reconcile"]
        ),
        Fault(
            what: "a missing stage",
            find: "  - reconcile: {}\n",
            write: "",
            place: "local-gift-cards.yaml:15:3",
            says: ["activation-feed, bulk-file, bulk-import, reconcile"]
        ),
        Fault(
            what: "an unknown artifact",
            find: "artifact: results",
            write: "artifact: result",
            place: "local-gift-cards.yaml:22:17",
            says: ["results"]
        ),
        Fault(
            what: "a time without a unit",
            find: "settle: 2s",
            write: "settle: 2",
            place: "local-gift-cards.yaml:7:11",
            says: ["30s"]
        ),
        Fault(
            what: "a negative limit",
            find: "card: 500",
            write: "card: -5",
            place: "local-gift-cards.yaml:13:17",
            says: ["'-5'"]
        ),
        Fault(
            what: "an unknown API version",
            find: "\"2026-07\"",
            write: "\"2020-01\"",
            place: "dropline.yaml:22:18",
            says: ["2026-07"]
        ),
        Fault(
            what: "an unknown currency",
            find: "currency: USD",
            write: "currency: US",
            place: "dropline.yaml:23:15",
            says: ["USD"]
        ),
        Fault(
            what: "a shop without encryption",
            find: "http://127.0.0.1:1 ",
            write: "http://example.myshopify.com ",
            place: "dropline.yaml:20:10",
            says: ["https://"]
        ),
        Fault(
            what: "a key that stands twice",
            find: "workspace:",
            write: "state: a\nworkspace:",
            place: "dropline.yaml",
            says: ["'state'", "twice"]
        ),
        Fault(
            what: "a directory outside the drop",
            find: "directory: netsuite/salesorder/giftcard-fulfillment\n",
            write: "directory: ../../etc\n",
            place: "local-gift-cards.yaml:5:14",
            says: [".."]
        ),
        Fault(
            what: "an archive outside the directory",
            find: "archive: archive",
            write: "archive: ../../x",
            place: "local-gift-cards.yaml:9:12",
            says: ["archive"]
        ),
        Fault(
            what: "an archive that is the directory itself",
            find: "archive: archive",
            write: "archive: \"\"",
            place: "local-gift-cards.yaml:9:12",
            says: ["'archive' is a directory beside the files"]
        ),
        Fault(
            what: "a password in a shop's address",
            find: "http://127.0.0.1:1 ",
            write: "https://me:shpat_0123456789abcdef@example.myshopify.com ",
            place: "dropline.yaml:20:10",
            says: ["a user name"]
        ),
        Fault(what: "no YAML", find: "drops:", write: "drops: [", place: "dropline.yaml:", says: ["YAML"]),
        Fault(
            what: "a pattern that matches no pipeline",
            find: "pipelines/local-gift-cards.yaml",
            write: "pipelines/*.yml",
            place: "dropline.yaml:26:5",
            says: ["no pipeline file"]
        ),
        Fault(
            what: "a literal password of a server",
            find: "{ key: file:secrets/id_ed25519 }",
            write: "{ password: shpat_0123456789abcdef }",
            place: "dropline.yaml:13:23",
            says: ["'password' is a secret", "${ENV_NAME}"]
        ),
        Fault(
            what: "a server without host keys",
            find: "    host_keys: known_hosts  ",
            write: "  # host_keys: known_hosts  ",
            place: "dropline.yaml:9:5",
            says: ["'host_keys' is missing"]
        ),
    ]

    @Test(arguments: faults)
    func `a fault is told with file, line and column, and nothing else is said`(fault: Fault) async throws {
        let installation = try await Installation()
        for path in [installation.configuration, installation.pipelineFile] {
            // What `Installation` has set stands in the way of the columns.
            try installation.edit(path) {
                $0 = $0.replacing("settle: 0s", with: "settle: 2s").replacing(fault.find, with: fault.write)
            }
        }
        for command in ["check", "poll", "runs"] {
            let result = try await installation.run(command)
            #expect(result.exit == 78, "\(result)")
            #expect(result.output.isEmpty, "\(result)")
            #expect(
                result.errors.contains(fault.place + (fault.place.hasSuffix(":") ? "" : ":")),
                "\(fault.place) in \(result)"
            )
            for words in fault.says { #expect(result.errors.contains(words), "\(words) in \(result)") }
            let lines = result.errors.split(separator: "\n").count
            #expect(lines == fault.problems, "one fault gives one message: \(result)")
            #expect(!result.errors.contains("shpat_0123456789abcdef"), "a secret is never repeated: \(result)")
        }
        let state = FileManager.default.fileExists(atPath: installation.folder + "/var/dropline.sqlite")
        #expect(!state, "nothing is made")
    }

    @Test func `warnings are printed and end with 0`() async throws {
        let installation = try await Installation()
        try installation.set("archive", "error")
        let check = try await installation.run("check")
        #expect(check.exit == 0 && check.errors.isEmpty, "\(check)")
        let lines = check.output.split(separator: "\n").dropFirst()
        expectSame(lines.count, 2, "\(check)")
        #expect(
            lines.first?.hasSuffix("/dropline.yaml:8:3: warning: no pipeline uses the drop 'netsuite'") == true,
            "\(check)"
        )
        #expect(lines.last?.contains("local-gift-cards.yaml:10:15: warning: 'archive' and") == true, "\(check)")
        let json = try await installation.run("check", "--json")
        let warnings = try json.json()["warnings"].array ?? []
        expectSame(warnings.map { $0["line"].int }, [8, 10], "\(json)")
        expectSame(warnings.map { $0["column"].int }, [3, 15], "\(json)")
        #expect(warnings[0]["text"] == "no pipeline uses the drop 'netsuite'", "\(json)")
        let poll = try await installation.run("poll")
        expectSame([poll.output, poll.errors], ["nothing to do\n", ""], "only check warns")
    }

    @Test func `a value of the environment that is no good is not repeated, for it may be a secret`() async throws {
        let installation = try await Installation()
        try installation.set("host", "${SFTP_PASSWORD}")
        let check = try await installation.run(["check"], environment: ["SFTP_PASSWORD": "hunter2:hidden"])
        #expect(check.exit == 78 && check.errors.contains("'${SFTP_PASSWORD}' is not a host"), "\(check)")
        #expect(!"\(check)".contains("hunter2"), "\(check)")
    }

    @Test func `all faults of a configuration are told at once`() async throws {
        let installation = try await Installation()
        try installation.edit(installation.configuration) {
            $0 = $0.replacing("state:", with: "stat:").replacing("workspace:", with: "workspc:")
        }
        try installation.edit(installation.pipelineFile) { $0 = $0.replacing("order:", with: "odrer:") }
        let result = try await installation.run("check")
        for key in ["'state'", "'workspace'", "'order'"] {
            #expect(result.errors.contains("did you mean \(key)"), "\(result)")
        }
    }

    @Test func `a pipeline that is defined twice is a fault of the second file`() async throws {
        let installation = try await Installation()
        try FileManager.default.copyItem(
            atPath: installation.pipelineFile,
            toPath: installation.folder + "/pipelines/z.yaml"
        )
        try installation.edit(installation.configuration) { $0 += "  - pipelines/z.yaml\n" }
        let result = try await installation.run("check")
        #expect(result.exit == 78 && result.errors.contains("z.yaml:"), "\(result)")
    }

    @Test func `paths may be of one character`() async throws {
        let installation = try await Installation()
        let nowhere = try await dropline(["runs", "--config", "x"], in: installation.folder)
        #expect(nowhere.exit == 78 && nowhere.errors.contains("x: the file can't be read"), "\(nowhere)")
        try installation.set("state", "s")
        try installation.set("workspace", "w")
        try installation.set("key", "file:k")
        try installation.edit(installation.configuration) {
            $0 = $0.replacing("pipelines/local-gift-cards.yaml", with: "p")
        }
        try FileManager.default.moveItem(atPath: installation.pipelineFile, toPath: installation.folder + "/p")
        try FileManager.default.moveItem(atPath: installation.configuration, toPath: installation.folder + "/c")
        let poll = try await dropline(["poll", "--config", "c"], in: installation.folder)
        #expect(poll.exit == 0 && poll.output == "nothing to do\n", "\(poll)")
    }

    // MARK: Secrets

    @Test func `a secret from the environment is taken, and its absence is a fault of the configuration`() async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("token", "${SHOPIFY_TOKEN}")
            let without = try await installation.run("poll")
            #expect(without.exit == 78 && without.errors.contains("SHOPIFY_TOKEN"), "\(without)")
            #expect(without.errors.contains("token"), "\(without)")
            let token: [String: String?] = ["SHOPIFY_TOKEN": "shpat_sandbox"]
            let with = try await installation.run(["check", "--connect"], environment: token)
            #expect(with.exit == 0, "\(with)")
        }
    }

    @Test func `a secret that others can read, an empty one and a missing one are faults of the configuration`()
        async throws
    {
        let installation = try await Installation()
        let path = installation.folder + "/secrets/shopify-token"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let open = try await installation.run("poll")
        #expect(open.exit == 78 && open.errors.contains("chmod 600"), "\(open)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try Data().write(to: URL(fileURLWithPath: path))
        let empty = try await installation.run("poll")
        #expect(empty.exit == 78 && empty.errors.contains("empty"), "\(empty)")
        try FileManager.default.removeItem(atPath: path)
        let missing = try await installation.run("poll")
        #expect(missing.exit == 78 && missing.errors.contains("shopify-token"), "\(missing)")
    }

    // MARK: The master key

    @Test func `the master key is made on first use, for its owner alone`() async throws {
        let installation = try await Installation()
        let poll = try await installation.run("poll")
        #expect(poll.exit == 0, "\(poll)")
        let attributes = try FileManager.default.attributesOfItem(atPath: installation.folder + "/var/dropline.key")
        let mode = (attributes[.posixPermissions] as? Int).map { String($0, radix: 8) }
        #expect(mode == "600" && attributes[.size] as? Int == 32, "\(attributes)")
    }

    @Test func `a key that others can read, of another ledger, lost or cut is a fault of the configuration`()
        async throws
    {
        let installation = try await Installation()
        let path = installation.folder + "/var/dropline.key"
        _ = try await installation.run("poll")
        let key = try Data(contentsOf: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let open = try await installation.run("poll")
        #expect(open.exit == 78 && open.errors.contains("chmod 600"), "\(open)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        for (bytes, words) in [
            (Data(key.reversed()), "does not belong"), (key.prefix(31), "32 bytes"), (Data(), "32 bytes"),
        ] {
            try bytes.write(to: URL(fileURLWithPath: path))
            let wrong = try await installation.run("poll")
            #expect(wrong.exit == 78 && wrong.errors.contains(words), "\(wrong)")
        }
        try FileManager.default.removeItem(atPath: path)
        let lost = try await installation.run("poll")
        #expect(lost.exit == 78, "\(lost)")
        #expect(!FileManager.default.fileExists(atPath: path), "no new key for an old ledger")
        try key.write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let again = try await installation.run("poll")
        #expect(again.exit == 0, "\(again)")
    }

    // MARK: init

    @Test func `init overwrites nothing, and says what it kept`() async throws {
        let installation = try await Installation()
        let paths = [
            "dropline.yaml", "pipelines/local-gift-cards.yaml", "pipelines/gift-card-activation.yaml",
            "secrets/shopify-token",
        ]
        for path in paths {
            try Data("mine: \(path)\n".utf8).write(to: URL(fileURLWithPath: installation.folder + "/" + path))
        }
        let again = try await dropline(["init", installation.folder])
        #expect(again.exit == 0, "\(again)")
        for path in paths {
            let text = try String(contentsOfFile: installation.folder + "/" + path, encoding: .utf8)
            expectSame(text, "mine: \(path)\n")
            #expect(again.output.contains("kept     \(path)"), "\(again)")
        }
        try FileManager.default.removeItem(atPath: installation.folder + "/" + paths[1])
        let filled = try await dropline(["init", installation.folder])
        #expect(filled.output.contains("wrote    \(paths[1])"), "\(filled)")
    }

    @Test func `what init writes is checked and polls without a word of complaint`() async throws {
        try await withSandbox { shop in
            let folder = NSTemporaryDirectory() + "dropline-init-" + UUID().uuidString
            defer { try? FileManager.default.removeItem(atPath: folder) }
            for arguments in [["init", folder, "--sandbox-port", "\(shop.port)"], ["check", "--connect"], ["poll"]] {
                let known = arguments[0] == "init" ? [] : ["--config", folder + "/dropline.yaml"]
                let result = try await dropline(arguments + known)
                #expect(result.exit == 0 && result.errors.isEmpty, "\(result)")
            }
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/secrets/shopify-token")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `init without a place to write is an error, not a success`() async throws {
        let file = NSTemporaryDirectory() + "dropline-file-" + UUID().uuidString
        try Data().write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let result = try await dropline(["init", file])
        #expect(result.exit != 0 && !result.errors.isEmpty, "\(result)")
    }
}
