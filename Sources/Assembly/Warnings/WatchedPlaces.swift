import FileDrops
import Ledgers

/// Directories that pipelines watch, and what else is done there.
struct WatchedPlaces {
    let drops: [String: DropConfiguration]
    let pipelines: [PipelineConfiguration]

    /// What would be taken twice, or again.
    var warnings: [ConfigurationProblem] {
        sharedFiles + filesPutAway + stagedFiles + deliveredFiles + doubleDeliveries
    }

    /// Two pipelines that could take one file.
    private var sharedFiles: [ConfigurationProblem] {
        pipelines.enumerated().flatMap { index, later in
            pipelines.prefix(index).compactMap { earlier -> ConfigurationProblem? in
                guard let source = later.source, let other = earlier.source, place(of: source) == place(of: other),
                    source.match.overlaps(other.match)
                else { return nil }
                return source.stands.saying(
                    "a file could be taken by the pipeline '\(earlier.name)' too: it watches the same directory for '\(other.match)'"
                )
            }
        }
    }

    /// What one pipeline has put away, and another one takes.
    private var filesPutAway: [ConfigurationProblem] {
        sources.flatMap { pipeline, source in
            sources.flatMap { other, from in
                [("archive", from.archive), ("quarantine", from.quarantine)].compactMap { key, name in
                    guard let away = try? from.directory.beside(name), place(from.drop, away) == place(of: source),
                        source.match.overlaps(from.match)
                    else { return nil }
                    return source.stands.saying(
                        "this is the '\(key)' of the pipeline '\(other)': its files would be taken again"
                    )
                }
            }
        }
    }

    /// Temporary names in a directory that is watched.
    private var stagedFiles: [ConfigurationProblem] {
        sources.compactMap { _, source in
            guard let drop = drops[source.drop], drop.staging == source.directory else { return nil }
            return source.stands.saying(
                "this is the drop's 'staging': files that are still being written would be taken"
            )
        }
    }

    /// What a pipeline delivers to where it would take it for a source.
    ///
    /// A feed may be the source of another pipeline.
    private var deliveredFiles: [ConfigurationProblem] {
        pipelines.flatMap { pipeline in
            pipeline.deliveries.flatMap { delivery in
                pipelines.compactMap { watcher -> ConfigurationProblem? in
                    guard let source = watcher.source, source.doneMarker == nil,
                        place(of: source) == place(delivery.drop, delivery.directory),
                        source.match.overlaps(delivery.kind.namePattern),
                        watcher.name == pipeline.name || [.results, .rejects].contains(delivery.kind)
                    else { return nil }
                    let taker = watcher.name == pipeline.name ? "this pipeline" : "the pipeline '\(watcher.name)'"
                    return delivery.stands.saying(
                        "\(taker) would take it for a source: it watches this directory for '\(source.match)'"
                    )
                }
            }
        }
    }

    /// One artifact delivered twice to one directory.
    private var doubleDeliveries: [ConfigurationProblem] {
        pipelines.flatMap { pipeline in
            pipeline.deliveries.enumerated().compactMap { index, delivery -> ConfigurationProblem? in
                let isRepeated = pipeline.deliveries.prefix(index).contains {
                    $0.kind == delivery.kind
                        && place($0.drop, $0.directory) == place(delivery.drop, delivery.directory)
                }
                return isRepeated ? delivery.stands.saying("this artifact is delivered to this directory already") : nil
            }
        }
    }

    private var sources: [(pipeline: String, source: SourceConfiguration)] {
        pipelines.compactMap { pipeline in pipeline.source.map { (pipeline.name, $0) } }
    }

    private func place(of source: SourceConfiguration) -> DropPlace? { place(source.drop, source.directory) }

    private func place(_ drop: String, _ directory: DropPath) -> DropPlace? { drops[drop]?.place(of: directory) }
}

extension ArtifactKind {
    /// A shell pattern for the names under which it is delivered.
    fileprivate var namePattern: NamePattern {
        switch self {
        case .activationFeed: NamePattern("*-GiftCardActivation.json")
        case .bulkFile: NamePattern("*-*-*.jsonl")
        case .results: NamePattern("*-Results.csv")
        case .rejects: NamePattern("*-Rejects.csv")
        default: NamePattern("")
        }
    }
}
