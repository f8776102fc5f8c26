import Foundation
import Testing

@testable import Assembly

/// Files that are small on the disk and large in memory, or that go deeper than any stack.
struct YAMLBombTests {
    /// Nine aliases of nine aliases of …: nine to the power of the depth entries, were they written out.
    private static func aliases(_ depth: Int, named name: String = "l") -> String {
        let levels = (1...depth).map { level in
            let entry = level == 1 ? "x" : "*\(name)\(level - 1)"
            return "l\(level): &\(name)\(level) [" + Array(repeating: entry, count: 9).joined(separator: ", ") + "]"
        }
        return levels.joined(separator: "\n") + "\n"
    }

    private static func mappings(_ depth: Int) -> String {
        let levels = (1...depth).map { level in
            let entry = level == 1 ? "1" : "*m\(level - 1)"
            return "m\(level): &m\(level) { a: \(entry), b: \(entry) }"
        }
        return levels.joined(separator: "\n") + "\n"
    }

    static let bombs: [(String, String)] = [
        ("aliases in a list", aliases(12) + "pipelines: *l12\n"),
        ("aliases as the section", aliases(12) + "drops: *l12\nshops: { main: *l12 }\n"),
        ("aliases as a key", aliases(12) + "? *l12\n: 1\n? *l11\n: 2\n"),
        ("aliases as a key of an inner mapping", aliases(12) + "drops: { ? *l12 : 1, ? *l11 : 1 }\n"),
        ("aliases whose names begin with a dash", aliases(12, named: "-a") + "pipelines: *-a12\n"),
        ("aliases that are merged", aliases(12) + "<<: *l12\n"),
        ("mappings of mappings", mappings(40)),
        ("a list without end", String(repeating: "[", count: 200_000)),
        ("mappings without end", String(repeating: "{a: ", count: 200_000)),
        ("blocks without end", String(repeating: "- ", count: 200_000)),
        ("keys without end", String(repeating: "? ", count: 200_000)),
        ("a list 900 deep", "drops: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900)),
        ("a long key", String(repeating: "k", count: 900_000) + ": 1\n"),
        ("many keys", (0..<20_000).map { "key\($0): 1\n" }.joined()),
        ("a large file", "# " + String(repeating: "x", count: 3_000_000)),
    ]

    @Test(.timeLimit(.minutes(10)), arguments: bombs.indices)
    func `a bomb is refused, and in words that are no bomb themselves`(_ index: Int) throws {
        let (name, text) = Self.bombs[index]
        let folder = try TemporaryFolder()
        try folder.write("dropline.yaml", text)
        let problems = folder.problems()
        #expect(!problems.isEmpty, "\(name) was taken")
        let said = problems.reduce(0) { $0 + "\($1)".utf8.count }
        #expect(said < 100_000, "\(name) gives \(said) bytes of words")
    }
}
