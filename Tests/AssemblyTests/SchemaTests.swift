import Foundation
import Testing

@testable import Assembly

/// The JSON schemas for editors say what the reader says: each key, and what may stand behind it.
struct SchemaTests {
    // MARK: Keys

    /// A mapping of a configuration: where the reader meets it, and what the schema calls it.
    struct Mapping: Sendable, CustomTestStringConvertible {
        var schema: String
        /// Empty for the schema itself.
        var definition: String
        /// The first text within the mapping, before which a key is put in that nobody knows.
        var first: String

        init(_ schema: String, _ definition: String, _ first: String) {
            (self.schema, self.definition, self.first) = (schema, definition, first)
        }

        var testDescription: String { definition.isEmpty ? schema : "\(schema), \(definition)" }
    }

    @Test(arguments: [
        Mapping("dropline", "", "state: "), Mapping("dropline", "folderDrop", "type: folder"),
        Mapping("dropline", "retention", "workspace: 90d"), Mapping("dropline", "sftpDrop", "type: sftp"),
        Mapping("dropline", "loginWithSecret", "key: file:secrets/id"),
        Mapping("dropline", "server", "host: gate"), Mapping("dropline", "shop", "url: "),
        Mapping("dropline", "webhookAlert", "type: webhook"), Mapping("dropline", "slackAlert", "type: slack"),
        Mapping("dropline", "emailAlert", "type: email"), Mapping("dropline", "commandAlert", "type: command"),
        Mapping("dropline", "serve", "stop_within: "),
        Mapping("dropline", "web", "listen: 127"), Mapping("dropline", "user", "name: ada"),
        Mapping("pipeline", "expect", "file_by: "),
        Mapping("pipeline", "", "pipeline: "),
        Mapping("pipeline", "source", "drop: local, directory: in"), Mapping("pipeline", "limits", "card: 5"),
        Mapping("pipeline", "schedule", "every: 5m"), Mapping("pipeline", "activation-feed", "shop: main, code_prefix"),
        Mapping("pipeline", "bulk-file", "mutation: "), Mapping("pipeline", "bulk-import", "shop: main }"),
        Mapping("pipeline", "reconcile", "accept_existing: "), Mapping("pipeline", "delivery", "artifact: results"),
    ])
    func `the schema has the keys that the reader knows, and no other`(_ mapping: Mapping) throws {
        let folder = try TemporaryFolder()
        let stranger = "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
        for (name, text) in [("dropline.yaml", Self.configuration), ("pipelines/cards.yaml", Self.pipeline)] {
            let isMeant = (name == "dropline.yaml") == (mapping.schema == "dropline")
            guard isMeant, let place = text.range(of: mapping.first) else {
                try folder.write(name, text)
                continue
            }
            let isFlow = text[..<place.lowerBound].hasSuffix("{ ")
            let margin = text[..<place.lowerBound].reversed().prefix { $0 == " " }.count
            let key = isFlow ? "\(stranger): 1, " : "\(stranger): 1\n" + String(repeating: " ", count: margin)
            try folder.write(name, text.replacingCharacters(in: place, with: key + mapping.first))
        }
        let messages = folder.problems().map(\.message).filter { $0.contains(stranger) }
        let words = try #require(messages.first?.split(separator: "known here: ").last, "\(folder.problems())")
        let known = Set(words.split(separator: ", ").map(String.init))
        let properties = try properties(mapping.schema, mapping.definition)
        #expect(known.subtracting(properties) == [], "the schema lacks a key that the reader knows")
        #expect(properties.subtracting(known) == [], "the schema has a key that the reader doesn't know")
    }

    private func properties(_ schema: String, _ definition: String) throws -> Set<String> {
        let data = try Data(contentsOf: Self.repository.appendingPathComponent("docs/schema/\(schema).schema.json"))
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let definitions = root["definitions"] as? [String: Any]
        let node = definition.isEmpty ? root : definitions?[definition] as? [String: Any]
        #expect(node?["additionalProperties"] as? Bool == false)
        return Set((node?["properties"] as? [String: Any] ?? [:]).keys)
    }

    // MARK: Texts

    @Test func `every configuration of the project fits its schema`() throws {
        let folder = try TemporaryFolder()
        try folder.write("dropline.yaml", Self.configuration)
        try folder.write("pipelines/cards.yaml", Self.pipeline)
        try folder.write("starter.yaml", StarterTexts.configuration(sandboxPort: 8181))
        var files = [("dropline", folder.path + "/dropline.yaml"), ("dropline", folder.path + "/starter.yaml")]
        files.append(("pipeline", folder.path + "/pipelines/cards.yaml"))
        let pipelines = Self.repository.path + "/pipelines/"
        for name in try FileManager.default.contentsOfDirectory(atPath: pipelines) where name.hasSuffix(".yaml") {
            files.append(("pipeline", pipelines + name))
        }
        #expect(files.count >= 5)
        let docs =
            ["README.md"]
            + (try FileManager.default.contentsOfDirectory(atPath: Self.repository.path + "/docs"))
            .filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }
        var count = 0
        for document in docs {
            let text = try String(contentsOf: Self.repository.appendingPathComponent(document), encoding: .utf8)
            for part in text.components(separatedBy: "\n```yaml\n").dropFirst() {
                let block = part.components(separatedBy: "\n```")[0] + "\n"
                count += 1
                let isServer = block.hasPrefix("    ")
                let isPartOfPipeline = ["source", "schedule", "expect", "limits"].contains { block.hasPrefix($0 + ":") }
                let start = isServer ? Self.server : isPartOfPipeline ? Self.stages : ""
                try folder.write("block-\(count).yaml", start + block)
                let isPipeline = isPartOfPipeline || block.contains("\nstages:") || block.hasPrefix("pipeline:")
                files.append((isPipeline ? "pipeline" : "dropline", folder.path + "/block-\(count).yaml"))
            }
        }
        #expect(count >= 2, "the docs' blocks are found")
        #expect(try validate(files) == files.map { _ in "fits" })
    }

    @Test func `what the reader refuses, the schema refuses`() throws {
        let folder = try TemporaryFolder()
        var files: [(String, String)] = []
        for (index, fault) in Self.faults.enumerated() {
            let isPipeline = !Self.configuration.contains(fault.0)
            let text = isPipeline ? Self.pipeline : Self.configuration
            #expect(text.contains(fault.0), "\(fault)")
            let changed = text.replacingOccurrences(of: fault.0, with: fault.1)
            try folder.write("fault-\(index).yaml", changed)
            files.append((isPipeline ? "pipeline" : "dropline", folder.path + "/fault-\(index).yaml"))
            try folder.write("dropline.yaml", isPipeline ? Self.configuration : changed)
            try folder.write("pipelines/cards.yaml", isPipeline ? changed : Self.pipeline)
            #expect(!folder.problems().isEmpty, "the reader takes \(fault)")
        }
        for (fault, answer) in zip(Self.faults, try validate(files)) { #expect(answer != "fits", "\(fault)") }
    }

    private static let faults = [
        ("state: ", "stat: "), ("token: \"${TOKEN}\"", "token: shpat_0123"), ("currency: USD", "currency: dollars"),
        ("\"2026-07\"", "\"2025-01\""), ("type: folder", "type: ftp"), ("port: 22", "port: 0"),
        ("{ key: file:secrets/id }", "{ key: secrets/id }"), ("{ key: file:secrets/id }", "{ password: hunter2 }"),
        ("{ key: file:secrets/id }", "{ password: \"${A}\", key: file:b }"),
        ("{ key: file:secrets/id }", "{ password: \"${A}\", passphrase: \"${B}\" }"),
        ("{ key: file:secrets/id }", "none"), ("host_keys: known_hosts", "host_keys: SHA256:x"),
        ("host_keys: known_hosts", "host_keys: []"), ("key: file:var/dropline.key", "key: \"${KEY}\""),
        ("    token: \"${TOKEN}\"\n", "    client_id: a\n"), ("domain: example.myshopify.com", "domain: example.com"),
        ("domain: example.myshopify.com", "domain: https://example.myshopify.com"),
        ("    url: https://example.myshopify.com\n", ""),
        ("pipelines: [pipelines/*.yaml]", "pipelines: pipelines/*.yaml"), ("pipeline: cards\n", ""),
        ("every: 5m", "every: 5"), ("\"09:15\"", "noon"), ("days: weekdays", "days: sometimes"),
        ("stop_within: 30s", "stop_within: soon"), ("settle: 30s", "settle: 30"), ("order: mtime", "order: size"),
        ("card: 5,", "card: -5,"), ("[10, 25.00]", "[]"), ("[10, 25.00]", "25"), ("mode: \"0640\"", "mode: \"9\""),
        ("artifact: results", "artifact: result"), ("- reconcile:", "- reconsile:"), ("max_size: 1GB", "max_size: big"),
        ("accept_existing: true", "accept_existing: maybe"), ("on_invalid: reject", "on_invalid: ignore"),
        ("quoting: rfc4180", "quoting: double"), ("code_pattern: \"[0-9]{16}\"", "code_pattern: \"\""),
        ("drop: local, directory: out", "directory: out"),
        ("archive: done", "archive: \"\""), ("part_size: 5MB", "part_size: 5 MB"),
    ]

    /// Validates files by a JSON schema validator that is not ours; "fits", or what it says.
    private func validate(_ files: [(schema: String, path: String)]) throws -> [String] {
        let script = """
            import json, sys, yaml, jsonschema
            for schema, path in zip(sys.argv[2::2], sys.argv[3::2]):
                with open(f"{sys.argv[1]}/{schema}.schema.json") as file: rules = json.load(file)
                jsonschema.Draft7Validator.check_schema(rules)
                with open(path) as file: text = yaml.safe_load(file)
                errors = [f"{list(e.absolute_path)}: {e.message}" for e in jsonschema.Draft7Validator(rules).iter_errors(text)]
                print(" ".join("; ".join(errors).split()) or "fits")
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments =
            ["-c", script, Self.repository.path + "/docs/schema"] + files.flatMap { [$0.schema, $0.path] }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Each key of `dropline.yaml`, but those of the other way to open a shop.
    private static let configuration = """
        state: var/dropline.sqlite
        workspace: var/workspace
        key: file:var/dropline.key
        retention: { workspace: 90d, ledger: 365d, archive: 30d }
        drops:
          local: { type: folder, root: drop, staging: .dropline }
          netsuite:
            type: sftp
            host: sftp.example.com
            port: 22
            user: netsuite
            auth: { key: file:secrets/id }
            host_keys: known_hosts
            root: /home/netsuite
            staging: .dropline
            connect_timeout: 15s
            timeout: 60s
            keep_alive: 30s
            jump: [{ host: gate, port: 2222, user: x, auth: agent, host_keys: ["SHA256:\(String(repeating: "A", count: 43))"] }]
        shops:
          main:
            url: https://example.myshopify.com
            token: "${TOKEN}"
            api_version: "2026-07"
            currency: USD
            domain: example.myshopify.com
        alerts:
          ops: { type: webhook, url: "${HOOK}" }
          chat: { type: slack, url: "${SLACK}" }
          mail: { type: email, server: smtps://mail.example.com, from: a@example.com, to: [b@example.com] }
          pager: { type: command, command: [/usr/bin/page] }
        serve: { stop_within: 30s }
        web:
          listen: 127.0.0.1
          users: [{ name: ada, role: act, token: "${CONSOLE_TOKEN}" }]
        pipelines: [pipelines/*.yaml]

        """

    private static let pipeline = """
        pipeline: cards
        source: { drop: local, directory: in, match: "*.csv", match_case: false, settle: 30s, order: mtime, max_size: 1GB, archive: done }
        unknown_after: 24h
        on_invalid: reject
        schedule: { every: 5m }
        expect: { file_by: "09:15", timezone: UTC, days: weekdays }
        oldest_unclaimed: 30m
        limits: { card: 5, file: 1000, day: 5000.50, denominations: [10, 25.00] }
        mode: "0640"
        stages:
          - activation-feed: { shop: main, code_prefix: gift-, code_pattern: "[0-9]{16}", quoting: rfc4180 }
          - bulk-file: { mutation: gift-card-create, part_size: 5MB }
          - bulk-import: { shop: main }
          - reconcile: { accept_existing: true }
        deliver:
          - { artifact: results, drop: local, directory: out }

        """

    /// What a block of the docs leaves out that has other parts of a pipeline.
    private static let stages = """
        pipeline: cards
        stages: [{ activation-feed: { shop: main } }, { bulk-file: {} }, { bulk-import: { shop: main } }, { reconcile: {} }]

        """

    /// A server up to the keys that a block of the docs adds.
    private static let server = """
        drops:
          netsuite:
            { type: sftp, host: a, user: b, auth: agent, host_keys: c, root: d }
          other:
            type: sftp
            host: a
            user: b
            auth: agent
            host_keys: c
            root: d

        """
}
