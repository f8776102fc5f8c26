import Foundation
import Fuzzing
import SeededRandom
import Testing

@testable import Assembly

/// What holds for configuration files, whatever stands in them.
struct ConfigurationFuzzTests {
    static let words = [
        ": ", "\n", "\n  ", "- ", "[", "]", "{", "}", ", ", "\"", "'", "&a ", "*a", "? ", "| ", "> ", "#", "!!int ",
        "!!binary ", "<<: ", "---\n",
        "...\n", "%YAML 9.9\n", "null", "~", "true", "${HOME}", "${NOT_SET}", "file:", "credential:", "../", "/", "*",
        "0", "-1", "9999999999d",
        "1.5", "\u{0}", "\u{1B}[31m", "\u{FEFF}", "\u{85}", "é", "\t", "shops:\n", "drops:\n", "stages:\n",
    ]

    @Test func `a damaged dropline.yaml is read, or refused with places that it has`() throws {
        let folder = try TemporaryFolder()
        let pipeline = try Data(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
                "Corpus/pipeline/small"
            )
        )
        try pipeline.write(to: URL(fileURLWithPath: folder.path + "/pipelines/cards.yaml"))
        try check("dropline", "dropline.yaml", in: folder)
    }

    @Test func `a damaged pipeline file is read, or refused with places that it has`() throws {
        let folder = try TemporaryFolder()
        let configuration = try Data(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
                "Corpus/dropline/folder"
            )
        )
        try configuration.write(to: URL(fileURLWithPath: folder.path + "/dropline.yaml"))
        try check("pipeline", "pipelines/cards.yaml", in: folder)
    }

    private func check(_ corpus: String, _ name: String, in folder: TemporaryFolder) throws {
        let path = folder.path + "/" + name
        let failure = try Fuzzer(corpus, words: Self.words).firstFailure(share: 5) { input in
            try Data(input.bytes).write(to: URL(fileURLWithPath: path))
            let first = Self.problems(folder)
            guard Self.problems(folder) == first else { return "it is read otherwise the second time" }
            // Line breaks of YAML 1.1: libyaml takes those of Unicode too.
            let text = String(decoding: input.bytes, as: UTF8.self)
            let lines =
                1 + text.unicodeScalars.filter { "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) }.count
            guard case .failure(let error) = first else { return nil }
            guard let problems = (error as? ConfigurationProblems)?.problems, !problems.isEmpty else {
                return "it is refused without a problem: \(error)"
            }
            for problem in problems where problem.file == path {
                guard !problem.message.isEmpty else { return "a problem without words" }
                guard 0...(lines + 1) ~= problem.line, problem.column >= 0 else { return "no such place: \(problem)" }
            }
            return nil
        }
        #expect(failure == nil, "\(failure.map { "\($0)" } ?? "")")
    }

    private static func problems(_ folder: TemporaryFolder) -> Outcome {
        do {
            return .read(try Configuration.load(folder.path + "/dropline.yaml").pipelines.map(\.name))
        } catch {
            return .failure(error)
        }
    }

    private enum Outcome: Equatable {
        case read([String])
        case failure(any Error)

        static func == (left: Outcome, right: Outcome) -> Bool { "\(left)" == "\(right)" }
    }
}
