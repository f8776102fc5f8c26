import Foundation
import Testing

/// `docs/promises.md` names tests by suite and sentence; each of them is there.
@Suite struct PromisesTests {
    private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// `Suite: sentence` for each test in the sources.
    private static func tests() throws -> Set<String> {
        var tests: Set<String> = []
        let folder = root.appendingPathComponent("Tests")
        let walk = FileManager.default.enumerator(atPath: folder.path)
        while let path = walk?.nextObject() as? String {
            guard path.hasSuffix(".swift") else { continue }
            let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
            var suite = ""
            for line in text.split(separator: "\n") {
                if let match = line.firstMatch(of: /\b(?:struct|class|enum) ([A-Za-z0-9]+Tests)\b/) {
                    suite = String(match.output.1)
                }
                // A long name stands on a line of its own.
                if let match = line.firstMatch(of: /(?:func|^ +)\s*`([^`]+)`\(/) {
                    tests.insert("\(suite): \(match.output.1)")
                }
            }
        }
        return tests
    }

    @Test func `every test that docs promises names is there`() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/promises.md"), encoding: .utf8)
        let named = text.matches(of: /`([A-Za-z0-9]+Tests: [^`]+)`/).map { String($0.output.1) }
        #expect(named.count > 60)
        let tests = try Self.tests()
        let missing = named.filter { !tests.contains($0) }
        #expect(missing.isEmpty, "docs/promises.md names tests that are not there: \(missing)")
    }

    @Test func `each of the 25 pains has its line, with a test or the word that it is so`() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/promises.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.wholeMatch(of: /\| [0-9]+ \|.*/) != nil }
        #expect(rows.compactMap { Int($0.dropFirst(2).prefix { $0.isNumber }) } == Array(1...25))
        for row in rows { #expect(row.contains("Tests: ") || row.contains("**has it**"), "\(row)") }
    }
}
