import FileDrops
import Ledgers
import Pipelines

/// What a pipeline has seen of its source's files: since when each has the size and time that it has now.
struct SettleTracking {
    /// What a look tells of a file.
    enum Sight {
        /// Unchanged for at least `settle`, and for how long.
        case settled(Duration)
        case lookAgain(after: Duration)
    }

    private let pipeline: String
    private let source: Source
    private let now: BootTime
    private let known: [String: Look]
    private var new: [Look] = []
    private var seen: Set<String> = []

    /// Reads what earlier sweeps have seen.
    init(of pipeline: Pipeline, _ source: Source, in installation: Installation) async throws {
        self.pipeline = pipeline.name
        self.source = source
        now = installation.clock.boot()
        let (name, drop) = (pipeline.name, source.drop.name)
        let looks = try await installation.ledger.read { try $0.looks(pipeline: name, drop: drop) }
        known = Dictionary(looks.map { ($0.path, $0) }) { first, _ in first }
    }

    /// Looks at a file; a changed one begins again.
    mutating func look(at entry: DropEntry) -> Sight {
        let path = entry.path.text
        seen.insert(path)
        if let earlier = known[path], earlier.size == entry.stamp.size, earlier.modified == entry.stamp.modified,
            let since = now.since(earlier.seen)
        {
            return since >= source.settle ? .settled(since) : .lookAgain(after: source.settle - since)
        }
        new.append(
            Look(
                pipeline: pipeline,
                drop: source.drop.name,
                path: path,
                size: entry.stamp.size,
                modified: entry.stamp.modified,
                seen: now
            )
        )
        return source.settle == .zero ? .settled(.zero) : .lookAgain(after: source.settle)
    }

    /// What earlier sweeps have seen and this one has not.
    var gone: [Look] { known.values.filter { !seen.contains($0.path) }.sorted { $0.path < $1.path } }

    /// Remembers the new looks, and forgets the files that are gone, except some.
    func save(in installation: Installation, keeping kept: Set<String>) async throws {
        let (new, gone) = (new, gone.map(\.path).filter { !kept.contains($0) })
        guard !new.isEmpty || !gone.isEmpty else { return }
        let (pipeline, drop) = (pipeline, source.drop.name)
        try await installation.ledger.write { ledger in
            for look in new { try ledger.put(look) }
            for path in gone { try ledger.removeLook(pipeline: pipeline, drop: drop, path: path) }
        }
    }
}
