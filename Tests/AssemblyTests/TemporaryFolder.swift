import Assembly
import Foundation
import Testing

/// A folder that goes with its test.
final class TemporaryFolder: Sendable {
    let path = NSTemporaryDirectory() + "dropline-assembly-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: path + "/pipelines", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    /// What is wrong with the configuration.
    func problems() -> [ConfigurationProblem] {
        do {
            _ = try Configuration.load(path + "/dropline.yaml")
            return []
        } catch let error as ConfigurationProblems {
            return error.problems
        } catch {
            Issue.record(error)
            return []
        }
    }
}
