import Foundation
import Testing

@testable import Assembly

/// Settings that are right as YAML and can't be meant: named with their place, and nothing stops.
struct WarningTests {
    /// A change to the configuration, the pipeline `cards` or the pipeline `more` beside it, and the one thing that is said of it.
    struct Oddity: Sendable, CustomTestStringConvertible {
        var file: String
        var find: String
        var write: String
        var says: String

        init(_ file: String, _ find: String, _ write: String, _ says: String) {
            (self.file, self.find, self.write, self.says) = (file, find, write, says)
        }

        var testDescription: String { says }
    }

    static let oddities = [
        Oddity(
            "dropline.yaml",
            "shops:\n",
            "  old: { type: folder, root: old }\nshops:\n",
            "dropline.yaml:4:3: no pipeline uses the drop 'old'"
        ),
        Oddity(
            "dropline.yaml",
            "pipelines:",
            "  old: { url: \"https://old.myshopify.com\", token: \"${T}\", currency: EUR }\npipelines:",
            "dropline.yaml:6:3: no pipeline uses the shop 'old'"
        ),
        Oddity(
            "dropline.yaml",
            "${DROPLINE_TEST_TOKEN}",
            "file:secrets/token",
            "secrets/old-token: nothing in the configuration refers to this file among its secrets"
        ),
        Oddity(
            "cards.yaml",
            "match: \"*.csv\"",
            "match: cards.csv",
            "cards.yaml:7:10: 'order' has no effect: 'match' is the name of one file"
        ),
        Oddity(
            "cards.yaml",
            "cut_grace: 15m",
            "cut_grace: 30s",
            "cards.yaml:8:14: 'cut_grace' has no effect: a file is looked at only when it was the same for 'settle', "
                + "which is no shorter"
        ),
        Oddity(
            "cards.yaml",
            "cut_grace: 15m",
            "min_size: 2GB",
            "cards.yaml:8:13: no file is ever processed: 'min_size' is above 'max_size'"
        ),
        Oddity(
            "cards.yaml",
            "cut_grace: 15m",
            "done_marker: .csv",
            "cards.yaml:8:16: no file is ever taken: every name that matches '*.csv' is that of a marker"
        ),
        Oddity(
            "cards.yaml",
            "cut_grace: 15m",
            "archive: error",
            "cards.yaml:8:12: 'archive' and 'quarantine' are one directory: a file that was put aside looks like a "
                + "processed one"
        ),
        Oddity(
            "cards.yaml",
            "{ card: 500, file: 1000 }",
            "{ card: 1000.01, file: 1000 }",
            "cards.yaml:9:17: the limit for a card has no effect: it is above that for a file"
        ),
        Oddity(
            "cards.yaml",
            "{ card: 500, file: 1000 }",
            "{ file: 1000, day: 999 }",
            "cards.yaml:9:17: the limit for a file has no effect: it is above that for a day"
        ),
        Oddity(
            "cards.yaml",
            "{ card: 500, file: 1000 }",
            "{ card: 500, day: 400 }",
            "cards.yaml:9:17: the limit for a card has no effect: it is above that for a day"
        ),
        Oddity(
            "cards.yaml",
            "{ card: 500, file: 1000 }",
            "{ card: 500, denominations: [500, 501] }",
            "cards.yaml:9:43: a card of 501 is held all the same: it is above a limit"
        ),
        Oddity(
            "cards.yaml",
            "activation-feed: { shop: main }",
            "activation-feed: { shop: main, code_pattern: \"[0-9]{7}\" }",
            "cards.yaml:12:50: no code can match: codes are 8 to 20 of a-z and 0-9 here, without the prefix, blanks and dashes"
        ),
        Oddity(
            "cards.yaml",
            "activation-feed: { shop: main }",
            "activation-feed: { shop: main, code_pattern: \"[A-Z0-9]{4}-?[A-Z0-9]{4}\" }",
            "cards.yaml:12:50: no code holds 'A', 'Z', '-': codes are in lower case here, without the prefix, blanks and dashes"
        ),
        Oddity(
            "cards.yaml",
            "directory: out }",
            "directory: out, mode: \"0640\" }",
            "cards.yaml:10:7: 'mode' has no effect: each entry of 'deliver' has its own"
        ),
        Oddity(
            "cards.yaml",
            "directory: out }",
            "directory: inbox }",
            "cards.yaml:17:17: this pipeline would take it for a source: it watches this directory for '*.csv'"
        ),
        Oddity(
            "cards.yaml",
            "directory: out }",
            "directory: other }",
            "cards.yaml:17:17: the pipeline 'more' would take it for a source: it watches this directory for '*.csv'"
        ),
        Oddity(
            "cards.yaml",
            "directory: out }\n",
            "directory: out }\n  - { artifact: results, drop: twin, directory: out }\n",
            "cards.yaml:18:17: this artifact is delivered to this directory already"
        ),
        Oddity(
            "more.yaml",
            "directory: other",
            "directory: inbox",
            "more.yaml:2:34: a file could be taken by the pipeline 'cards' too: it watches the same directory for '*.csv'"
        ),
        Oddity(
            "more.yaml",
            "directory: other",
            "directory: inbox/archive",
            "more.yaml:2:34: this is the 'archive' of the pipeline 'cards': its files would be taken again"
        ),
        Oddity(
            "more.yaml",
            "directory: other",
            "directory: inbox/error",
            "more.yaml:2:34: this is the 'quarantine' of the pipeline 'cards': its files would be taken again"
        ),
        Oddity(
            "more.yaml",
            "directory: other",
            "directory: .dropline",
            "more.yaml:2:34: this is the drop's 'staging': files that are still being written would be taken"
        ),
    ]

    @Test(arguments: oddities)
    func `a setting that can't be meant is told with its place, and nothing else is`(_ oddity: Oddity) throws {
        let folder = try folder(changing: oddity.file, oddity.find, to: oddity.write)
        chmod(folder.path + "/secrets/token", 0o600)
        let warnings = try Configuration.load(folder.path + "/dropline.yaml").warnings
        let said = warnings.map {
            $0.description.replacing(folder.path + "/", with: "").replacing("pipelines/", with: "")
        }
        #expect(said == [oddity.says])
    }

    @Test func `nothing is said of settings that are meant`() throws {
        for (find, write) in [
            ("cards", "cards"),
            // An empty file is held to be growing for so long, whatever its last line is.
            ("  cut_grace: 15m", "  cut_grace: 15m\n  final_line_break: optional"),
            ("cut_grace: 15m", "cut_grace: 0s"), ("{ card: 500, file: 1000 }", "{ card: 500, file: 500, day: 500 }"),
            ("{ card: 500, file: 1000 }", "{ card: 500, denominations: [500, 10] }"),
            ("activation-feed: { shop: main }", "activation-feed: { shop: main, code_pattern: \"^gc[0-9]{10}$\" }"),
            ("cut_grace: 15m", "done_marker: .done"), ("directory: out }", "directory: inbox/error }"),
        ] {
            let folder = try folder(changing: "cards.yaml", find, to: write)
            let warnings = try Configuration.load(folder.path + "/dropline.yaml").warnings
            #expect(warnings.isEmpty, "\(write): \(warnings)")
        }
    }

    @Test func `a directory of a server is the same under two drops`() throws {
        let one = DropPlace(server: "a:22", path: "/home/x/./in/")
        #expect(one == DropPlace(server: "a:22", path: "/home//x/in"))
        #expect(
            one != DropPlace(server: "b:22", path: "/home/x/in") && one != DropPlace(server: "a:22", path: "home/x/in")
        )
    }

    private func folder(changing file: String, _ find: String, to write: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (name, text) in Self.files {
            let isChanged = name.hasSuffix(file)
            #expect(!isChanged || text.contains(find), "\(file) has no '\(find)'")
            try folder.write(name, isChanged ? text.replacing(find, with: write) : text)
        }
        try FileManager.default.createDirectory(atPath: folder.path + "/secrets", withIntermediateDirectories: true)
        for name in ["token", "token.pub", "old-token"] { try folder.write("secrets/" + name, "x") }
        return folder
    }

    private static let files = [
        (
            "dropline.yaml",
            """
            drops:
              local: { type: folder, root: drop }
              twin: { type: folder, root: ./drop }
            shops:
              main: { url: "https://example.myshopify.com", token: "${DROPLINE_TEST_TOKEN}", currency: USD }
            pipelines: [pipelines/*.yaml]

            """
        ),
        (
            "pipelines/cards.yaml",
            """
            pipeline: cards
            source:
              drop: local
              directory: inbox
              match: "*.csv"
              settle: 30s
              order: mtime
              cut_grace: 15m
            limits: { card: 500, file: 1000 }
            mode: "0640"
            stages:
              - activation-feed: { shop: main }
              - bulk-file: {}
              - bulk-import: { shop: main }
              - reconcile: {}
            deliver:
              - { artifact: results, drop: local, directory: out }

            """
        ),
        (
            "pipelines/more.yaml",
            """
            pipeline: more
            source: { drop: twin, directory: other, match: "*.csv" }
            stages:
              - activation-feed: { shop: main }
              - bulk-file: {}
              - bulk-import: { shop: main }
              - reconcile: {}

            """
        ),
    ]
}
