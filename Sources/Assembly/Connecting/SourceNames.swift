import FileDrops
import Pipelines

/// What lies in a source's directory, counted by what becomes of it.
struct SourceNames {
    private let entries: [DropEntry]
    private let source: Source

    init(_ entries: [DropEntry], of source: Source) { (self.entries, self.source) = (entries, source) }

    /// `5 entries: 2 files match '*.csv', 1 does not`; the count alone where there are no files.
    var words: String {
        let count = entries.count == 1 ? "1 entry" : "\(entries.count) entries"
        let files = entries.filter { $0.kind == .file }
        guard !files.isEmpty else { return count }
        let matching = files.count { source.match.matches($0.path.name) }
        let others = files.count - matching
        let match = "\(matching == 1 ? "1 file matches" : "\(matching) files match") '\(source.match)'"
        return others == 0 ? "\(count): \(match)" : "\(count): \(match), \(others) \(others == 1 ? "does" : "do") not"
    }

    /// A line each for what will not be taken though it nearly is a file of the pipeline, and for what can't be asked for.
    var details: [String] {
        let passed = entries.compactMap { entry -> String? in
            if let fault = entry.fault { return "can't be taken: \(entry.path): \(fault)" }
            guard entry.kind == .file, let miss = source.nearMiss(entry.path.name) else { return nil }
            return "not taken: \(entry.path): \(miss.words)"
        }
        guard passed.count > Self.mostTold else { return passed }
        return passed.prefix(Self.mostTold) + ["and \(passed.count - Self.mostTold) more like these"]
    }

    private static let mostTold = 20
}
