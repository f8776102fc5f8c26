import Foundation
import Testing

@testable import Assembly

/// `code_pattern` at the stage that reads a pipeline's files.
struct CodePatternOptionTests {
    private func problems(_ stages: String) throws -> [String] {
        let folder = try TemporaryFolder()
        try folder.write(
            "dropline.yaml",
            """
            drops: { local: { type: folder, root: drop } }
            shops: { main: { url: "https://example.myshopify.com", token: "${TOKEN}", currency: USD } }
            pipelines: [pipelines/*.yaml]

            """
        )
        try folder.write(
            "pipelines/cards.yaml",
            "pipeline: cards\nstages:\n\(stages)\n  - bulk-import: { shop: main }\n  - reconcile: {}\n"
        )
        return folder.problems().map { "\($0.line):\($0.column): \($0.message)" }
    }

    @Test(arguments: [
        ("[0-9", "character 1: '[' is not closed"),
        ("(?i)gc", "character 1: '(?' begins a group that is not understood here; known: (…) and (?:…)"),
        ("ab\\\\b", "character 3: '\\b' is not understood here; known: \\d, \\D, \\w, \\W"),
        ("", "character 1: it is empty"),
    ])
    func `a pattern that is none is told with its place, at either stage`(_ pattern: String, _ words: String) throws {
        let message = "'code_pattern' is no pattern of codes: \(words)"
        #expect(
            try problems("  - activation-feed: { shop: main, code_pattern: \"\(pattern)\" }\n  - bulk-file: {}") == [
                "3:50: " + message
            ]
        )
        #expect(try problems("  - bulk-file: { code_pattern: \"\(pattern)\" }") == ["3:32: " + message])
    }

    @Test func `where the files are read before, it does not stand at bulk-file`() throws {
        let stages = "  - activation-feed: { shop: main }\n  - bulk-file: { code_pattern: \"[0-9]{16}\" }"
        #expect(
            try problems(stages) == [
                "4:32: codes are looked at where the pipeline's files are read: write 'code_pattern' at 'activation-feed'"
            ]
        )
    }

    @Test(arguments: [
        "  - activation-feed: { shop: main, code_pattern: \"[0-9]{16}\" }\n  - bulk-file: {}",
        "  - bulk-file: { code_pattern: \"[0-9]{16}\" }",
    ])
    func `a pattern is taken`(_ stages: String) throws {
        #expect(try problems(stages).isEmpty)
    }
}
