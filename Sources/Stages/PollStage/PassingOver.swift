import FileDrops
import Ledgers
import Logging
import Pipelines

/// Files that are not taken because their names are not quite those of the pipeline's files: each is told once, and remembered while it lies there.
struct PassingOver {
    private let pipeline: String
    private let source: Source
    private let installation: Installation

    init(of pipeline: Pipeline, _ source: Source, in installation: Installation) {
        (self.pipeline, self.source, self.installation) = (pipeline.name, source, installation)
    }

    /// Looks through a listing; returns the files that were not told before.
    func look(at listing: [DropEntry]) async throws -> [PassedOverFile] {
        let (name, now) = (pipeline, installation.clock.now())
        let known = try await installation.ledger.read { try $0.passedOverFiles(of: name) }
        var gone = Dictionary(known.map { ([$0.drop, $0.path], $0) }) { first, _ in first }
        var new: [PassedOverFile] = []
        for entry in listing {
            guard case .file = entry.kind, let miss = source.nearMiss(entry.path.name) else { continue }
            let earlier = gone.removeValue(forKey: [source.drop.name, entry.path.text])
            guard earlier?.reason != miss.words, known.count + new.count < Self.mostKept else { continue }
            new.append(
                PassedOverFile(
                    pipeline: name,
                    drop: source.drop.name,
                    path: entry.path.text,
                    reason: miss.words,
                    since: earlier?.since ?? now
                )
            )
        }
        guard !new.isEmpty || !gone.isEmpty else { return [] }
        let (told, forgotten) = (new, Array(gone.values))
        try await installation.ledger.write { ledger in
            for file in forgotten {
                try ledger.removePassedOverFile(pipeline: file.pipeline, drop: file.drop, path: file.path)
            }
            for file in told { try ledger.put(file) }
        }
        for file in told {
            installation.logger.warning(
                "a file is not taken",
                metadata: ["pipeline": "\(name)", "file": "\(ShownText.escaped(file.path))", "why": "\(file.reason)"]
            )
        }
        return told
    }

    /// Nobody reads more, and a server may list as many as it likes.
    private static let mostKept = 1_000
}
