import FileDrops
import Pipelines

/// Tries one drop, and the directories of it that pipelines use.
struct DropConnection {
    let name: String
    let configured: DropConfiguration
    let pipelines: [PipelineConfiguration]
    /// The names that other pipelines than this one take from where its files lie.
    let othersHere: [String: [NamePattern]]

    /// The drop itself first, then the pipelines' sources on it, then their outputs; the drop alone when it can't be reached.
    func findings() async throws -> [ConnectionFinding] {
        let subject = "drop \(name)"
        let drop: any FileDrop
        do {
            drop = try configured.open()
        } catch {
            return [ConnectionFinding(subject, failing: error)]
        }
        var findings: [ConnectionFinding] = []
        var isReached = true
        var report: [String] = []
        do {
            isReached = false
            report = try await drop.connectionReport()
            isReached = true
            let probe = DropProbe(drop: drop, staging: configured.staging, places: try await places(on: drop))
            let shown = try await probe.run()
            findings.append(ConnectionFinding(subject, shown.words, details: report + shown.notes))
        } catch let error as CancellationError {
            throw error
        } catch {
            isReached = isReached && (error as? FileDropError)?.isOfConnection != true
            findings.append(ConnectionFinding(subject, failing: error, details: report))
        }
        if isReached {
            for pipeline in pipelines {
                if let source = pipeline.source, source.drop == name {
                    findings.append(try await finding(source, othersHere[pipeline.name] ?? [], on: drop))
                }
            }
            for pipeline in pipelines {
                let directories = pipeline.deliveries.filter { $0.drop == name }.map(\.directory)
                guard !directories.isEmpty else { continue }
                findings.append(try await finding(pipeline.name, directories, on: drop))
            }
        }
        await drop.close()
        return findings
    }

    // MARK: - What pipelines use

    private func finding(
        _ source: SourceConfiguration,
        _ othersHere: [NamePattern],
        on drop: any FileDrop
    ) async throws -> ConnectionFinding {
        let subject = "source \(name):\(source.directory)"
        var details: [String] = []
        do {
            let built = try source.build(drop: drop, othersHere: othersHere)
            let names = SourceNames(try await drop.list(source.directory), of: built)
            let places: [(word: String, path: DropPath)] = [
                ("archive", built.archive), ("quarantine", built.quarantine),
            ]
            details = names.details
            for (word, directory) in places {
                details.append("\(word) \(directory): \(try await state(of: directory, on: drop))")
            }
            let systems = FileSystems(drop: drop)
            try await systems.requireOne(for: places, with: ("source", source.directory))
            // The workspace's copy of a file that has changed meanwhile, and reasons, are renamed from there.
            try await systems.requireOne(for: [("staging", configured.staging)], with: ("source", source.directory))
            return ConnectionFinding(subject, names.words, details: details)
        } catch let error as CancellationError {
            throw error
        } catch {
            return ConnectionFinding(subject, failing: error, details: details)
        }
    }

    private func finding(
        _ pipeline: String,
        _ directories: [DropPath],
        on drop: any FileDrop
    ) async throws -> ConnectionFinding {
        let subject = "outputs of \(pipeline) on \(name)"
        do {
            var details: [String] = []
            for directory in Set(directories).sorted() {
                details.append("\(directory): \(try await state(of: directory, on: drop))")
                try await FileSystems(drop: drop).requireOne(
                    for: [("directory", directory)],
                    with: ("staging", configured.staging)
                )
            }
            let count = details.count
            return ConnectionFinding(subject, count == 1 ? "1 directory" : "\(count) directories", details: details)
        } catch let error as CancellationError {
            throw error
        } catch {
            return ConnectionFinding(subject, failing: error)
        }
    }

    /// Whether a directory is there; throws `.notADirectory` when something else has its name, or that of one above it.
    private func state(of directory: DropPath, on drop: any FileDrop) async throws -> String {
        var path = directory
        while !path.isRoot {
            if let entry = try await drop.stat(path) {
                guard case .directory = entry.kind else {
                    throw FileDropError(.notADirectory, doing: "looking at", path: path.text, drop: name)
                }
                return path == directory ? "there" : Self.missing
            }
            path = path.parent
        }
        return directory.isRoot ? "there" : Self.missing
    }

    private static let missing = "not there yet, made on first use"

    // MARK: - Where the probe may write

    /// Where a file may lie for a moment: beside the staging directory, else where sources are put away.
    ///
    /// Never where a pipeline looks for files, nor where others look for its outputs.
    private func places(on drop: any FileDrop) async throws -> [DropPath] {
        let sources = pipelines.compactMap(\.source).filter { $0.drop == name }
        let outputs = pipelines.flatMap(\.deliveries).filter { $0.drop == name }.map(\.directory)
        var places = [configured.staging.parent]
        for source in sources {
            for path in [source.archive, source.quarantine] {
                let directory = try source.directory.beside(path)
                if case .directory? = try await drop.stat(directory)?.kind { places.append(directory) }
            }
        }
        let read = Set(sources.map(\.directory) + outputs)
        return places.filter { !read.contains($0) }
    }
}

extension DropPath {
    /// A path that a configuration gives relative to this directory.
    func beside(_ path: String) throws(FileDropError) -> DropPath {
        try DropPath(isRoot ? path : text + "/" + path)
    }
}
