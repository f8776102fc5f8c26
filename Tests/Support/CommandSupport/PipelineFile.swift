import Foundation

extension Installation {
    /// Adds a pipeline of the repository, as a person would: its file is copied, and named before the others; its sources settle at once.
    func addPipeline(_ name: String, _ change: (String) -> String = { $0 }) throws {
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("pipelines/\(name).yaml")
        let text = try String(contentsOf: file, encoding: .utf8).replacing("settle: 30s", with: "settle: 0s")
        try change(text).write(toFile: folder + "/pipelines/\(name).yaml", atomically: true, encoding: .utf8)
        try edit(configuration) {
            $0 = $0.replacing("pipelines:\n", with: "pipelines:\n  - pipelines/\(name).yaml\n")
        }
    }
}
