import FileDrops

extension Configuration {
    /// The names that other pipelines take from the directory in which a pipeline's files lie.
    func namesOfOthers(beside pipeline: PipelineConfiguration) -> [NamePattern] {
        guard let source = pipeline.source, let place = drops[source.drop]?.place(of: source.directory) else {
            return []
        }
        return pipelines.filter { $0.name != pipeline.name }.compactMap(\.source)
            .filter { drops[$0.drop]?.place(of: $0.directory) == place }.map(\.match)
    }

    /// The pipelines of these names; all where none is named.
    func chosenPipelines(_ names: [String]) -> [PipelineConfiguration] {
        pipelines.filter { names.isEmpty || names.contains($0.name) }
    }

    /// Opens the drops of these names, with their secrets fetched; nothing is connected yet.
    ///
    /// Throws `ConfigurationProblems` for a secret that can't be had.
    func openDrops(_ names: Set<String>) throws -> [String: any FileDrop] {
        try drops.filter { names.contains($0.key) }.mapValues { try $0.open() }
    }
}

extension PipelineConfiguration {
    /// The drops that it takes files from and delivers to.
    var dropNames: Set<String> { Set((source.map { [$0.drop] } ?? []) + deliveries.map(\.drop)) }
}

/// Ends what drops keep open, all at once, so that one whose server hangs delays no other.
func close(_ drops: some Sequence<any FileDrop>) async {
    await withTaskGroup { group in
        for drop in drops { group.addTask { await drop.close() } }
    }
}
