import Assembly
import Dispatch
import FileDrops
import Glibc
import Logging
import Pipelines
import Runner
import ServiceLifecycle
import Synchronization

/// Runs a loop for each pipeline of the configuration, and turns to a new configuration when it is told.
///
/// A new configuration has loops of its own. Each begins when the pipeline's loop of the old one has come to the end of its sweep, so that no pipeline
/// is swept twice at once; ledger, workspace and keys stay open.
final class ServedPipelines: Service {
    private enum Event { case reload, stop }
    private enum End { case generation, time }

    private let names: [String]
    private let installation: Installation
    private let board: ServiceBoard
    private let watcher: FolderWatcher?
    private let notifier: SystemdNotifier
    private let current: CurrentConfiguration
    private let prepare: @Sendable (Configuration) throws -> @Sendable () -> Void
    private let loops = Mutex<[PipelineLoop]>([])
    private let events: AsyncStream<Event>
    private let tell: AsyncStream<Event>.Continuation

    /// Serves the configuration of the moment; `prepare` checks a new one for others, and returns what turns them to it.
    init(
        _ current: CurrentConfiguration,
        only names: [String],
        in installation: Installation,
        board: ServiceBoard,
        watcher: FolderWatcher?,
        notifier: SystemdNotifier,
        prepare: @escaping @Sendable (Configuration) throws -> @Sendable () -> Void
    ) {
        (self.names, self.installation, self.board) = (names, installation, board)
        (self.watcher, self.notifier) = (watcher, notifier)
        (self.current, self.prepare) = (current, prepare)
        (events, tell) = AsyncStream.makeStream()
    }

    /// Has the configuration read again.
    func reload() { tell.yield(.reload) }

    /// The configuration of the moment.
    var configuration: Configuration { current.value }

    /// What a pipeline expects, by the configuration of the moment.
    func expectations(of pipeline: String) -> Expectations {
        configuration.pipelines.first { $0.name == pipeline }?.expectations ?? Expectations()
    }

    /// The names of loops that have not answered since this was asked last.
    func silentLoops() -> [String] { loops.withLock { $0 }.filter { !$0.isAlive() }.map(\.name) }

    /// Serves until it is asked to stop.
    func run() async throws {
        try await withGracefulShutdownHandler {
            try await serve()
        } onGracefulShutdown: {
            self.tell.yield(.stop)
        }
    }

    private func serve() async throws {
        try await withThrowingTaskGroup(of: End.self) { tasks in
            var generations = [try await begin(configuration, after: nil, &tasks)]
            sayReady("serving")
            for await event in events {
                guard event == .reload else { break }
                notifier.send("RELOADING=1\nMONOTONIC_USEC=\(SystemdNotifier.monotonicMicroseconds())")
                if let next = await turn(from: generations.last, &tasks) { generations.append(next) }
                sayReady("serving")
            }
            try await stop(generations, &tasks)
        }
    }

    private func sayReady(_ word: String) {
        let count = loops.withLock { $0.count }
        let words = "\(word) \(count) pipeline\(count == 1 ? "" : "s")"
        installation.logger.notice("\(word)", metadata: ["pipelines": "\(count)"])
        notifier.send("READY=1\nSTATUS=\(words)")
    }

    // MARK: - Generations

    /// Opens a configuration's pipelines and begins their loops; throws when they can't be opened.
    private func begin(
        _ configuration: Configuration,
        after previous: Generation?,
        _ tasks: inout ThrowingTaskGroup<End, any Error>
    ) async throws -> Generation {
        let generation = Generation(configuration.pipelines.map(\.name))
        let (opening, opened) = AsyncThrowingStream<[PipelineLoop], any Error>.makeStream()
        tasks.addTask { [self] in
            defer { generation.endAll() }
            do {
                try await configuration.withPipelines(in: installation, only: names) { open in
                    let loops = open.pipelines.map { pipeline in
                        let settings = configuration.pipelines.first { $0.name == pipeline.name }
                        return open.loop(pipeline, settings, watcher: watcher, board: board)
                    }
                    generation.loops.withLock { $0 = loops }
                    opened.yield(loops)
                    opened.finish()
                    await withTaskGroup { group in
                        for loop in loops {
                            group.addTask {
                                await previous?.end(of: loop.name)
                                await loop.run()
                                generation.end(loop.name)
                            }
                        }
                    }
                }
            } catch {
                opened.finish(throwing: error)
            }
            return .generation
        }
        for try await loops in opening {
            current.turn(to: configuration)
            self.loops.withLock { $0 = loops }
            return generation
        }
        throw CancellationError()
    }

    /// Reads the configuration again and turns to it; `nil`, with an error in the log, where it is wrong.
    private func turn(
        from previous: Generation?,
        _ tasks: inout ThrowingTaskGroup<End, any Error>
    ) async -> Generation? {
        let old = configuration
        do {
            let new = try Configuration.load(old.path)
            try new.requirePipelines(names)
            guard new.sharesInstallation(with: old) else {
                installation.logger.error(
                    "the old configuration is kept: 'state', 'workspace' and 'key' need a restart",
                    metadata: ["file": "\(old.path)"]
                )
                return nil
            }
            try new.requireAlertSecrets()
            let turnOthers = try prepare(new)
            let next = try await begin(new, after: previous, &tasks)
            turnOthers()
            previous?.loops.withLock { $0 }.forEach { $0.stopAfterSweep() }
            let kept = Set(next.loops.withLock { $0 }.map(\.name))
            for gone in previous?.loops.withLock({ $0 }).map(\.name) ?? [] where !kept.contains(gone) {
                tasks.addTask { [board] in
                    await previous?.end(of: gone)
                    board.remove(gone)
                    return .generation
                }
            }
            return next
        } catch {
            installation.logger.error(
                "the configuration is wrong; the old one is kept",
                metadata: ["file": "\(old.path)", "error": "\(error)"]
            )
            return nil
        }
    }

    /// Begins nothing more, and waits for what is under way, but not longer than `stop_within`.
    private func stop(_ generations: [Generation], _ tasks: inout ThrowingTaskGroup<End, any Error>) async throws {
        let limit = configuration.serve.stopWithin
        installation.logger.notice("stopping", metadata: ["within": "\(limit)"])
        for generation in generations { generation.loops.withLock { $0 }.forEach { $0.handOver() } }
        tasks.addTask {
            try await Task.sleep(for: limit)
            return .time
        }
        // A call to a server can't be cancelled: what hangs in one ends with the process, and its claim with it.
        let last = DispatchTime.now() + .seconds(Int(limit.components.seconds)) + Self.lastWait
        DispatchQueue.global().asyncAfter(deadline: last) { _exit(Exit.unreachable.rawValue) }
        tasks.addTask {
            for generation in generations { await generation.endOfAll() }
            return .generation
        }
        while let end = try await tasks.next() {
            if end == .time {
                installation.logger.warning("stopped in the middle of a run; it goes on at the next start")
                break
            }
            if generations.allSatisfy(\.hasEnded) { break }
        }
        tasks.cancelAll()
        while (try? await tasks.next()) != nil {}
        installation.logger.notice("stopped")
    }

    private static let lastWait: DispatchTimeInterval = .seconds(5)
}
